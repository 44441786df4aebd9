"""The helper's home, the person's page and the case's story."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires, signed_in
from assistedaccess.applications import words_outcomes
from assistedaccess.audit.explain import DetailsCovered
from assistedaccess.casework.forms import NoteForm, WaitingForm
from assistedaccess.casework.queries import get_case_by_reference
from assistedaccess.casework.rules import urgency_of
from assistedaccess.consent.rules import Power
from assistedaccess.delegation.authority import find_power
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.ids import read_key, read_reference
from assistedaccess.people.initials import initials_of
from assistedaccess.people.queries import get_by_reference
from assistedaccess.people.queries_merging import MergeRow, list_merges
from assistedaccess.people.rules import GoesOn
from assistedaccess.people.views import show_covered, spoken_language

from . import actions, queries, rules, service, story, words
from .forms import GoToForm

bp = Blueprint("desk", __name__)


@bp.get("/")
@signed_in
def go_home() -> ResponseReturnValue:
    """To the page with which this role begins its day."""
    return redirect(url_for(rules.find_home(get_actor().role, is_family=get_actor().is_family)))


@bp.get("/today", endpoint="today")
@requires(Permission.TODAY_VIEW)
def view_today() -> ResponseReturnValue:
    """Who waits, what is due, which claim dates are at risk, what is open."""
    return render_template(
        "desk/today.html",
        today=service.view_today(actor=get_actor()),
        shown=queries.SHOWN,
        waiting_form=WaitingForm(),
        go_to_form=GoToForm(),
        words=words,
        urgency_of=urgency_of,
        initials_of=initials_of,
        outcome_words=words_outcomes,
        may_change=is_allowed(get_actor(), Permission.CASE_CHANGE),
    )


@bp.get("/people/<reference>")
@requires(Permission.PERSON_VIEW)
def view_person(reference: str) -> ResponseReturnValue:
    """Everything about a person that this organisation may see."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    merges = list_merges(person_id, only_live=True)
    leads_to = next((row.kept_reference for row in merges if row.merged_id == person_id), None)
    if leads_to is not None and "here" not in request.args:
        merged = next(row.merged_reference for row in merges)
        flash(_("%(merged)s was merged into %(kept)s: go on here.", merged=merged, kept=leads_to))
        return redirect(url_for("desk.view_person", reference=leads_to))
    records = _leading_here(person_id, merges)
    page = service.view_person(actor=actor, person_id=person_id, merged=tuple(records))
    person = page.person
    buttons = actions.list_buttons(
        actions.PERSON_ACTIONS,
        person.reference,
        nothing_begins=leads_to is not None or person.restricted is not None,
    )
    if person.is_covered:
        return render_template(
            "desk/view_covered_person.html",
            person=person,
            merges=merges,
            leads_to=leads_to,
            spoken=spoken_language(person.spoken_language),
            actions=buttons,
            is_family=actor.is_family,
        )
    return render_template(
        "desk/view_person.html",
        page=page,
        records=records,
        person=person,
        merges=merges,
        leads_to=leads_to,
        spoken=spoken_language(person.spoken_language),
        actions=buttons,
        may_change=is_allowed(actor, Permission.PERSON_CHANGE)
        and person.died_on is None
        and leads_to is None,
        may_move=may_move(actor, person_id) and person.died_on is None,
        may_protect=is_allowed(actor, Permission.PERSON_PROTECT),
        is_family=actor.is_family,
        shown=story.PAGE,
        words=words,
    )


def may_move(actor: Actor, person_id: UUID) -> bool:
    """Whether to offer changes of how somebody is reached: a relative needs that very power."""
    if not is_allowed(actor, Permission.CONTACT_CHANGE):
        return False
    power = Power.CHANGE_CONTACT_DETAILS
    if not actor.is_family:
        return True
    return find_power(actor=actor, person_id=person_id, power=power) is not None


def _leading_here(person_id: UUID, merges: Iterable[MergeRow]) -> dict[UUID, str]:
    """The references of the records that lead to this one, by their ids."""
    return {row.merged_id: row.merged_reference for row in merges if row.kept_id == person_id}


@bp.get("/people/<reference>/history")
@requires(Permission.TODAY_VIEW)
def view_person_history(reference: str) -> ResponseReturnValue:
    """Everything that was done for a person here, a page at a time."""
    before = read_key(request.args.get("before"))
    person_id = get_by_reference(reference)
    records = _leading_here(person_id, list_merges(person_id, only_live=True))
    page = service.view_person_history(
        actor=get_actor(), person_id=person_id, merged=tuple(records), before=before
    )
    return render_template(
        "desk/view_person_history.html",
        page=page,
        records=records,
        person=page.person,
        is_first=before is None,
        words=words,
    )


@bp.get("/people/<reference>/merges")
@requires(Permission.TODAY_VIEW)
def view_merges(reference: str) -> ResponseReturnValue:
    """Which records were merged with this one, and what was added before they came apart."""
    page = service.view_merges(actor=get_actor(), person_id=get_by_reference(reference))
    return render_template(
        "desk/view_merges.html", page=page, person=page.person, words=words, shown=story.PAGE
    )


@bp.get("/cases/<reference>")
@requires(Permission.CASE_VIEW)
def view_case(reference: str) -> ResponseReturnValue:
    """The case's story on one page."""
    before = read_key(request.args.get("before"))
    actor = get_actor()
    try:
        page = service.view_case(actor=actor, reference=reference, before=before)
    except DetailsCovered as error:
        closed = get_case_by_reference(actor, reference)
        address = url_for("casework.reopen_case", reference=reference)
        return show_covered(error, (address, {"version": closed.version}))
    case = page.case
    return render_template(
        "desk/view_case.html",
        page=page,
        case=case,
        actions=actions.list_buttons(
            actions.CASE_ACTIONS,
            case.person_reference,
            case.reference,
            case.service,
            nothing_begins=case.person_is_merged or case.person_restricted is GoesOn.NOTHING,
        ),
        may_change=is_allowed(actor, Permission.CASE_CHANGE),
        has_today=is_allowed(actor, Permission.TODAY_VIEW),
        is_first=before is None,
        note_form=NoteForm(),
        today=clock.today(),
        words=words,
        urgency_of=urgency_of,
    )


@bp.route("/go", methods=["GET", "POST"])
@signed_in
def go_to_reference() -> ResponseReturnValue:
    """To whatever a reference belongs to. Whether one may open it, that page says."""
    form = GoToForm()
    if form.validate_on_submit():
        for prefix, endpoint in rules.REFERENCES.items():
            reference = read_reference(prefix, form.reference.data)
            if reference is not None and endpoint in current_app.view_functions:
                return redirect(url_for(endpoint, reference=reference), code=303)
        form.add_error("reference", _("Check the reference: a letter or number in it is not right"))
    return render_template("desk/go_to_reference.html", form=form), form.status
