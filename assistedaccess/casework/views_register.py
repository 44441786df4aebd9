"""Pages about the register of a group session: who is on it, who came, what was put right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.people.words_told import say_told, say_told_somehow

from . import (
    queries,
    queries_groups,
    service,
    service_register,
    service_register_looks,
    service_series,
)
from .forms import VersionForm
from .forms_groups import ChooseSessionForm, CorrectForm, ReferenceForm, WalkInForm
from .queries_groups import GroupRow
from .rules_appointments import may_be_settled
from .rules_groups import SAYS_THEY_CAME, GroupState
from .service_engagements import spell_time
from .service_register import SessionFull
from .views import back_to_case, bp, read_version
from .views_groups import WORDS, back_to_session


@bp.get("/group-sessions/<uuid:session_id>")
@requires(Permission.TODAY_VIEW)
def view_group_session(session_id: UUID) -> ResponseReturnValue:
    """One session, and its register for whoever may open it."""
    return _show(session_id, ReferenceForm(), WalkInForm())


def _show(session_id: UUID, form: ReferenceForm, walk_in: WalkInForm) -> ResponseReturnValue:
    actor = get_actor()
    opened = service_register_looks.open_group_session(actor=actor, session_id=session_id)
    row, entries = opened.row, opened.entries
    may_change = is_allowed(actor, Permission.SITE_WORK)
    is_open, is_day = row.state is GroupState.PLANNED, may_be_settled(row.starts_at, clock.now())
    is_coming = is_open and row.starts_at > clock.now()
    leads = actor.account_id in {leader.account_id for leader in row.leaders}
    failed = form if form.errors else walk_in
    goes_on = is_coming and queries_groups.has_later(row.series_id, row.starts_at)
    return (
        render_template(
            "casework/view_group_session.html",
            goes_on=goes_on,
            row=row,
            entries=entries,
            came=sum(entry.now in SAYS_THEY_CAME for entry in entries or ()),
            may_put_on=may_change and is_coming and not row.is_full,
            may_change=may_change and is_coming and row.may_open,
            may_settle=may_change and is_open and is_day and row.may_open,
            may_take_off=may_change and is_open and row.may_open,
            may_add=may_change
            and is_day
            and ((is_open and row.may_open) or (leads and row.state is GroupState.CLOSED)),
            may_close=may_change and is_open and is_day and leads,
            may_correct=may_change and leads and row.state is GroupState.CLOSED,
            unsaid=sum(entry.state == "booked" for entry in entries or ()),
            may_help=may_change and row.state is not GroupState.CANCELLED,
            full_next=queries_groups.find_next_free(row.series_id, row.starts_at)
            if row.is_full and is_open
            else None,
            form=failed,
            put_on=form,
            walk_in=walk_in,
            day=clock.local(row.starts_at).date(),
            **WORDS,
        ),
        failed.status,
    )


@bp.post("/group-sessions/<uuid:session_id>/put-on")
@requires(Permission.SITE_WORK)
def put_on_register(session_id: UUID) -> ResponseReturnValue:
    """Keep a place for somebody, by reference."""
    form = ReferenceForm()
    if form.validate_on_submit():
        try:
            _put_on(
                bool(form.with_later.data),
                say_told_somehow(),  # whoever knows a reference alone learns no route
                session_id=session_id,
                person_reference=form.person_reference.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error("person_reference", error.words)
        else:
            return back_to_session(session_id)
    return _show(session_id, form, WalkInForm(formdata=None))


@bp.post("/group-sessions/<uuid:session_id>/walk-in")
@requires(Permission.SITE_WORK)
def add_walk_in(session_id: UUID) -> ResponseReturnValue:
    """Somebody is here who was not expected."""
    form = WalkInForm()
    if form.validate_on_submit():
        try:
            service_register.add_walk_in(
                actor=get_actor(),
                session_id=session_id,
                person_reference=form.walk_in_reference.data,
                called=form.called.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(
                "called" if error.field == "called" else "walk_in_reference", error.words
            )
        else:
            flash(_("They are on the register."), "success")
            return back_to_session(session_id)
    return _show(session_id, ReferenceForm(formdata=None), form)


@bp.post("/group-sessions/entries/<uuid:entry_id>/settle")
@requires(Permission.SITE_WORK)
def settle_register_entry(entry_id: UUID) -> ResponseReturnValue:
    """They came, left early, could not come, or are taken off."""
    actor = get_actor()
    case, version = request.form.get("case", ""), read_version(VersionForm())
    if request.form.get("with_later") == "yes":
        off = service_series.take_off_series(actor=actor, entry_id=entry_id, version=version)
        words = ngettext(
            "They are off %(num)s register.",
            "They are off %(num)s registers.",
            len(off.starts),
        )
        told = say_told(off.person_id, actor) if case else say_told_somehow()
        flash(f"{words} {told}", "success")
        return back_to_case(case) if case else back_to_session(off.session_id)
    session_id = service_register.settle_register_entry(
        actor=actor, entry_id=entry_id, version=version, state=request.form.get("state", "")
    )
    flash(_("Saved."), "success")
    return back_to_case(case) if case else back_to_session(session_id)


def _put_on(with_later: bool, told: str, **given: Any) -> None:
    """On one session or on the rest of its series, and say so, and how the person hears of it."""
    if not with_later:
        service_register.put_on_register(actor=get_actor(), **given)
        flash(f"{_('They are on the register.')} {told}", "success")
        return
    places = service_series.put_on_series(actor=get_actor(), **given)
    words = ngettext(
        "They have a place on %(num)s session.",
        "They have a place on %(num)s sessions.",
        len(places.put_on),
    )
    words += f" {told}"
    for said, days in ((_("Full:"), places.full), (_("They are elsewhere:"), places.elsewhere)):
        if days:
            words += f" {said} {'; '.join(spell_time(day) for day in days)}."
    flash(words, "success")


@bp.post("/group-sessions/<uuid:session_id>/close")
@requires(Permission.SITE_WORK)
def close_register(session_id: UUID) -> ResponseReturnValue:
    """A leader's word that the register is so."""
    service_register.close_register(
        actor=get_actor(), session_id=session_id, version=read_version(VersionForm())
    )
    flash(_("The register is closed."), "success")
    return back_to_session(session_id)


@bp.route("/group-sessions/entries/<uuid:entry_id>/correct", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def correct_register_entry(entry_id: UUID) -> ResponseReturnValue:
    """Add what a closed register should have said."""
    actor = get_actor()
    form = CorrectForm()
    if form.validate_on_submit():
        try:
            session_id = service_register.correct_register_entry(
                actor=actor,
                entry_id=entry_id,
                state=form.state.data,
                words=form.words.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The correction is added."), "success")
            return back_to_session(session_id)
    opened = service_register_looks.open_register_entry(actor=actor, entry_id=entry_id)
    return (
        render_template("casework/correct_register_entry.html", form=form, opened=opened, **WORDS),
        form.status,
    )


@bp.get("/group-sessions/<uuid:session_id>/print")
@requires(Permission.TODAY_VIEW)
def print_register(session_id: UUID) -> ResponseReturnValue:
    """The register on paper: initials and references, without what the session is about."""
    opened = service_register_looks.open_group_session(
        actor=get_actor(), session_id=session_id, for_print=True
    )
    return render_template("casework/print_register.html", **WORDS, **vars(opened))


@bp.route("/cases/<reference>/group-sessions", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def choose_group_session(reference: str) -> ResponseReturnValue:
    """Put the person of this case on a register, or take them off one that is still to come."""
    actor = get_actor()
    form, next_id = ChooseSessionForm(), None
    rows = queries_groups.list_to_choose(actor, reference)
    form.session.choices = [Choice(str(row.id), _name(row), hint=_more(row)) for row in rows]
    if form.validate_on_submit():
        case = queries.get_case_by_reference(actor, reference)
        try:
            _put_on(
                bool(form.with_later.data),
                say_told(case.person_id, actor),
                session_id=UUID(form.session.data),
                case_id=case.id,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error("session", error.words)
            next_id = error.next_id if isinstance(error, SessionFull) else None
        else:
            return back_to_case(case.reference)
    case = service.view_case(actor=actor, reference=reference)  # a look, before it shows
    if next_id in {row.id for row in rows}:
        form.session.data = str(next_id)  # one click more, and they are on that one
    return (
        render_template(
            "casework/choose_group_session.html",
            form=form,
            case=case,
            rows=rows,
            booked=queries_groups.list_booked(case.id),
        ),
        form.status,
    )


def _name(row: GroupRow) -> str:
    return _(
        "%(begins)s to %(ends)s, %(site)s",
        begins=spell_time(row.starts_at),
        ends=spell_time(row.ends_at, "h:mma"),
        site=row.site_name,
    )


def _more(row: GroupRow) -> str:
    """What it is about, unless that is hidden; with whom; and how many places are free."""
    who = ", ".join(leader.name for leader in row.leaders)
    free = (
        _("Full")
        if row.is_full
        else _("%(free)s of %(places)s places free", free=row.free, places=row.places)
    )
    parts = (row.topic, _("with %(who)s", who=who), free)
    return " · ".join(part for part in parts if part)
