"""Pages of outcomes: what became of an application, write it down, ask, and the lists."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.return_path import safe_path
from assistedaccess.people.words_told import say_told

from . import queries_outcomes, service_outcomes, words_outcomes
from .forms_outcomes import OutcomeForm
from .queries_outcomes import AwaitedRow, OutcomePage
from .rules_outcomes import OutcomeKind, may_follow
from .service_outcomes import Contradiction
from .views import bp, shown_language

LISTS = ("deadlines", "unheard", "passed")


def _look(awaited_id: UUID) -> OutcomePage:
    return service_outcomes.view_outcome(
        actor=get_actor(), awaited_id=awaited_id, language=shown_language()
    )


@bp.get("/outcomes/<uuid:awaited_id>")
@requires(Permission.APPLICATION_VIEW)
def view_outcome(awaited_id: UUID) -> ResponseReturnValue:
    """All that was heard of one application, and how a refusal is challenged."""
    page = _look(awaited_id)
    return render_template(
        "applications/view_outcome.html",
        page=page,
        words=words_outcomes,
        language=shown_language(),
        may_change=is_allowed(get_actor(), Permission.CASE_CHANGE),
        kinds=[kind for kind in OutcomeKind if may_follow(page.standing, kind)],
        today=clock.today(),
    )


@bp.route("/outcomes/<uuid:awaited_id>/new/<heard>", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def hear_outcome(awaited_id: UUID, heard: str) -> ResponseReturnValue:
    """Write down what was heard: which kind it is stands in the address."""
    actor = get_actor()
    row = queries_outcomes.get_awaited(actor, awaited_id)
    if heard not in list(OutcomeKind):
        raise NotFound
    kind = OutcomeKind(heard)
    form = OutcomeForm(version=str(row.version))
    form.fit(kind)
    if form.validate_on_submit():
        try:
            service_outcomes.hear_outcome(
                actor=actor,
                awaited_id=awaited_id,
                version=form.version.whole_number,
                kind=kind,
                happened_on=form.happened_on.data,
                weekly_pence=form.typed("weekly_pence"),
                arrears_pence=form.typed("arrears_pence"),
                words=form.words.data,
                limit_from=form.typed("limit_from"),
                last_day=form.typed("last_day"),
                limit_count=form.typed("limit_count"),
                limit_unit=form.typed("limit_unit"),
                correction=form.correction.data or None,
                request_key=form.request_key.data,
            )
        except Contradiction as error:
            form.asks_correction = True
            form.add_error(error.field, error.words)
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            person_id = queries_outcomes.get_awaited(actor, awaited_id).person_id
            flash(f"{_('It is written down.')} {say_told(person_id, actor)}", "success")
            return redirect(url_for(".view_outcome", awaited_id=awaited_id), code=303)
    form.asks_correction = form.asks_correction or bool(form.correction.data)
    return (
        render_template(
            "applications/hear_outcome.html",
            form=form,
            page=_look(awaited_id),
            title=words_outcomes.say_kind(kind),
        ),
        form.status,
    )


@bp.post("/outcomes/<uuid:awaited_id>/ask")
@requires(Permission.CASE_CHANGE)
def ask_for_outcome(awaited_id: UUID) -> ResponseReturnValue:
    """Ask the person what became of it: one click, from wherever it stands."""
    actor = get_actor()
    service_outcomes.ask_for_outcome(actor=actor, awaited_id=awaited_id)
    person_id = queries_outcomes.get_awaited(actor, awaited_id).person_id
    flash(f"{_('The question is written down.')} {say_told(person_id, actor)}", "success")
    default = url_for(".view_outcome", awaited_id=awaited_id)
    return redirect(safe_path(request.form.get("return_to"), default), code=303)


@bp.get("/outcomes")
@requires(Permission.TODAY_VIEW)
def list_outcomes() -> ResponseReturnValue:
    """Last days that can still be kept, or are over; or what nobody has heard of."""
    which = request.args.get("which")
    which = which if which in LISTS else LISTS[0]
    only_own = request.args.get("whose") != "all"
    after = _read_key(request.args.get("after"))
    rows = service_outcomes.list_outcomes(
        actor=get_actor(), which=which, only_own=only_own, after=after
    )
    more = rows[: queries_outcomes.PAGE]
    return render_template(
        "applications/list_outcomes.html",
        rows=more,
        which=which,
        only_own=only_own,
        next_key=_write_key(more[-1]) if len(rows) > queries_outcomes.PAGE else None,
        is_first=after is None,
        words=words_outcomes,
        may_change=is_allowed(get_actor(), Permission.CASE_CHANGE),
    )


def _read_key(text: str | None) -> tuple[date, UUID] | None:
    day, _comma, key = (text or "").partition(",")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None


def _write_key(row: AwaitedRow) -> str:
    return f"{row.day.isoformat()},{row.id}"
