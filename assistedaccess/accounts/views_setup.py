"""The pages of setting up: the invitation, the second factor, the codes.

Used by who is invited, by who lost a factor and was vouched for, and by who changes theirs: the
first two are not signed in yet, so these pages are public and ask for the stage themselves.
"""

from __future__ import annotations

import pyotp
import segno
from flask import Response, render_template
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import get_actor, public, signed_in
from assistedaccess.access.guards import SignInNeeded
from assistedaccess.kernel.errors import InvalidInput, NotFound

from . import queries, service_setup, shown_once, tokens
from .browser import describe_device, set_cookie
from .current import CurrentSignIn, State, find_sign_in
from .forms import AcceptInvitationForm, ConfirmFactorForm, FactorKindForm, PutAwayForm
from .guard import lead_to, requires_fresh
from .rules import FactorKind, Stage
from .service_setup import PRINTED_SHEET, RECOVERY_SHEET
from .sign_ins import SignInFailed
from .views import bp, get_sign_in, let_in

_SETTING_UP = "who is invited, or lost a factor, is not signed in yet; the page asks for that step"
_INVITED = "invitation"


def get_setting_up() -> CurrentSignIn:
    """The sign-in of somebody who may set up a factor now. Raises SignInNeeded."""
    found = find_sign_in()
    if found is None or found.stage is Stage.FACTOR:
        raise SignInNeeded
    if found.state not in (State.ON_THE_WAY, State.OPEN):
        raise SignInNeeded
    return found


@bp.get("/invitations/<token>")
@public("the link is what the invited human has")
def open_invitation(token: str) -> ResponseReturnValue:
    """Take the token out of the address at once. It is used up by setting the password, not by
    opening the link: programs that look at links in messages must not spend it."""
    browser_session.clear()
    browser_session[_INVITED] = token[:200]
    return lead_to("accounts.accept_invitation", None)


@bp.route("/invitation", methods=["GET", "POST"])
@public("the invited human has no sign-in yet")
def accept_invitation() -> ResponseReturnValue:
    """Set the password. The link is dead from then on."""
    token = str(browser_session.get(_INVITED, ""))
    if not queries.is_open_invitation(tokens.hash_token(token)):
        return render_template("accounts/invitation_is_over.html"), 410
    found = find_sign_in()
    form = AcceptInvitationForm()
    if form.validate_on_submit():
        try:
            new_token = service_setup.accept_invitation(
                actor=get_actor(),
                token=token,
                password=form.new_password.data,
                device=describe_device(),
                replaces=found.id if found else None,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        except NotFound:
            return render_template("accounts/invitation_is_over.html"), 410
        else:
            browser_session.clear()
            return set_cookie(lead_to("accounts.choose_factor", None), new_token.token)
    return render_template("accounts/accept_invitation.html", form=form), form.status


@bp.route("/account/second-factor", methods=["GET", "POST"])
@public(_SETTING_UP)
@requires_fresh
def choose_factor() -> ResponseReturnValue:
    """An app, or a printed sheet of codes."""
    found = get_setting_up()
    if found.state is State.ON_THE_WAY and shown_once.find(found.id, RECOVERY_SHEET):
        return lead_to("accounts.show_recovery_codes", None)  # the one step that is left
    form = FactorKindForm()
    if form.validate_on_submit():
        if form.kind.data == FactorKind.APP:
            service_setup.begin_app(actor=get_actor(), sign_in_id=found.id)
            return lead_to("accounts.set_up_app", None)
        service_setup.begin_printed_codes(actor=get_actor(), sign_in_id=found.id)
        return lead_to("accounts.set_up_printed_codes", None)
    return render_template("accounts/choose_factor.html", form=form), form.status


@bp.route("/account/second-factor/app", methods=["GET", "POST"])
@public(_SETTING_UP)
@requires_fresh
def set_up_app() -> ResponseReturnValue:
    """The key as a picture and as text, and the first code."""
    found = get_setting_up()
    secret = queries.find_new_secret(found.account_id)
    if secret is None:
        return lead_to("accounts.choose_factor", None)
    form = ConfirmFactorForm()
    answer = _confirm(found, form)
    if answer is not None:
        return answer
    key, email = secret
    page = render_template(
        "accounts/set_up_app.html", form=form, picture=_picture(key, email), key=_in_fours(key)
    )
    return page, form.status


def _picture(key: str, email: str) -> str:
    address = pyotp.TOTP(key).provisioning_uri(name=email, issuer_name="Assisted Access")
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4)


def _in_fours(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def _confirm(found: CurrentSignIn, form: ConfirmFactorForm) -> Response | None:
    """Take the factor into use where its code was sent and is right; None shows the page."""
    if not form.validate_on_submit():
        return None
    try:
        has_codes = service_setup.confirm_factor(
            actor=get_actor(), sign_in_id=found.id, typed=form.code.data
        )
    except SignInFailed as error:
        form.add_error("code", error.words)
        return None
    return lead_to("accounts.show_recovery_codes" if has_codes else "accounts.show_account", None)


@bp.route("/account/second-factor/printed-codes", methods=["GET", "POST"])
@public(_SETTING_UP)
@requires_fresh
def set_up_printed_codes() -> ResponseReturnValue:
    """The sheet, to print, and its first code, to see that it was printed."""
    found = get_setting_up()
    sheet = shown_once.find(found.id, PRINTED_SHEET)
    if sheet is None:
        return lead_to("accounts.choose_factor", None)
    form = ConfirmFactorForm()
    answer = _confirm(found, form)
    if answer is not None:
        return answer
    page = render_template("accounts/set_up_printed_codes.html", form=form, codes=_spell(sheet))
    return page, form.status


@bp.get("/account/second-factor/printed-codes/print")
@public(_SETTING_UP)
def print_printed_codes() -> ResponseReturnValue:
    """The sheet on paper."""
    return _print(PRINTED_SHEET, _("Codes to sign in with"))


@bp.get("/account/recovery-codes/print")
@public(_SETTING_UP)
def print_recovery_codes() -> ResponseReturnValue:
    """The recovery codes on paper."""
    return _print(RECOVERY_SHEET, _("Recovery codes"))


def _print(kind: str, title: str) -> ResponseReturnValue:
    sheet = shown_once.find(get_setting_up().id, kind)
    if sheet is None:
        raise NotFound(_("These codes were shown already, and cannot be shown again."))
    return render_template(
        "accounts/print_codes.html",
        title=title,
        codes=_spell(sheet),
        is_printed=kind == PRINTED_SHEET,
    )


def _spell(sheet: shown_once.ShownOnce) -> list[str]:
    return [tokens.spell_code(code) for code in sheet.codes]


@bp.route("/account/recovery-codes", methods=["GET", "POST"])
@public(_SETTING_UP)
def show_recovery_codes() -> ResponseReturnValue:
    """The ten codes, once; sending the page says that they are written down."""
    found = get_setting_up()
    sheet = shown_once.find(found.id, RECOVERY_SHEET)
    if sheet is None:
        return lead_to("accounts.show_account", None)
    form = PutAwayForm()
    if form.validate_on_submit():
        token = service_setup.put_codes_away(actor=get_actor(), sign_in_id=found.id)
        if found.state is State.OPEN:
            return set_cookie(lead_to("accounts.show_account", None), token.token)
        return let_in(token, found.return_path)
    return render_template("accounts/show_recovery_codes.html", form=form, codes=_spell(sheet))


@bp.post("/account/recovery-codes/new")
@signed_in
@requires_fresh
def issue_recovery_codes() -> ResponseReturnValue:
    """Ten new ones; the old ones are void."""
    service_setup.issue_recovery_codes(actor=get_actor(), sign_in_id=get_sign_in().id)
    return lead_to("accounts.show_recovery_codes", None)
