"""The pages of being let in again, for who asks and for the manager who vouches."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.kernel.errors import InvalidInput, NotFound

from . import queries, service_recovery, shown_once, tokens
from .browser import get_address
from .forms import ForgottenPasswordForm, PasswordCodeForm, VouchForm
from .guard import lead_to
from .rules import Vouching
from .service_recovery import VOUCHED
from .sign_ins import SignInFailed
from .views import bp, get_sign_in


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public("who has forgotten the password cannot sign in")
def ask_for_password() -> ResponseReturnValue:
    """Ask a manager to vouch. The answer is the same whether the account exists or not."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        service_recovery.ask_for_password(
            actor=get_actor(), email=form.email.data, address=get_address()
        )
        return lead_to("accounts.use_password_code", None)
    return render_template("accounts/ask_for_password.html", form=form), form.status


@bp.route("/forgotten-password/code", methods=["GET", "POST"])
@public("who has forgotten the password cannot sign in; a manager's code is asked for")
def use_password_code() -> ResponseReturnValue:
    """Enter the manager's code and a new password; then sign in as ever."""
    form = PasswordCodeForm()
    if form.validate_on_submit():
        try:
            service_recovery.use_password_code(
                actor=get_actor(),
                email=form.email.data,
                code=form.code.data,
                new_password=form.new_password.data,
                address=get_address(),
            )
        except (SignInFailed, InvalidInput) as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Your password is changed. Sign in with it."), "success")
            return lead_to("accounts.start_sign_in", None)
    return render_template("accounts/use_password_code.html", form=form), form.status


@bp.get("/sign-in-help")
@requires(Permission.ACCOUNT_VOUCH)
def list_recoveries() -> ResponseReturnValue:
    """Who of the organisation asks to be let in again."""
    rows = queries.list_recoveries(get_actor())
    return render_template("accounts/list_recoveries.html", rows=rows)


@bp.route("/sign-in-help/<uuid:recovery_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_VOUCH)
def vouch_for_recovery(recovery_id: UUID) -> ResponseReturnValue:
    """Say how it was made sure that it is really them; then the code, to speak to them."""
    actor = get_actor()
    row = next((row for row in queries.list_recoveries(actor) if row.id == recovery_id), None)
    if row is None:
        raise NotFound
    form = VouchForm()
    if form.validate_on_submit():
        service_recovery.vouch_for_recovery(
            actor=actor, recovery_id=recovery_id, how=Vouching(form.how.data)
        )
        here = url_for("accounts.vouch_for_recovery", recovery_id=recovery_id)
        return redirect(here, code=303)
    shown = shown_once.find(get_sign_in().id, VOUCHED)
    code = shown.codes[0] if shown is not None and shown.about == str(recovery_id) else None
    page = render_template(
        "accounts/vouch_for_recovery.html",
        form=form,
        row=row,
        code=tokens.spell_code(code) if code else None,
        is_again="again" in request.args,
        is_own=actor.is_same_human(row.human_id),
    )
    return page, form.status


@bp.post("/sign-in-help/<uuid:recovery_id>/turn-down")
@requires(Permission.ACCOUNT_VOUCH)
def turn_down_recovery(recovery_id: UUID) -> ResponseReturnValue:
    """Close a request that nobody can vouch for."""
    service_recovery.turn_down_recovery(actor=get_actor(), recovery_id=recovery_id)
    flash(_("The request is closed."), "success")
    return lead_to("accounts.list_recoveries", None)
