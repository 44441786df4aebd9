"""Pages on which a person is asked whether somebody may act for them, from the list to the yes.

Each page stands on what the server keeps: it can be left, reloaded, gone back to, opened twice.
Who opens a page before the one that comes first is sent there.
"""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.queries import list_names
from assistedaccess.approvals.queries import find_asked
from assistedaccess.consent import queries as consents
from assistedaccess.consent import service_asking
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.service_papers import find_paper
from assistedaccess.consent.service_viewing import open_request
from assistedaccess.kernel.errors import Held, InvalidInput
from assistedaccess.kernel.signed_in import find_signed_in
from assistedaccess.people.models import Person

from . import queries, service
from .forms import ReadForm, SaidForm
from .views import bp, render


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
        render(
            "read_statement",
            form=form,
            statement=statement,
            online_address=_online_address(reference),
            **shown(row, person),
        ),
        form.status,
    )


def _online_address(reference: str) -> str:
    """Where a link is sent to who is online; that page stands above this package."""
    if "my_record.send_link" not in current_app.view_functions:
        return ""
    return url_for("my_record.send_link", reference=reference)


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
    kept["in_private"] = bool(said.get("in_private"))
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
                in_private=bool(form.in_private.data),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return to_step("choose_way", reference)
    return render("say_back", form=form, **shown(row, person)), form.status


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
    paper = find_paper(row.id)
    asked = None
    if delegation is None:
        asked = find_asked(actor, service.GRANT_COMMAND, {"consent_id": row.id})
    return render(
        "show_result",
        delegation=delegation,
        pending=asked[0] if asked else None,
        pending_state=asked[1] if asked else None,
        paper_due_on=paper.due_on if paper and paper.picture_id is None else None,
        is_late=opened.way == "home_visit",
        reasons=opened.reasons,
        **shown(row, person),
    )
