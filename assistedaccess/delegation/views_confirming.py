"""Pages on which a person confirms: by which way, the page of that way, and what it needs first."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent import queries as consents
from assistedaccess.consent import service_confirming, service_papers, service_ways, ways, words
from assistedaccess.consent.forms_seen import FindAskingForm, ScanForm, SeenForm
from assistedaccess.consent.pictures import MOST_BYTES
from assistedaccess.consent.queries_waiting import get_own_consent_id, list_waiting
from assistedaccess.consent.service_viewing import open_request
from assistedaccess.consent.terms import terms_of
from assistedaccess.consent.ways_pages import PAGES
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound
from assistedaccess.kernel.form_fields import BaseForm, Choice
from assistedaccess.kernel.ids import read_reference
from assistedaccess.people.rules import SPOKEN_LANGUAGES

from . import service
from .forms import WayForm
from .queries_to_begin import list_to_begin
from .views import asking_bp, bp, render
from .views_asking import find_earlier_step, get_asked, shown, to_step

ROOM = 300_000
"""What a form with an upload may have beside the upload, in bytes."""


def cap_upload(view: Any) -> Any:
    """Let one photograph through; everywhere else a request is far smaller."""
    view.max_content_length = MOST_BYTES + ROOM
    return view


@bp.route("/asking/<reference>/confirm", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def choose_way(reference: str) -> ResponseReturnValue:
    """By which way the person confirms it."""
    row, person = get_asked(reference)
    earlier = find_earlier_step(row, needs="said")
    if earlier is not None:
        return to_step(earlier, reference)
    form = WayForm()
    asking = service_confirming.make_asking(get_actor(), person, row)
    open_ways = []
    closed = []
    for way in ways.list_ways():
        obstacle = way.find_obstacle(asking) if way.key in PAGES else ""
        if obstacle:
            closed.append((words.WAYS[way.key], obstacle))
        elif way.key in PAGES:
            open_ways.append(Choice(way.key, words.WAYS[way.key], hint=_advise(way, asking)))
    form.way.choices = list(open_ways)
    if form.validate_on_submit():
        address = url_for(".confirm_by", reference=reference, way=form.way.data)
        return redirect(address, code=303)
    return render("choose_way", form=form, closed=closed, **shown(row, person)), form.status


def _advise(way: ways.Way, asking: ways.Asking) -> str:
    if way.key != "interpreter" or not asking.needs_interpreter:
        return ""
    return _(
        "The person needs an interpreter for %(language)s. Every other way proves less.",
        language=SPOKEN_LANGUAGES.get(asking.person.spoken_language, _("their language")),
    )


@bp.route("/asking/<reference>/confirm/<way>", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def confirm_by(reference: str, way: str) -> ResponseReturnValue:
    """The person confirms it; then it begins, or waits for a second human."""
    actor = get_actor()
    if way not in PAGES or ways.find_way(way) is None:
        raise NotFound
    page = PAGES[way]
    form: Any = page.form()
    if form.is_submitted():
        row = consents.get_own_request(actor, reference)
    else:
        opened = open_request(actor=actor, reference=reference)
        row, person = opened.request, opened.person
        if opened.is_confirmed:
            return to_step("show_result", reference)
    earlier = find_earlier_step(row, needs="said")
    if earlier is not None:
        return to_step(earlier, reference)
    if form.is_submitted() and way == "telephone":
        row, person = get_asked(reference)  # the numbers that may be chosen are the person's
        page.more(service_confirming.make_asking(actor, person, row), form)
    if form.validate_on_submit():
        try:
            answer = service.confirm_and_grant(
                actor=actor,
                request_id=row.id,
                terms_hash=form.terms_hash.data or "",
                way=way,
                given=_read_given(form),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        except Held:
            return to_step("show_result", reference)
        else:
            if answer.consent_id is not None:
                return to_step("show_result", reference)
            form.add_error(answer.field, answer.words)
    if form.is_submitted():
        row, person = get_asked(reference)
    form.terms_hash.data = row.terms_hash
    more = page.more(service_confirming.make_asking(actor, person, row), form)
    return render(f"confirm_by_{way}", form=form, **shown(row, person, **more)), form.status


cap_upload(confirm_by)


def _read_given(form: BaseForm) -> dict[str, str]:
    left_out = {"csrf_token", "terms_hash", "confirm"}
    given = {}
    for field in form:
        if field.short_name in left_out or not field.data:
            continue
        if isinstance(field.data, FileStorage):
            given[field.short_name] = read_upload(field.data)
        else:
            given[field.short_name] = str(field.data)
    return given


def read_upload(upload: FileStorage) -> str:
    """An uploaded file in base64, as commands take it; a byte too many is left for them to say."""
    return base64.b64encode(upload.stream.read(MOST_BYTES + 1)).decode()


def _read_id(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise NotFound from None


def _to_way(reference: str, default: str) -> ResponseReturnValue:
    """Back to the page from which something was asked for."""
    way = request.form.get("way", default)
    if way not in PAGES:
        raise NotFound
    return redirect(url_for(".confirm_by", reference=reference, way=way), code=303)


@bp.post("/asking/<reference>/confirm/code/send")
@requires(Permission.DELEGATION_GRANT)
def send_code(reference: str) -> ResponseReturnValue:
    """Send a one-time code to the person's own phone."""
    row = consents.get_own_request(get_actor(), reference)
    service_confirming.send_code(
        actor=get_actor(),
        request_id=row.id,
        contact_point_id=_read_id("phone"),
        terms_hash=request.form.get("terms_hash", ""),
    )
    flash(_("A code is on its way. The person reads it out to you from their own phone."))
    return _to_way(reference, "code")


@bp.post("/asking/<reference>/confirm/card/ask")
@requires(Permission.DELEGATION_GRANT)
def ask_for_number(reference: str) -> ResponseReturnValue:
    """Choose the number of the card that the person is asked for."""
    row = consents.get_own_request(get_actor(), reference)
    is_asked = service_ways.ask_for_number(
        actor=get_actor(), request_id=row.id, terms_hash=request.form.get("terms_hash", "")
    )
    if not is_asked:
        flash(_("The card has no number left that works. Give the person a new card."))
    return _to_way(reference, "card")


@bp.post("/asking/<reference>/confirm/post/send")
@requires(Permission.DELEGATION_GRANT)
def send_letter(reference: str) -> ResponseReturnValue:
    """Send the words and a code by post."""
    row = consents.get_own_request(get_actor(), reference)
    service_ways.send_letter(
        actor=get_actor(),
        request_id=row.id,
        contact_point_id=_read_id("contact_point"),
        terms_hash=request.form.get("terms_hash", ""),
    )
    flash(_("The letter waits to be printed and posted by a colleague."))
    return redirect(url_for(".confirm_by", reference=reference, way="post"), code=303)


# -- paper


@bp.post("/asking/<reference>/form")
@requires(Permission.DELEGATION_GRANT)
def print_form(reference: str) -> ResponseReturnValue:
    """Make the form that the person signs."""
    row = consents.get_own_request(get_actor(), reference)
    service_papers.print_form(actor=get_actor(), request_id=row.id)
    return to_step("show_form", reference)


@bp.get("/asking/<reference>/form")
@requires(Permission.DELEGATION_GRANT)
def show_form(reference: str) -> ResponseReturnValue:
    """The form, to be printed: its number, its words, and where to sign."""
    row, person = get_asked(reference)
    if row.form_printed_at is None or row.form_hash != row.terms_hash:
        return to_step(find_earlier_step(row, needs="said") or "choose_way", reference)
    more = shown(row, person)
    with force_locale(row.language):
        return render(
            "print_form",
            row=row,
            lines=service_ways.list_words(row, more["holder_name"]),
            statement=consents.get_statement_text(row.statement_id),
            **more,
        )


@bp.route("/consents/<reference>/paper", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD)
def add_scan(reference: str) -> ResponseReturnValue:
    """Add the photograph of the signed form."""
    form = ScanForm()
    consent_id = get_own_consent_id(get_actor(), reference)
    paper = service_papers.find_paper(consent_id)
    if paper is None:
        raise NotFound
    if form.validate_on_submit():
        try:
            service_papers.add_scan(
                actor=get_actor(), consent_id=consent_id, picture=read_upload(form.picture.data)
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The signed form is in. The yes now holds in full."), "success")
            return redirect(url_for("consent.view_consent", reference=reference), code=303)
    return render("add_scan", form=form, paper=paper, reference=reference), form.status


cap_upload(add_scan)


# -- a second pair of eyes, and what waits


@bp.route("/asking/seen", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD)
def find_to_see() -> ResponseReturnValue:
    """A colleague asks you to see a person: by the number on their screen."""
    form = FindAskingForm()
    if form.validate_on_submit():
        reference = read_reference("K", form.reference.data or "")
        if reference is None:
            form.add_error("reference", _("Enter the number as your colleague sees it"))
        else:
            return redirect(url_for(".confirm_seen", reference=reference), code=303)
    return render("find_to_see", form=form), form.status


@bp.route("/asking/<reference>/seen", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD)
def confirm_seen(reference: str) -> ResponseReturnValue:
    """Say that you have seen the person yourself, and heard their yes."""
    form = SeenForm()
    if form.validate_on_submit():
        terms_hash = form.terms_hash.data or ""
        if form.seen.data == "no":
            said = form.said.data or ""
            service_ways.deny_seen(
                actor=get_actor(), reference=reference, terms_hash=terms_hash, said=said
            )
            flash(_("Thank you. It is written down. Nothing can begin on this."), "success")
            return redirect(url_for("asking.list_words"), code=303)
        service_ways.confirm_seen(actor=get_actor(), reference=reference, terms_hash=terms_hash)
        flash(_("Thank you. Your colleague can go on now."), "success")
        return redirect(url_for(".confirm_seen", reference=reference), code=303)
    seen = service_ways.open_to_see(actor=get_actor(), reference=reference)
    form.terms_hash.data = seen.request.terms_hash
    return (
        render(
            "confirm_seen",
            form=form,
            seen=seen,
            person=seen.person,
            statement=consents.get_statement_text(seen.request.statement_id),
            holder_name=seen.holder_name,
            services=consents.name_services(seen.request.services, seen.request.language),
            terms=terms_of(seen.request),
        ),
        form.status,
    )


@asking_bp.get("/asking")
@requires(Permission.DELEGATION_GRANT)
def list_asked() -> ResponseReturnValue:
    """What this helper has asked and still waits for: a letter's code, a visit, a signed form; and
    what can begin since somebody's word has come."""
    actor = get_actor()
    return render("list_asked", rows=[*list_to_begin(actor), *list_waiting(actor)])
