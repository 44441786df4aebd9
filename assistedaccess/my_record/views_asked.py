"""Saying yes at home (C12): the helper sends a link, the person reads, limits, says yes or no."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.consent import words as consent_words
from assistedaccess.consent.service_viewing import open_request
from assistedaccess.consent.views import shown_language
from assistedaccess.delegation import service as delegation
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.people.views import record_address

from . import asked, service_asked, service_links, service_online
from .forms_asked import LinkCodeForm, SendLinkForm, YesForm
from .service_asked import Asked
from .service_online import SessionView
from .views import bp
from .views_online import WHY, find_session_here, set_session_cookie, to_start

SAID = ("what", "until", "stop", "own_words")


@bp.route("/asking/<reference>/online", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def send_link(reference: str) -> ResponseReturnValue:
    """The person is online: a link and a code go to a number or an address of their own."""
    actor = get_actor()
    opened = open_request(actor=actor, reference=reference)
    if opened.is_confirmed:
        return redirect(url_for("delegation.show_result", reference=reference), code=303)
    points = asked.list_points(actor, opened.person)
    form = SendLinkForm()
    form.point.choices = [
        Choice(str(point.id), _("Email") if point.kind == "email" else _("Text"), hint=point.hint)
        for point in points
    ]
    if points and form.validate_on_submit():
        base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
        service_links.send_link(
            actor=actor,
            request_id=opened.request.id,
            contact_point_id=UUID(form.point.data or ""),
            address=base,
            request_key=form.request_key.data,
        )
        flash(_("A link and a code are on their way to the person."), "success")
        return redirect(url_for(".send_link", reference=reference), code=303)
    return render_template(
        "my_record/send_link.html",
        form=form,
        points=points,
        person=opened.person,
        sent=service_asked.find_sent(opened.request.id),
        reference=reference,
        back=url_for("delegation.read_statement", reference=reference),
        record_address=record_address,
    ), form.status


@bp.route("/yes/<link>", methods=["GET", "POST"])
@public("a link that was sent to the person; nothing is shown before its code is typed")
def open_link(link: str) -> ResponseReturnValue:
    """The code that came with the link. What is no link answers alike."""
    form = LinkCodeForm()
    if form.validate_on_submit():
        token = service_links.open_link(actor=get_actor(), link=link, typed=form.code.data or "")
        if token is not None:
            answer = current_app.make_response(redirect(url_for(".answer_asked"), code=303))
            return set_session_cookie(answer, token)
        form.add_error("code", _("That is not right, or the link is over. Look again"))
    return render_template("my_record/open_link.html", form=form), form.status


@bp.route("/my-record/asked", methods=["GET", "POST"])
@public(WHY)
def answer_asked() -> ResponseReturnValue:
    """The words, the list, which the person can make less, and their yes or no."""
    session = find_session_here()
    if session is None or session.actor is None:
        return to_start()
    actor = session.actor
    try:
        shown = service_asked.open_asked(
            actor=actor, session_id=session.id, language=shown_language()
        )
    except NotFound:
        return redirect(url_for(".show_online"), code=303)
    if shown.is_declined:
        return _part(session, _("You said no. Nothing was agreed."))
    form = YesForm(data=_as_asked(shown))
    form.powers.choices = [
        Choice(str(power), str(consent_words.POWERS[power])) for power in shown.terms.powers
    ]
    if shown.terms.money_limit_pence is None:
        del form.money_limit
    if request.method == "POST" and "decline" in request.form:
        service_asked.decline_asked(actor=actor, session_id=session.id)
        return redirect(url_for(".answer_asked"), code=303)
    if shown.is_accepted or form.validate_on_submit():
        try:
            if not shown.is_accepted:
                _accept(session, form)
            return _part(session, _begin(actor, shown))
        except InvalidInput as error:
            form.add_error(error.field, error.words)
    form.terms_hash.data = shown.terms_hash
    return render_template(
        "my_record/answer_asked.html", form=form, asked=shown, consent_words=consent_words
    ), form.status


def _as_asked(shown: Asked) -> dict[str, object]:
    return {
        "powers": [str(power) for power in shown.terms.powers],
        "until_on": shown.terms.until_on,
        "money_limit": shown.terms.money_limit_pence,
        "terms_hash": shown.terms_hash,
    }


def _accept(session: SessionView, form: YesForm) -> None:
    assert session.actor is not None  # noqa: S101  (whoever answers was let in)
    service_asked.accept_asked(
        actor=session.actor,
        session_id=session.id,
        terms_hash=form.terms_hash.data or "",
        powers=form.powers.data or [],
        until_on=form.until_on.data,
        money_limit_pence=form.money_limit.data if form.money_limit else None,
        said={name: form[name].data or "" for name in SAID},
    )


def _begin(actor: Actor, shown: Asked) -> str:
    """What rests on the yes begins, or waits for a second human; what to say of it."""
    helper, terms_hash = service_asked.find_helper(shown.request_id, actor)
    words = _("You said yes. It has begun. You can stop it at any time.")
    if not shown.has_begun:
        try:
            delegation.confirm_and_grant(
                actor=helper,
                request_id=shown.request_id,
                terms_hash=terms_hash,
                way=asked.WAY,
                given={},
            )
        except Held:
            words = _("You said yes. Somebody else looks at it first. It has not begun.")
    return words


def _part(session: SessionView, words: str) -> ResponseReturnValue:
    """The record shows what came of it; where the session is for the answer alone, it is over."""
    flash(words, "success")
    if not session.is_to_answer_alone:
        return redirect(url_for(".show_online"), code=303)
    service_online.end_session(actor=session.actor or get_actor(), session_id=session.id)
    return to_start()
