"""The person's own pages, online and without an account: see, end, freeze, object."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import get_actor, public
from assistedaccess.accounts.browser import get_address
from assistedaccess.consent import words as consent_words
from assistedaccess.consent.views import shown_language
from assistedaccess.delegation import service as delegation
from assistedaccess.delegation import service_stops
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import Choice, Divider
from assistedaccess.kernel.ids import read_key

from . import service_objections, service_online, service_online_record, words
from .forms_online import (
    LetterForm,
    OnlineObjectionForm,
    OnlineStopForm,
    ProofForm,
    StartForm,
)
from .rules import HowAsked
from .rules_online import Proof
from .service_online import SessionView
from .service_online_record import OnlineRecord
from .views import bp
from .views_objections import offer

COOKIE = "my-record"
WHY = "the person's own pages have no account; each asks for the session that was proven"


def _cookie_name() -> str:
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def set_session_cookie(response: Response, token: str) -> Response:
    # Strict: no page of somebody else leads into a record that is open here.
    response.set_cookie(
        _cookie_name(),
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def _drop_cookie(response: Response) -> Response:
    response.delete_cookie(
        _cookie_name(),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def find_session_here() -> SessionView | None:
    token = request.cookies.get(_cookie_name())
    return service_online.find_session(token, get_actor()) if token else None


def to_start() -> ResponseReturnValue:
    return redirect(url_for(".start_online"), code=303)


def _begin_again() -> ResponseReturnValue:
    """The time or the tries for a proof are over: said, or the first page would stand there again
    and nobody would know why."""
    flash(
        _("It was tried too often, or it took too long. Begin again here, or go to any desk."),
        "message",
    )
    return to_start()


@bp.route("/my-record", methods=["GET", "POST"])
@public("people without an account see their own record; who they are is asked here")
def start_online() -> ResponseReturnValue:
    """Whose record, and how they show that it is theirs. What is unknown answers alike."""
    form = StartForm()
    if form.validate_on_submit():
        try:
            begun = service_online.begin_session(
                actor=get_actor(),
                reference=form.reference.data or "",
                proof=form.proof.data or "",
                address=get_address(),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            answer = current_app.make_response(redirect(url_for(".prove_online"), code=303))
            return set_session_cookie(answer, begun.token)
    return render_template("my_record/start_online.html", form=form), form.status


@bp.route("/my-record/letter", methods=["GET", "POST"])
@public("people without an account ask for a code by post")
def ask_for_letter() -> ResponseReturnValue:
    """A code by post, to where letters may go."""
    form = LetterForm()
    if form.validate_on_submit():
        try:
            service_online.ask_for_letter(
                actor=get_actor(), reference=form.reference.data or "", address=get_address()
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(
                _("If we may write to you, a letter with a code is on its way. It takes days."),
                "success",
            )
            return to_start()
    return render_template("my_record/ask_for_letter.html", form=form), form.status


@bp.route("/my-record/prove", methods=["GET", "POST"])
@public(WHY)
def prove_online() -> ResponseReturnValue:
    """The number of the card, or the code."""
    session = find_session_here()
    if session is None:
        return _begin_again()
    if session.actor is not None:
        return redirect(url_for(".show_online"), code=303)
    form = ProofForm()
    if form.validate_on_submit():
        try:
            token = service_online.prove_session(
                actor=get_actor(), session_id=session.id, typed=form.code.data or ""
            )
        except NotFound:
            return _begin_again()
        if token is not None:
            answer = current_app.make_response(redirect(url_for(".show_online"), code=303))
            return set_session_cookie(answer, token)
        form.add_error("code", _("That is not right. Look again. You can also go to any desk"))
    return render_template(
        "my_record/prove_online.html", form=form, session=session, proofs=Proof
    ), form.status


def _open(
    session: SessionView, actor: Actor, before: UUID | None = None, *, is_to_read: bool = True
) -> OnlineRecord:
    return service_online_record.open_online(
        actor=actor,
        session_id=session.id,
        before=before,
        language=shown_language(),
        is_to_read=is_to_read,
    )


@bp.get("/my-record/record")
@public(WHY)
def show_online() -> ResponseReturnValue:
    """The record, less what is told in person alone."""
    session = find_session_here()
    if session is None or session.actor is None:
        return to_start()
    if session.is_to_answer_alone:
        return redirect(url_for(".answer_asked"), code=303)
    before = read_key(request.args.get("before"))
    opened = _open(session, session.actor, before)
    older = opened.record.older
    return render_template(
        "my_record/show_online.html",
        reading=opened,
        record=opened.record,
        telling=opened.telling,
        words=words,
        consent_words=consent_words,
        older=url_for(".show_online", before=older) if older else None,
        newest=url_for(".show_online") if before else None,
    )


@bp.route("/my-record/stop", methods=["GET", "POST"])
@public(WHY)
def stop_online() -> ResponseReturnValue:
    """End one, end all, or put a stop on everything for now: at once."""
    session = find_session_here()
    if session is None or session.actor is None:
        return to_start()
    opened = _open(session, session.actor)
    form = OnlineStopForm()
    choices: list[Choice | Divider] = [
        Choice(str(one.id), _("Only this: %(holder)s", holder=one.holder), hint=one.services)
        for one in opened.record.may_act
    ]
    if choices:
        choices.append(Divider(_("or")))
    choices += [
        Choice("freeze", _("Everything, for now. I may want it again.")),
        Choice("all", _("Everything, for good.")),
    ]
    form.what.choices = choices
    if form.validate_on_submit():
        _stop(session.actor, form.what.data or "")
        flash(_("It is stopped."), "success")
        return redirect(url_for(".show_online"), code=303)
    return render_template("my_record/stop_online.html", form=form), form.status


def _stop(actor: Actor, what: str) -> None:
    how = str(HowAsked.ONLINE)
    assert actor.person_id is not None  # noqa: S101  (a session that was proven is somebody's)
    if what == "freeze":
        delegation.freeze(actor=actor, person_id=actor.person_id, how=how, is_proven=True)
    elif what == "all":
        delegation.end_all(actor=actor, person_id=actor.person_id, how=how)
    else:
        service_stops.end_delegation(actor=actor, delegation_id=UUID(what), how=how)


@bp.route("/my-record/not-agreed", methods=["GET", "POST"])
@public(WHY)
def object_online() -> ResponseReturnValue:
    """“I did not agree to this”: it stops now, and somebody from elsewhere answers."""
    session = find_session_here()
    if session is None or session.actor is None:
        return to_start()
    opened = _open(
        session, session.actor, is_to_read=False
    )  # they come from the page that shows it
    form = OnlineObjectionForm()
    form.what.choices = list(offer(opened.record, _("%(holder)s may act for you")).values())
    if form.validate_on_submit():
        chosen = form.what.data or []
        try:
            service_objections.object_online(
                actor=session.actor,
                delegation_ids=[UUID(each[2:]) for each in chosen if each.startswith("d-")],
                event_ids=[UUID(each[2:]) for each in chosen if each.startswith("e-")],
                pending_ids=[UUID(each[2:]) for each in chosen if each.startswith("w-")],
                words=form.words.data or "",
                request_key=form.request_key.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is stopped. Somebody from elsewhere looks into it."), "success")
            return redirect(url_for(".show_online"), code=303)
    return render_template("my_record/object_online.html", form=form), form.status


@bp.post("/my-record/leave")
@public(WHY)
def leave_online() -> ResponseReturnValue:
    """The cookie opens nothing any more, and the browser forgets the pages."""
    session = find_session_here()
    if session is not None:
        service_online.end_session(actor=session.actor or get_actor(), session_id=session.id)
    flash(_("You have left. Nobody can see your record here."), "success")
    answer = current_app.make_response(to_start())
    answer.headers["Clear-Site-Data"] = '"cache"'
    return _drop_cookie(answer)
