"""Pages about group sessions: the next ones, planning, changing and cancelling one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput

from . import queries_groups, service_groups, service_register_looks
from .forms_groups import (
    ENTRY_STATES,
    KINDS,
    STATES,
    CancelForm,
    ChangeForm,
    GroupForm,
    PlanForm,
    SessionsForm,
)
from .queries_groups import WINDOW, GroupRow
from .views import bp, colleague_choices, read_version
from .views_appointments import read_day

WORDS = {"kinds": KINDS, "states": STATES, "entry_states": ENTRY_STATES}


@bp.get("/group-sessions")
@requires(Permission.TODAY_VIEW)
def list_group_sessions() -> ResponseReturnValue:
    """Four weeks of sessions, at one's site or at all of them; and one's own registers to close."""
    actor = get_actor()
    day = min(max(read_day(request.args.get("from")), date.min + WINDOW), date.max - 2 * WINDOW)
    form = SessionsForm(request.args)
    if not form.validate():  # an address that no page wrote
        form = SessionsForm()
    listed = service_register_looks.list_group_sessions(
        actor=actor, day=day, site_id=None if form.where.data else actor.site_id
    )
    return render_template(
        "casework/list_group_sessions.html",
        rows=listed.rows,
        to_close=listed.to_close,
        day=day,
        until=day + WINDOW - timedelta(days=1),
        before=day - WINDOW,
        after=day + WINDOW,
        form=form,
        where=form.where.data or "",
        is_full=len(listed.rows) >= queries_groups.MOST_SHOWN,
        has_site=actor.site_id is not None,
        may_plan=is_allowed(actor, Permission.SITE_WORK),
        **WORDS,
    )


@bp.route("/group-sessions/new", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def plan_group_session() -> ResponseReturnValue:
    """Plan a session, or one a week."""
    actor = get_actor()
    form = PlanForm(leaders=[str(actor.account_id)])
    form.leaders.choices = colleague_choices()
    if form.validate_on_submit():
        try:
            made = service_groups.plan_group_session(
                actor=actor,
                weeks=form.weeks.data,
                request_key=form.request_key.data,
                **_typed(form),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            weeks = form.weeks.data
            flash(
                ngettext("%(num)s session is planned.", "%(num)s sessions are planned.", weeks),
                "success",
            )
            return back_to_session(made)
    return render_template(
        "casework/plan_group_session.html", form=form, has_site=actor.site_id is not None
    ), form.status


@bp.route("/group-sessions/<uuid:session_id>/change", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def change_group_session(session_id: UUID) -> ResponseReturnValue:
    """Another room, time or leader."""
    actor = get_actor()
    row = _get_opened(session_id)
    begins, ends = clock.local(row.starts_at), clock.local(row.ends_at)
    form = ChangeForm(
        topic=row.topic,
        is_private=row.is_private,
        kind=str(row.kind),
        room=row.room,
        day=begins.date(),
        begins=f"{begins:%H:%M}",
        ends=f"{ends:%H:%M}",
        places=row.places,
        leaders=[str(leader.account_id) for leader in row.leaders],
        version=str(row.version),
    )
    form.leaders.choices = colleague_choices()
    if form.validate_on_submit():
        try:
            service_groups.change_group_session(
                actor=actor, session_id=session_id, version=read_version(form), **_typed(form)
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The session is changed. Whoever is on it is told of a new time."), "success")
            return back_to_session(session_id)
    return render_template("casework/change_group_session.html", form=form, row=row), form.status


@bp.route("/group-sessions/<uuid:session_id>/cancel", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def cancel_group_session(session_id: UUID) -> ResponseReturnValue:
    """Say once more that it does not take place: everybody on it will be told."""
    actor = get_actor()
    row = _get_opened(session_id)
    form = CancelForm(version=str(row.version))
    if form.validate_on_submit():
        gone = service_groups.cancel_group_session(
            actor=actor,
            session_id=session_id,
            version=read_version(form),
            with_later=bool(form.with_later.data),
        )
        words = ngettext(
            "%(num)s session is cancelled. Whoever was on it is told by their safe route.",
            "%(num)s sessions are cancelled. Whoever was on them is told by their safe route.",
            len(gone),
        )
        flash(words, "success")
        return back_to_session(session_id)
    return (
        render_template(
            "casework/cancel_group_session.html",
            form=form,
            row=row,
            is_today=clock.local(row.starts_at).date() == clock.today(),
        ),
        form.status,
    )


def _get_opened(session_id: UUID) -> GroupRow:
    """The session, the look recorded. Raises RegisterNotYours for whoever may not change it."""
    return service_register_looks.open_group_session(
        actor=get_actor(), session_id=session_id, to_change=True
    ).row


def _typed(form: GroupForm) -> dict[str, Any]:
    return {
        "topic": form.topic.data,
        "is_private": bool(form.is_private.data),
        "kind": form.kind.data,
        "room": form.room.data,
        "day": form.day.data,
        "begins": form.begins_at,
        "ends": form.ends_at,
        "places": form.places.data,
        "leaders": [UUID(each) for each in form.leaders.data],
    }


def back_to_session(session_id: UUID) -> ResponseReturnValue:
    """To the session's page."""
    return redirect(url_for("casework.view_group_session", session_id=session_id), code=303)
