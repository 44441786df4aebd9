"""Pages on which a person is asked whether somebody may act for them, from the list to the yes.

Each page stands on what the server keeps: it can be left, reloaded, gone back to, opened twice.
Who opens a page before the one that comes first is sent there.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.queries import list_names
from assistedaccess.approvals.queries import find_asked
from assistedaccess.consent import queries as consents
from assistedaccess.consent import service_asking, service_confirming, ways, words
from assistedaccess.consent.forms import CodeForm, WitnessForm
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.rules import compute_strength
from assistedaccess.consent.service_viewing import open_request
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound
from assistedaccess.kernel.form_fields import BaseForm, Choice
from assistedaccess.kernel.signed_in import find_signed_in
from assistedaccess.people.models import Person

from . import queries, service
from .forms import ReadForm, SaidForm, WayForm
from .views import bp, render

WAY_FORMS: dict[str, type[BaseForm]] = {"code": CodeForm, "witness": WitnessForm}
"""The form of each way of confirming; its template is delegation/confirm_by_<way>.html."""


def to_step(endpoint: str, reference: str) -> ResponseReturnValue:
    """To a page of this request."""
    return redirect(url_for(f"delegation.{endpoint}", reference=reference), code=303)


def find_earlier_step(request_row: ConsentRequest, *, needs: str) -> str | None:
    """The page that has to come first, before one that ``needs`` reading, said or nothing."""
    if needs in ("read", "said") and request_row.read_ended_at is None:
        return "read_statement"
    if needs == "said" and request_row.said is None:
        return "say_back"
    return None


def get_asked(reference: str) -> tuple[ConsentRequest, Person]:
    """The request of this account and its person, the look recorded first.

    Who goes back to a page after the yes is shown what came of it, not the question again.
    """
    opened = open_request(actor=get_actor(), reference=reference)
    if opened.is_confirmed and request.method == "GET":
        abort(make_response(to_step("show_result", reference)))
    return opened.request, opened.person


def shown(row: ConsentRequest, person: Person, **more: Any) -> dict[str, Any]:
    """What the pages show of the list."""
    terms = service_asking.terms_of(row)
    who = find_signed_in()
    own = terms.holder_kind == "account"
    name = (who.account_name if own else who.organisation_name) if who else ""
    if terms.holder_account_id is not None:
        name = list_names([terms.holder_account_id]).get(terms.holder_account_id, "")
    return {
        "person": person,
        "reference": row.reference,
        "terms": terms,
        "holder_name": name,
        "services": consents.name_services(terms.services, row.language),
        **more,
    }


# -- the words, and what the person says back


@bp.route("/asking/<reference>/statement", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def read_statement(reference: str) -> ResponseReturnValue:
    """The statement and the list, to be read aloud or read."""
    actor = get_actor()
    row, person = get_asked(reference)
    form = ReadForm(data={"terms_hash": row.terms_hash})
    if form.validate_on_submit():
        service_asking.end_reading(
            actor=actor, request_id=row.id, terms_hash=form.terms_hash.data or ""
        )
        return to_step("say_back", reference)
    if row.read_began_at is None:
        service_asking.show_statement(actor=actor, request_id=row.id)
    form.terms_hash.data = row.terms_hash
    statement = consents.get_statement_text(row.statement_id)
    return (
        render("read_statement", form=form, statement=statement, **shown(row, person)),
        form.status,
    )


@bp.route("/asking/<reference>/said-back", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def say_back(reference: str) -> ResponseReturnValue:
    """Three points that the person says back, their own words, and who else is there."""
    row, person = get_asked(reference)
    earlier = find_earlier_step(row, needs="read")
    if earlier is not None:
        return to_step(earlier, reference)
    said = consents.unseal_json(person.id, "consent_request.said", row.said)
    kept = {**said, "is_accompanied": bool(said.get("present")) if said else None}
    form = SaidForm(data={**kept, "terms_hash": row.terms_hash})
    if form.validate_on_submit():
        try:
            service_asking.keep_said(
                actor=get_actor(),
                request_id=row.id,
                terms_hash=form.terms_hash.data or "",
                what=form.what.data or "",
                until=form.until.data or "",
                stop=form.stop.data or "",
                own_words=form.own_words.data or "",
                present=form.present.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return to_step("choose_way", reference)
    return render("say_back", form=form, **shown(row, person)), form.status


# -- the confirmation


@bp.route("/asking/<reference>/confirm", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def choose_way(reference: str) -> ResponseReturnValue:
    """By which way the person confirms it."""
    row, person = get_asked(reference)
    earlier = find_earlier_step(row, needs="said")
    if earlier is not None:
        return to_step(earlier, reference)
    form = WayForm()
    open_ways = []
    closed = []
    for way in ways.list_ways():
        obstacle = way.find_obstacle(get_actor(), person)
        if obstacle:
            closed.append((words.WAYS[way.key], obstacle))
        else:
            open_ways.append(Choice(way.key, words.WAYS[way.key]))
    form.way.choices = list(open_ways)
    if form.validate_on_submit():
        address = url_for(".confirm_by", reference=reference, way=form.way.data)
        return redirect(address, code=303)
    return render("choose_way", form=form, closed=closed, **shown(row, person)), form.status


@bp.route("/asking/<reference>/confirm/<way>", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def confirm_by(reference: str, way: str) -> ResponseReturnValue:
    """The person confirms it; then it begins, or waits for a second human."""
    actor = get_actor()
    if way not in WAY_FORMS or ways.find_way(way) is None:
        raise NotFound
    form = WAY_FORMS[way]()
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
    if form.validate_on_submit():
        try:
            answer = service.confirm_and_grant(
                actor=actor,
                request_id=row.id,
                terms_hash=form.terms_hash.data or "",
                way=way,
                given=_given(form),
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
    more = _code_context(row, person) if way == "code" else {}
    return render(f"confirm_by_{way}", form=form, **shown(row, person, **more)), form.status


def _given(form: BaseForm) -> dict[str, str]:
    left_out = {"csrf_token", "terms_hash", "confirm"}
    return {
        field.short_name: str(field.data)
        for field in form
        if field.short_name not in left_out and field.data
    }


def _code_context(row: ConsentRequest, person: Person) -> dict[str, Any]:
    code = ways.find_code(row.id)
    powers = service_asking.terms_of(row).powers
    policy = consents.get_policy()
    phones = []
    for phone in ways.list_phones(get_actor(), person):
        assessment = compute_strength(phone.evidence)
        doubts = [words.REASONS[reason] for reason in assessment.limiting] if phone.doubts else []
        phones.append((phone, doubts, policy.list_short(powers, assessment.strength)))
    is_sent = code is not None and code.voided_at is None and code.terms_hash == row.terms_hash
    return {"phones": phones, "code": code if is_sent else None}


@bp.post("/asking/<reference>/confirm/code/send")
@requires(Permission.DELEGATION_GRANT)
def send_code(reference: str) -> ResponseReturnValue:
    """Send a one-time code to the person's own phone."""
    row = consents.get_own_request(get_actor(), reference)
    try:
        phone_id = UUID(request.form.get("phone", ""))
    except ValueError:
        raise NotFound from None
    service_confirming.send_code(
        actor=get_actor(),
        request_id=row.id,
        contact_point_id=phone_id,
        terms_hash=request.form.get("terms_hash", ""),
    )
    flash(_("A code is on its way. The person reads it out to you from their own phone."))
    return redirect(url_for(".confirm_by", reference=reference, way="code"), code=303)


# -- what came of it


@bp.route("/asking/<reference>/result", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def show_result(reference: str) -> ResponseReturnValue:
    """It has begun, or it waits; or, after a crash in between, a button that lets it begin."""
    actor = get_actor()
    opened = open_request(actor=actor, reference=reference)
    row, person = opened.request, opened.person
    if not opened.is_confirmed:
        return to_step(find_earlier_step(row, needs="said") or "choose_way", reference)
    if request.method == "POST":
        try:
            service.grant_delegation(actor=actor, consent_id=row.id)
        except Held:
            pass  # the page says so
        return to_step("show_result", reference)
    delegation = queries.find_by_consent(row.id)
    asked = None
    if delegation is None:
        asked = find_asked(actor, service.GRANT_COMMAND, {"consent_id": row.id})
    return render(
        "show_result",
        delegation=delegation,
        pending=asked[0] if asked else None,
        pending_state=asked[1] if asked else None,
        **shown(row, person),
    )
