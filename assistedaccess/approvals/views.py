"""Pages of what waits for a second human: for who decides, for who asked, for managers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.accounts.hats import ROLE_NAMES
from assistedaccess.kernel.errors import InvalidInput

from . import forms, queries, rules, service, service_words, words
from .forms import DecideForm, WordsForm
from .rules import State
from .service_review import Review, open_review

bp = Blueprint("approvals", __name__)


@bp.get("/reviews")
@requires(Permission.APPROVAL_DECIDE)
def list_reviews() -> ResponseReturnValue:
    """What waits for this reviewer, the first to be due first."""
    after = request.args.get("after")
    return render_template(
        "approvals/list_reviews.html",
        page=queries.list_reviews(get_actor(), after),
        is_first=not after,
    )


@bp.route("/reviews/<reference>", methods=["GET", "POST"])
@requires(Permission.APPROVAL_DECIDE)
def decide_pending_act(reference: str) -> ResponseReturnValue:
    """One pending act: the facts, and what the reviewer decides."""
    form = DecideForm()
    if form.validate_on_submit():
        try:
            return _decide(form, reference)
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        except rules.AlreadyDecided as error:
            flash(error.words)
            return _to_pending_act(reference)
    review = open_review(actor=get_actor(), reference=reference)
    if review.state != State.WAITING:
        return _to_pending_act(reference)
    if review.is_conflict:
        form.only_hand_back()
    elif review.person is None:
        form.without_referral()
    return _show(form, review), form.status


def _show(form: DecideForm, review: Review) -> str:
    return render_template(
        "approvals/decide_pending_act.html", form=form, review=review, role_names=ROLE_NAMES
    )


def _decide(form: DecideForm, reference: str) -> ResponseReturnValue:
    actor = get_actor()
    pending_act_id = queries.get_review_id(actor, reference)
    reason = form.reason.data or ""
    if form.decision.data == forms.HAND_BACK:
        service.hand_back_pending_act(actor=actor, pending_act_id=pending_act_id, reason=reason)
        flash(_("Handed back. Another reviewer looks at it."), "success")
        return redirect(url_for("approvals.list_reviews"), 303)
    if form.decision.data == forms.ASK:
        service_words.ask_for_more(
            actor=actor,
            pending_act_id=pending_act_id,
            reason=reason,
            request_key=form.request_key.data,
        )
        flash(_("Asked. You find the answer here."), "success")
        return redirect(url_for("approvals.decide_pending_act", reference=reference), 303)
    if form.decision.data == forms.REFER:
        service_words.refer_pending_act(actor=actor, pending_act_id=pending_act_id, reason=reason)
        flash(_("A safeguarding lead looks at it now."), "success")
        return redirect(url_for("approvals.list_reviews"), 303)
    if form.decision.data == forms.REFUSE:
        service.refuse_pending_act(actor=actor, pending_act_id=pending_act_id, reason=reason)
        flash(_("Refused. Whoever asked can read your reason."), "success")
    else:
        decision = service.release_pending_act(
            actor=actor, pending_act_id=pending_act_id, reason=reason
        )
        if decision.state is State.RELEASED:
            flash(_("Released. It is done."), "success")
        else:
            flash(_("It could not be done any more: %(words)s", words=decision.words))
    return _to_pending_act(reference)


def _to_pending_act(reference: str) -> ResponseReturnValue:
    return redirect(url_for("approvals.view_pending_act", reference=reference), 303)


@bp.get("/pending-acts")
@requires(Permission.APPROVAL_OWN)
def list_pending_acts() -> ResponseReturnValue:
    """What one asked for and a second human decides; for managers, all of their organisation's."""
    actor = get_actor()
    after = request.args.get("after")
    return render_template(
        "approvals/list_pending_acts.html",
        page=queries.list_pending_acts(actor, after),
        is_first=not after,
        sees_all=is_allowed(actor, Permission.APPROVAL_VIEW),
        states=words.STATES,
    )


@bp.route("/pending-acts/<reference>", methods=["GET", "POST"])
@requires(Permission.APPROVAL_OWN)
def view_pending_act(reference: str) -> ResponseReturnValue:
    """Where it stands, for who asked and for their manager; who asked can say something to it, or
    have a refusal looked at again."""
    actor, form = get_actor(), WordsForm()
    act = queries.get_pending_act(actor, reference)
    if form.validate_on_submit():
        said, key = form.words.data or "", form.request_key.data
        try:
            if act.state == State.WAITING:
                service_words.answer_question(
                    actor=actor, pending_act_id=act.id, words=said, request_key=key
                )
                flash(_("Sent. Whoever decides reads it."), "success")
            else:
                service_words.look_again(
                    actor=actor, pending_act_id=act.id, words=said, request_key=key
                )
                flash(_("Somebody else looks at it now."), "success")
        except rules.AlreadyDecided as error:
            flash(error.words)
            return _to_pending_act(reference)
        except InvalidInput as error:
            form.add_error("words", error.words)
        else:
            return _to_pending_act(reference)
    return (
        render_template("approvals/view_pending_act.html", act=act, states=words.STATES, form=form),
        form.status,
    )


@bp.post("/pending-acts/<reference>/withdraw")
@requires(Permission.APPROVAL_OWN)
def withdraw_pending_act(reference: str) -> ResponseReturnValue:
    """Take back what one asked for."""
    actor = get_actor()
    act = queries.get_pending_act(actor, reference)
    try:
        service.withdraw_pending_act(actor=actor, pending_act_id=act.id)
    except rules.AlreadyDecided as error:
        flash(error.words)
    else:
        flash(_("Withdrawn. Nothing of it happens."), "success")
    return _to_pending_act(reference)
