"""The own word of whoever is named in a yes: what one is asked, and one's answer."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent import queries as consents
from assistedaccess.consent import service_words
from assistedaccess.consent.forms_seen import AnswerForm, AskColleagueForm
from assistedaccess.consent.queries_words import list_own_words
from assistedaccess.consent.views import shown_language
from assistedaccess.kernel.errors import InvalidInput

from .views import asking_bp, bp, render


@asking_bp.get("/asking/words")
@requires(Permission.ACCOUNT_OWN)
def list_words() -> ResponseReturnValue:
    """The yeses in which one is named, and on which one's own word is asked for."""
    return render("list_words", rows=list_own_words(get_actor()))


@asking_bp.route("/asking/words/<uuid:word_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def answer_word(word_id: UUID) -> ResponseReturnValue:
    """What was written that one heard or knows; yes or no."""
    form = AnswerForm()
    actor = get_actor()
    if form.validate_on_submit():
        try:
            service_words.answer_word(
                actor=actor,
                word_id=word_id,
                answer=form.answer.data or "",
                said=form.said.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Thank you. It is written down."), "success")
            return redirect(url_for(".answer_word", word_id=word_id), code=303)
    word = service_words.open_word(actor=actor, word_id=word_id)
    services = consents.name_services(word.services, shown_language())
    return render("answer_word", form=form, word=word, services=services), form.status


@bp.post("/asking/<reference>/confirm/voucher/ask")
@requires(Permission.DELEGATION_GRANT)
def ask_second(reference: str) -> ResponseReturnValue:
    """Ask a colleague to see the person: it stands on their Today."""
    row = consents.get_own_request(get_actor(), reference)
    form = AskColleagueForm()
    try:
        service_words.ask_second(
            actor=get_actor(),
            request_id=row.id,
            terms_hash=request.form.get("terms_hash", ""),
            email=form.email.data or "",
        )
    except InvalidInput as error:
        flash(error.words)
    else:
        flash(_("Your colleague is asked. It stands on their page Today."), "success")
    return redirect(url_for(".confirm_by", reference=reference, way="voucher"), code=303)
