"""After it is submitted: the way that it gets to the other side, step by step, to the end."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.services.pages import SummaryRow
from assistedaccess.services.queries import get_service

from . import service_delivering, service_viewing, words
from .delivery import Standing, WayOut, list_ways
from .forms import TypingForm, WayOutForm
from .queries_delivering import find_delivery
from .queries_drafts import Draft, get_application_id
from .rules import State
from .views import bp, shown_language, sum_up, to_application

TICK = "tick"


def list_typed(draft: Draft) -> list[tuple[str, list[SummaryRow]]]:
    """The answers that are typed in elsewhere, by section: those in play that are not empty.

    Of a change report on the claim's own form, those that differ: the others are there already.
    """
    changes = draft.changes
    only = set(draft.changed_keys) if changes is not None and changes.same_form else None
    return [
        (
            section.title,
            [r for r in section.rows if any(r.lines) and (only is None or r.key in only)],
        )
        for section in sum_up(draft)
    ]


def list_keys(draft: Draft) -> list[str]:
    """The keys of what is typed in elsewhere, in order."""
    return [row.key for _title, rows in list_typed(draft) for row in rows]


@bp.route("/applications/<reference>/way-out", methods=["GET", "POST"])
@requires(Permission.APPLICATION_SUBMIT)
def choose_way_out(reference: str) -> ResponseReturnValue:
    """Choose how it gets there, and see how far it is."""
    form = WayOutForm()
    actor = get_actor()
    form.offer(list(WayOut))
    if form.validate_on_submit():
        way = str(form.way.data)
        try:
            service_delivering.choose_way_out(
                actor=actor, application_id=get_application_id(actor, reference), way=way
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            tail = "type_elsewhere" if way == WayOut.TYPED else "choose_way_out"
            return redirect(url_for(f".{tail}", reference=reference), code=303)
    draft = service_viewing.open_application(actor=actor, reference=reference)
    if draft.state is not State.SUBMITTED:
        return to_application(draft.reference)
    entry = get_service(draft.service).entry
    form.offer(list_ways(entry.ways_out))
    delivery = find_delivery(draft.id, draft.person_id)
    if not form.is_submitted() and delivery is not None:
        form.way.data = str(delivery.way)
    elif not form.is_submitted() and len(entry.ways_out) == 1:
        form.way.data = entry.ways_out[0]  # there is nothing to choose
    return (
        render_template(
            "applications/choose_way_out.html",
            form=form,
            draft=draft,
            delivery=delivery,
            body=entry.run_by.in_language(shown_language()),
            words=words,
            may_choose=delivery is None or delivery.standing in (Standing.OPEN, Standing.FAILED),
        ),
        form.status,
    )


@bp.route("/applications/<reference>/typing", methods=["GET", "POST"])
@requires(Permission.APPLICATION_SUBMIT)
def type_elsewhere(reference: str) -> ResponseReturnValue:
    """Each answer with a button that copies it and a tick for when it is in; then the reference."""
    actor = get_actor()
    form = TypingForm()
    draft = service_viewing.open_application(actor=actor, reference=reference)
    if draft.state is not State.SUBMITTED:
        return to_application(draft.reference)
    delivery = find_delivery(draft.id, draft.person_id)
    if delivery is None or delivery.way is not WayOut.TYPED:
        return redirect(url_for(".choose_way_out", reference=reference), code=303)
    ticked = set(request.form.getlist(TICK)) if form.is_submitted() else set(delivery.ticked)
    if form.validate_on_submit():
        is_done = not form.later.data
        try:
            service_delivering.type_elsewhere(
                actor=actor,
                application_id=draft.id,
                keys=list_keys(draft),
                ticked=sorted(ticked),
                their_reference=form.their_reference.data,
                has_none=bool(form.has_none.data),
                is_done=is_done,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is typed in.") if is_done else _("Your ticks are kept."), "success")
            return redirect(url_for(".choose_way_out", reference=reference), code=303)
    return (
        render_template(
            "applications/type_elsewhere.html",
            form=form,
            draft=draft,
            sections=list_typed(draft),
            ticked=ticked,
            tick=TICK,
            is_done=delivery.standing is Standing.DONE,
        ),
        form.status,
    )


@bp.post("/applications/<reference>/posted")
@requires(Permission.APPLICATION_SUBMIT)
def mark_posted(reference: str) -> ResponseReturnValue:
    """The printed form is in the post, or was handed in."""
    actor = get_actor()
    try:
        service_delivering.mark_posted(
            actor=actor, application_id=get_application_id(actor, reference)
        )
    except InvalidInput as error:
        flash(error.words, "message")
    else:
        flash(_("It is in the post, or handed in."), "success")
    return redirect(url_for(".choose_way_out", reference=reference), code=303)


@bp.get("/applications/<reference>/letter")
@requires(Permission.APPLICATION_VIEW)
def print_covering_letter(reference: str) -> ResponseReturnValue:
    """The letter that goes with the printed form."""
    draft = service_viewing.print_application(actor=get_actor(), reference=reference)
    entry = get_service(draft.service).entry
    return render_template(
        "applications/print_covering_letter.html",
        draft=draft,
        body=entry.run_by.in_language(draft.language),
        evidence=[file for file in draft.evidence.values() if file.added_at >= draft.started_at],
        words=words,
    )
