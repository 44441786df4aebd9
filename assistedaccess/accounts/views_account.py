"""The pages of one's own account: details, password, sign-ins, and text that was kept."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires, signed_in
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.return_path import safe_path

from . import (
    drafts,
    queries,
    rules,
    service,
    service_details,
    service_sessions,
    service_setup,
)
from .browser import get_address, set_cookie
from .forms import ChangePasswordForm, EmailForm, LanguageForm, NameForm
from .guard import lead_to, requires_fresh
from .sign_ins import SignInFailed
from .views import bp, get_sign_in, start_again


@bp.get("/account")
@signed_in
def show_account() -> ResponseReturnValue:
    """Who I am here, how I sign in, where I am signed in."""
    found = get_sign_in()
    return render_template(
        "accounts/show_account.html",
        account=queries.get_account(found.account_id),
        factor=queries.get_factor(found.account_id),
        few=rules.FEW_CODES,
        kept=queries.list_kept_forms(found.account_id),
    )


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """A new password, for whoever knows the one in use."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            token = service_setup.change_password(
                actor=get_actor(),
                sign_in_id=get_sign_in().id,
                current=form.password.data,
                new=form.new_password.data,
                address=get_address(),
            )
        except SignInFailed as error:
            if error.is_over:
                return start_again(error)
            form.add_error(error.field, error.words)
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(
                _("Your password is changed. You are signed out on every other device."), "success"
            )
            return set_cookie(lead_to("accounts.show_account", None), token.token)
    return render_template("accounts/change_password.html", form=form), form.status


@bp.route("/account/email", methods=["GET", "POST"])
@signed_in
@requires_fresh
def change_email() -> ResponseReturnValue:
    """A new address to sign in with."""
    form = EmailForm()
    if form.validate_on_submit():
        try:
            service_details.change_email(
                actor=get_actor(), sign_in_id=get_sign_in().id, email=form.email.data
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Your email address is changed."), "success")
            return lead_to("accounts.show_account", None)
    return render_template("accounts/change_email.html", form=form), form.status


@bp.route("/account/language", methods=["GET", "POST"])
@signed_in
def change_language() -> ResponseReturnValue:
    """The language of messages about the account."""
    found = get_sign_in()
    form = LanguageForm(language=queries.get_account(found.account_id).language)
    if form.validate_on_submit():
        service_details.change_language(
            actor=get_actor(), sign_in_id=found.id, language=form.language.data
        )
        flash(_("The language is changed."), "success")
        return lead_to("accounts.show_account", None)
    return render_template("accounts/change_language.html", form=form), form.status


@bp.route("/accounts/<uuid:account_id>/name", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def change_name(account_id: UUID) -> ResponseReturnValue:
    """A manager corrects the name of somebody in their organisation."""
    actor = get_actor()
    queries.check_reach(actor, account_id)
    form = NameForm(name=queries.list_names([account_id]).get(account_id))
    if form.validate_on_submit():
        service.change_name(actor=actor, account_id=account_id, name=form.name.data)
        flash(_("The name is changed."), "success")
        return redirect(safe_path(request.args.get("next"), "/"), code=303)
    return render_template("accounts/change_name.html", form=form), form.status


# -- where I am signed in


@bp.get("/account/sign-ins")
@signed_in
def list_sign_ins() -> ResponseReturnValue:
    """Every device that is signed in, with a button to end each."""
    found = get_sign_in()
    rows = queries.list_live_sign_ins(found.account_id)
    return render_template("accounts/list_sign_ins.html", rows=rows, own_id=found.id)


@bp.post("/account/sign-ins/<uuid:sign_in_id>/end")
@signed_in
def end_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    """End one of them."""
    service_sessions.end_own_sign_in(actor=get_actor(), sign_in_id=sign_in_id)
    flash(_("That device is signed out."), "success")
    return lead_to("accounts.list_sign_ins", None)


@bp.post("/account/sign-ins/end-others")
@signed_in
def end_other_sign_ins() -> ResponseReturnValue:
    """End all but this one."""
    service_sessions.end_other_sign_ins(actor=get_actor())
    flash(_("Every other device is signed out."), "success")
    return lead_to("accounts.list_sign_ins", None)


# -- what was kept


@bp.get("/kept/<uuid:kept_id>")
@signed_in
def show_kept_form(kept_id: UUID) -> ResponseReturnValue:
    """The text by itself, to copy, where the page it was typed into has no place for it."""
    kept = drafts.find_kept(get_sign_in().account_id, kept_id)
    if kept is None:
        raise NotFound(_("Nothing is kept here. Text is kept for a day."))
    back = drafts.with_argument(kept.path, kept.id)
    return render_template("accounts/show_kept_form.html", kept=kept, back=back)


@bp.post("/kept/<uuid:kept_id>/drop")
@signed_in
def drop_kept_form(kept_id: UUID) -> ResponseReturnValue:
    """Delete it."""
    drafts.drop_kept_form(actor=get_actor(), kept_id=kept_id)
    flash(_("The text is deleted."), "success")
    return lead_to("accounts.show_account", None)
