"""The record at a desk: asked for, shown, printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent import words as consent_words
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.kernel.ids import read_key
from assistedaccess.people.queries import get_by_reference
from assistedaccess.people.rules import Format
from assistedaccess.people.views import record_address

from . import pdf, service, words
from .forms import ReadingForm
from .languages import LOCALES, list_languages
from .rules import HowAsked, Style
from .service import Asking, OpenedReading

bp = Blueprint("my_record", __name__)

_STYLE_OF = {
    Format.AUDIO: Style.AUDIO,
    Format.EASY_READ: Style.EASY_READ,
    Format.LARGE_PRINT: Style.LARGE_PRINT,
}


@bp.route("/people/<reference>/record", methods=["GET", "POST"])
@requires(Permission.MY_RECORD_PRINT)
def choose_reading(reference: str) -> ResponseReturnValue:
    """How the person wants their record: asked for once, then shown."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    form = ReadingForm()
    offer_languages(form, list_languages())
    if form.validate_on_submit():
        reading_id = service.begin_reading(
            actor=actor,
            person_id=person_id,
            how=form.how.data or "",
            in_private=bool(form.in_private.data) and form.how.data == HowAsked.IN_FRONT,
            style=form.style.data or "",
            language=form.language.data or "" if form.language else "en",
            request_key=form.request_key.data,
        )
        return redirect(
            url_for(".show_reading", reference=reference, reading_id=reading_id), code=303
        )
    person = service.ask_for_record(actor=actor, person_id=person_id)
    if request.method == "GET":
        form = ReadingForm(data=_usual(person))
        offer_languages(form, list_languages())
    return render_template(
        "my_record/choose_reading.html",
        form=form,
        person=person,
        back=record_address(reference),
    ), form.status


def offer_languages(form: Any, languages: Sequence[str]) -> None:
    """Where there is one language alone, nobody is asked."""
    form.language.choices = [
        Choice(language, consent_words.LANGUAGES[language]) for language in languages
    ]
    if len(languages) == 1:
        del form.language


def _usual(person: Asking) -> dict[str, str]:
    """As the person takes things in, by what their record says."""
    style = next(
        (style for known, style in _STYLE_OF.items() if known in person.formats), Style.ORDINARY
    )
    language = person.language if person.language in list_languages() else "en"
    return {"style": str(style), "language": language}


@bp.get("/people/<reference>/record/<uuid:reading_id>")
@requires(Permission.MY_RECORD_PRINT)
def show_reading(reference: str, reading_id: UUID) -> ResponseReturnValue:
    """The record, in the form that the person asked for."""
    before = read_key(request.args.get("before"))
    reading = _open(reference, reading_id, before)
    older = None
    if reading.record.older:
        older = url_for(
            ".show_reading",
            reference=reference,
            reading_id=reading_id,
            before=reading.record.older,
        )
    newest = url_for(".show_reading", reference=reference, reading_id=reading_id)
    with force_locale(LOCALES[reading.language]):
        return render_template(
            f"my_record/show_{reading.style}.html",
            **_shown(reading, before),
            older=older,
            newest=newest if before else None,
            has_pdf=pdf.is_there(),
        )


@bp.get("/people/<reference>/record/<uuid:reading_id>/pdf")
@requires(Permission.MY_RECORD_PRINT)
def download_reading(reference: str, reading_id: UUID) -> ResponseReturnValue:
    """The same as a tagged PDF (PDF/UA-1), where the extra ``pdf`` is installed."""
    if not pdf.is_there():
        raise NotFound
    before = read_key(request.args.get("before"))
    reading = _open(reference, reading_id, before)
    with force_locale(LOCALES[reading.language]):
        page = render_template("my_record/pdf.html", **_shown(reading, before))
    answer = Response(pdf.write_pdf(page, is_large=reading.style is not Style.ORDINARY))
    answer.headers["Content-Type"] = "application/pdf; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{reading.reference}.pdf"'
    return answer


def _open(reference: str, reading_id: UUID, before: UUID | None) -> OpenedReading:
    return service.open_reading(
        actor=get_actor(), reference=reference, reading_id=reading_id, before=before
    )


def _shown(reading: OpenedReading, before: UUID | None) -> dict[str, Any]:
    return {
        "reading": reading,
        "record": reading.record,
        "telling": reading.telling,
        "words": words,
        "consent_words": consent_words,
        "is_newest": before is None,
    }
