"""Pages about delegations that there are: a person's list, one of them, and stop."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.accounts.queries import list_names
from assistedaccess.consent import words as consent_words
from assistedaccess.consent.queries import find_consent, name_services
from assistedaccess.consent.views import shown_language
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import Choice, Divider
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import read_reference
from assistedaccess.people.queries import get_by_reference
from assistedaccess.people.views import record_address

from . import queries, service, service_viewing, words
from .forms import EndForm, FindForm, LiftForm, StopForm
from .queries import DelegationRow
from .service_authority import list_sent
from .service_legal import find_instrument
from .service_viewing import PersonDelegations

bp = Blueprint("delegation", __name__)
stop_bp = Blueprint("stop", __name__)  # sections of their own in the navigation
asking_bp = Blueprint("asking", __name__)


def say_services(row: DelegationRow) -> str:
    """The services of a delegation, by name, in the page's language."""
    return name_services(row.services, shown_language())


def last_day_of(row: DelegationRow) -> date:
    """The last day on which it holds, which ends at midnight."""
    return clock.local(row.expires_at - timedelta(seconds=1)).date()


def render(template: str, **context: object) -> str:
    """A page of this package, with the words that they all use."""
    return render_template(
        f"delegation/{template}.html",
        words=words,
        consent_words=consent_words,
        say_services=say_services,
        last_day_of=last_day_of,
        record_address=record_address,
        **context,
    )


@bp.get("/people/<reference>/delegations")
@requires(Permission.DELEGATION_VIEW)
def list_delegations(reference: str) -> ResponseReturnValue:
    """Who may act for a person, and who once might."""
    before = request.args.get("before", type=UUID)
    shown = service_viewing.open_delegations(
        actor=get_actor(), person_id=get_by_reference(reference), before=before
    )
    older = None
    if len(shown.rows) == queries.PAGE:
        older = url_for(".list_delegations", reference=reference, before=shown.rows[-1].id)
    first = url_for(".list_delegations", reference=reference) if before else None
    return render("list_delegations", person=shown, first=first, older=older)


@bp.get("/delegations/<reference>")
@requires(Permission.DELEGATION_VIEW)
def view_delegation(reference: str) -> ResponseReturnValue:
    """One delegation: who, for whom, in what, up to how much, until when, and its life."""
    opened = service_viewing.open_delegation(actor=get_actor(), reference=reference)
    names = list_names(step.by_account_id for step in opened.steps if step.by_account_id)
    return render(
        "view_delegation",
        row=opened.row,
        person=opened.person,
        steps=[
            (step, names.get(step.by_account_id) if step.by_account_id else None)
            for step in opened.steps
        ],
        taken=queries.sum_taken([opened.row]).get(opened.row.id, 0),
        instrument=find_instrument(opened.row.legal_authority_id),
        sent=list_sent(opened.row.id),
        names={key: name_services([key], shown_language()) for key in opened.row.services},
        may=_what_may_be_done(opened.row),
        request_key=new_request_key(),
    )


def _what_may_be_done(row: DelegationRow) -> set[str]:
    """What the page offers: whoever presses is asked again, under the lock."""
    actor = get_actor()
    if not is_allowed(actor, Permission.DELEGATION_GRANT) or row.state in ("ended", "frozen"):
        return set()
    is_here = row.organisation_id == actor.organisation_id
    is_theirs = is_here and row.holder_account_id in (None, actor.account_id)
    may = {"authority"} if is_theirs and row.state == "live" else set()
    if row.consent_id is not None:
        may.add("change" if is_theirs else "take_over")
        if is_here:
            may.add("renew")
    if row.check_in_on is not None and not is_theirs:
        may.add("check_in")
    if row.is_one_task and is_theirs and row.state == "live":
        may.add("finish")
    return may


# -- stop


@stop_bp.route("/stop", methods=["GET", "POST"])
@requires(Permission.DELEGATION_END)
def find_to_stop() -> ResponseReturnValue:
    """Somebody says stop at a desk that does not know them: by the number on their receipt."""
    form = FindForm()
    if form.validate_on_submit():
        address = _find_address(form.reference.data or "")
        if address is not None:
            return redirect(address, code=303)
        form.add_error(
            "reference",
            _("There is nothing with this number. Check it, or find the person by their name"),
        )
    return render("find_to_stop", form=form), form.status


def _find_address(text: str) -> str | None:
    """The page on which what has this number can be ended."""
    reference = read_reference("D", text)
    if reference is not None and queries.find_delegation(reference) is not None:
        return url_for("delegation.end_delegation", reference=reference)
    reference = read_reference("K", text)
    if reference is not None and find_consent(reference) is not None:
        return url_for("consent.withdraw_consent", reference=reference)
    return None


@bp.route("/delegations/<reference>/end", methods=["GET", "POST"])
@requires(Permission.YES_TAKE_BACK)
def end_delegation(reference: str) -> ResponseReturnValue:
    """End one delegation, at once, at the person's word: any helper, any organisation."""
    actor = get_actor()
    form = EndForm()
    if form.validate_on_submit():
        row = queries.find_delegation(reference)
        if row is None:
            raise NotFound
        service.end_delegation(actor=actor, delegation_id=row.id, how=form.how.data or "")
        flash(_("It has ended. Nothing more can be done on it."), "success")
        return redirect(url_for(".end_delegation", reference=reference), code=303)
    shown = service_viewing.open_to_stop(actor=actor, reference=reference)
    return render("end_delegation", form=form, row=shown.rows[0], person=shown), form.status


@bp.route("/people/<reference>/stop", methods=["GET", "POST"])
@requires(Permission.DELEGATION_END)
def stop_for_person(reference: str) -> ResponseReturnValue:
    """One page to stop: one delegation, all of them, or everything for now."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    shown = service_viewing.open_to_stop(actor=actor, person_id=person_id)
    form = StopForm()
    form.what.choices = _stop_choices(shown)
    if form.validate_on_submit():
        _stop(form, shown)
        return redirect(url_for(".stop_for_person", reference=reference), code=303)
    return render("stop_for_person", form=form, person=shown), form.status


def _stop_choices(shown: PersonDelegations) -> list[Choice | Divider]:
    choices: list[Choice | Divider] = [
        Choice("freeze", _("Everything, for now. They may want it again."), reveals="is_proven"),
        Choice("all", _("Everything, for good.")),
    ]
    if shown.live:
        choices.append(Divider(_("or")))
    choices += [
        Choice(
            row.reference,
            _("Only this: %(holder)s", holder=row.holder_name),
            hint=say_services(row),
        )
        for row in shown.live
    ]
    return choices


def _stop(form: StopForm, shown: PersonDelegations) -> None:
    actor, how, what = get_actor(), form.how.data or "", form.what.data
    if what == "freeze":
        service.freeze(
            actor=actor, person_id=shown.person_id, how=how, is_proven=bool(form.is_proven.data)
        )
        if form.is_proven.data:
            flash(_("Everything is stopped for now. Nobody can act for the person."), "success")
        else:
            flash(
                _(
                    "Everything is stopped for three days. Somebody from elsewhere asks the person "
                    "whether the stop was theirs. If it was, it goes on until they lift it."
                ),
                "success",
            )
        return
    if what == "all":
        service.end_all(actor=actor, person_id=shown.person_id, how=how)
        flash(_("Everything has ended. Nobody can act for the person."), "success")
        return
    row = next(row for row in shown.live if row.reference == what)
    service.end_delegation(actor=actor, delegation_id=row.id, how=how)
    flash(_("It has ended. Nothing more can be done on it."), "success")


@bp.route("/people/<reference>/lift", methods=["GET", "POST"])
@requires(Permission.DELEGATION_END)
def lift_for_person(reference: str) -> ResponseReturnValue:
    """The person lifts their stop, in front of a helper who was not stopped."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    form = LiftForm()
    if form.validate_on_submit():
        service.lift(actor=actor, person_id=person_id, how=form.how.data or "")
        flash(_("The stop is lifted."), "success")
        return redirect(url_for(".stop_for_person", reference=reference), code=303)
    shown, numbers = service_viewing.open_to_lift(actor=actor, person_id=person_id)
    if not numbers:
        form.how.choices = form.how.choices[:1]  # nobody can have rung them
    return render("lift_for_person", form=form, person=shown, numbers=numbers), form.status
