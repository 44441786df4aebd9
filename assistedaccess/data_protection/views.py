"""The access pack at a desk."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent import words as consent_words
from assistedaccess.my_record import service as my_record
from assistedaccess.my_record.languages import LOCALES
from assistedaccess.my_record.rules import HowAsked, Style
from assistedaccess.my_record.views import offer_languages
from assistedaccess.people.queries import get_by_reference
from assistedaccess.people.views import record_address

from . import service_pack
from .forms import PackForm
from .languages import list_languages

bp = Blueprint("data_protection", __name__)


@bp.route("/people/<reference>/access-pack", methods=["GET", "POST"])
@requires(Permission.PACK_GIVE)
def choose_pack(reference: str) -> ResponseReturnValue:
    """What the pack is, and whether the person is here alone."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    person = my_record.ask_for_record(actor=actor, person_id=person_id)
    languages = list_languages()
    form = PackForm(data={"language": person.language if person.language in languages else "en"})
    offer_languages(form, languages)
    if form.validate_on_submit():
        reading_id = my_record.begin_reading(
            actor=actor,
            person_id=person_id,
            how=HowAsked.IN_FRONT,
            in_private=True,
            style=Style.ORDINARY,
            language=form.language.data or "" if form.language else "en",
            request_key=form.request_key.data,
        )
        return redirect(url_for(".show_pack", reference=reference, reading_id=reading_id), 303)
    return render_template(
        "data_protection/choose_pack.html",
        form=form,
        person=person,
        back=record_address(reference),
    ), form.status


@bp.get("/people/<reference>/access-pack/<uuid:reading_id>")
@requires(Permission.PACK_GIVE)
def show_pack(reference: str, reading_id: UUID) -> ResponseReturnValue:
    """All that is held about the person, to be printed for them."""
    pack = service_pack.open_pack(actor=get_actor(), reference=reference, reading_id=reading_id)
    with force_locale(LOCALES[pack.language]):
        return render_template(
            "data_protection/show_pack.html",
            pack=pack,
            reading=pack,
            record=pack.record,
            telling=pack.telling,
            consent_words=consent_words,
            back=record_address(reference),
        )
