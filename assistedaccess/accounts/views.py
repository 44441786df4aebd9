"""The pages of signing in: password, second factor, role, lock, sign out."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import get_actor, public, signed_in
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.kernel.return_path import safe_path

from . import drafts, passkeys, queries, service_recovery, service_sessions, service_sign_in
from .browser import (
    ROLE,
    ROLE_CHANGED,
    describe_device,
    drop_cookie,
    find_site,
    get_address,
    set_cookie,
)
from .current import CurrentSignIn, State, find_sign_in, get_state
from .forms import AgainForm, FactorForm, PasskeyForm, RoleForm, SignInForm, UnlockForm
from .guard import find_next_path, find_page_path, keep_sent_form, lead_to, step_of
from .hats import ROLE_NAMES, Hat
from .rules import RecoveryKind, Stage
from .sign_ins import SignInFailed, Token

bp = Blueprint("accounts", __name__)

HOME = "/"
_ON_THE_WAY = "who is signing in is not signed in yet; the page asks for the step before it"


def go(path: str, token: Token | None = None) -> Response:
    """On to a page, with a new token where there is one."""
    response: Response = current_app.make_response(redirect(path, code=303))
    return set_cookie(response, token.token) if token is not None else response


def get_sign_in() -> CurrentSignIn:
    """The sign-in of a page that is guarded. Raises NotFound."""
    found = find_sign_in()
    if found is None:
        raise NotFound
    return found


def let_in(token: Token, next_path: str | None) -> Response:
    """After the last proof: on to where they were going, through the choice of a role."""
    return set_cookie(lead_to("accounts.choose_role", next_path), token.token)


def start_again(error: SignInFailed) -> Response:
    """The sign-in is over: back to the password, with the reason."""
    flash(error.words, "message")
    return drop_cookie(lead_to("accounts.start_sign_in", None))


@bp.route("/sign-in", methods=["GET", "POST"])
@public("nobody is signed in yet")
def start_sign_in() -> ResponseReturnValue:
    """The first step: e-mail address and password."""
    found = find_sign_in()
    if found is not None and found.state is State.OPEN and request.method == "GET":
        return go(find_next_path() or HOME)
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = service_sign_in.sign_in_with_password(
                actor=get_actor(),
                email=form.email.data,
                password=form.password.data,
                device=describe_device(),
                address=get_address(),
                return_path=find_next_path(),
                replaces=found.id if found else None,
            )
        except SignInFailed as error:
            form.add_error(error.field, error.words)
        else:
            _forget_the_last_one(found, token)
            return set_cookie(lead_to("accounts.confirm_second_factor", None), token.token)
    next_path = find_next_path() or ""
    page = render_template(
        "accounts/start_sign_in.html",
        form=form,
        has_run_out=bool(next_path) and get_state() is State.RUN_OUT,
        has_kept=f"{drafts.ARGUMENT}=" in next_path,
    )
    return page, form.status


def _forget_the_last_one(found: CurrentSignIn | None, token: Token) -> None:
    # A form token that somebody at this browser may know does not outlive them. The same account,
    # coming back after a while, still has forms open in other tabs.
    is_back = found is not None and found.state is State.RUN_OUT
    if not (is_back and found is not None and found.account_id == token.account_id):
        browser_session.clear()


def make_key_form(account_id: UUID) -> PasskeyForm | None:
    """The button that asks for a key, where the account has one and it works at this address."""
    has_key = find_site() is not None and passkeys.list_credential_ids(account_id)
    return PasskeyForm() if has_key else None


def find_on_the_way(stage: Stage) -> CurrentSignIn | Response:
    """The sign-in at that stage; else the redirect to where this browser belongs."""
    found = find_sign_in()
    if found is not None and found.state is State.ON_THE_WAY:
        return found if found.stage is stage else lead_to(step_of(found), None)
    if found is not None and found.state is State.OPEN:
        return go(HOME)
    return lead_to("accounts.start_sign_in", None)


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@public(_ON_THE_WAY)
def confirm_second_factor() -> ResponseReturnValue:
    """The second step: a code from the app or from the printed sheet."""
    return _ask_for_code("accounts/confirm_second_factor.html")


@bp.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public(_ON_THE_WAY)
def use_recovery_code() -> ResponseReturnValue:
    """The second step for who does not have the factor at hand: one of the ten codes."""
    return _ask_for_code("accounts/use_recovery_code.html")


def _ask_for_code(template: str) -> ResponseReturnValue:
    found = find_on_the_way(Stage.FACTOR)
    if isinstance(found, Response):
        return found
    form = FactorForm()
    if form.validate_on_submit():
        try:
            token = service_sign_in.confirm_second_factor(
                actor=get_actor(),
                sign_in_id=found.id,
                typed=form.code.data,
                address=get_address(),
            )
        except SignInFailed as error:
            if error.is_over:
                return start_again(error)
            form.add_error(error.field, error.words)
        else:
            return let_in(token, found.return_path)
    position = queries.find_next_position(found.account_id)
    page = render_template(
        template, form=form, position=position, key_form=make_key_form(found.account_id)
    )
    return page, form.status


@bp.route("/sign-in/lost-factor", methods=["GET", "POST"])
@public(_ON_THE_WAY)
def replace_lost_factor() -> ResponseReturnValue:
    """Ask a manager to vouch, then enter the code that they give."""
    found = find_on_the_way(Stage.FACTOR)
    if isinstance(found, Response):
        return found
    form = FactorForm()
    if "ask" in request.form:
        service_recovery.ask_for_factor(actor=get_actor(), sign_in_id=found.id)
        return lead_to("accounts.replace_lost_factor", None)
    if form.validate_on_submit():
        try:
            token = service_recovery.use_factor_code(
                actor=get_actor(),
                sign_in_id=found.id,
                code=form.code.data,
                address=get_address(),
            )
        except SignInFailed as error:
            form.add_error(error.field, error.words)
        else:
            return set_cookie(lead_to("accounts.choose_factor", None), token.token)
    has_asked = queries.has_asked(found.account_id, RecoveryKind.FACTOR)
    page = render_template("accounts/replace_lost_factor.html", form=form, has_asked=has_asked)
    return page, form.status


@bp.route("/sign-in/role", methods=["GET", "POST"])
@signed_in
def choose_role() -> ResponseReturnValue:
    """The role (and site) for which what follows is recorded. One role needs no choice."""
    found = get_sign_in()
    next_path = find_next_path()
    if not found.hats:
        flash(
            _(
                "You have no role at the moment. When one is asked for, a second person decides "
                "on it first. A manager of your organisation can tell you more."
            ),
            "message",
        )
        return lead_to("accounts.show_account", None)
    if len(found.hats) == 1 and found.hat is not None:
        return go(next_path or HOME)
    form = RoleForm(hat=found.hat.key if found.hat else None)
    form.hat.choices = [Choice(hat.key, _name(hat)) for hat in found.hats]
    if form.validate_on_submit():
        token = service_sign_in.choose_hat(
            actor=get_actor(), sign_in_id=found.id, hat_key=form.hat.data
        )
        _change_page_tokens(found.hat, form.hat.data)
        return go(next_path or HOME, token)
    return render_template("accounts/choose_role.html", form=form), form.status


def _change_page_tokens(hat: Hat | None, hat_key: str) -> None:
    # A page that was opened in one role saves nothing in another: it would stand at the wrong
    # organisation. The cookie says which role by a hash alone.
    chosen = _hash_role(hat_key)
    before = _hash_role(hat.key) if hat is not None else browser_session.get(ROLE)
    if before is not None and before != chosen:
        browser_session.pop("csrf_token", None)
        browser_session[ROLE_CHANGED] = True
    browser_session[ROLE] = chosen


def _hash_role(hat_key: str) -> str:
    return hashlib.sha256(hat_key.encode()).hexdigest()[:16]


def _name(hat: Hat) -> str:
    words = {"role": ROLE_NAMES.get(hat.role, hat.role), "organisation": hat.organisation_name}
    if hat.site_name:
        return _("%(role)s, %(organisation)s, at %(site)s", site=hat.site_name, **words)
    return _("%(role)s, %(organisation)s", **words)


@bp.route("/sign-in/again", methods=["GET", "POST"])
@signed_in
def confirm_again() -> ResponseReturnValue:
    """Password and second factor once more, before the sign-in itself is changed."""
    found = get_sign_in()
    form = AgainForm()
    if form.validate_on_submit():
        try:
            token = service_sessions.confirm_again(
                actor=get_actor(),
                sign_in_id=found.id,
                password=form.password.data,
                typed=form.code.data,
                address=get_address(),
            )
        except SignInFailed as error:
            if error.is_over:
                return start_again(error)
            form.add_error(error.field, error.words)
        else:
            return go(find_next_path() or HOME, token)
    position = queries.find_next_position(found.account_id)
    page = render_template(
        "accounts/confirm_again.html",
        form=form,
        position=position,
        key_form=make_key_form(found.account_id),
        next_path=find_next_path(),
    )
    return page, form.status


# -- a shared computer


@bp.post("/lock")
@signed_in
def lock_sign_in() -> ResponseReturnValue:
    """Shut the screen at once. What was typed on the page, where the page sends it, is kept."""
    found = get_sign_in()
    path = find_page_path() or HOME
    kept_id = keep_sent_form(found, path)
    token = service_sessions.lock_sign_in(
        actor=get_actor(),
        sign_in_id=found.id,
        return_path=path if kept_id is None else drafts.with_argument(path, kept_id),
    )
    response = set_cookie(lead_to("accounts.unlock_sign_in", None), token.token)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.route("/locked", methods=["GET", "POST"])
@public("the screen is locked; the page shows nothing but the lock")
def unlock_sign_in() -> ResponseReturnValue:
    """The account's password opens the screen where it was; somebody else signs out."""
    found = find_sign_in()
    if found is None or found.state is not State.LOCKED:
        return lead_to("accounts.start_sign_in", None)
    form = UnlockForm()
    if form.validate_on_submit():
        try:
            token = service_sessions.unlock_sign_in(
                actor=get_actor(),
                sign_in_id=found.id,
                password=form.password.data,
                address=get_address(),
            )
        except SignInFailed as error:
            if error.is_over:
                return start_again(error)
            form.add_error(error.field, error.words)
        else:
            return go(_choose_unlocked(found), token)
    return render_template("accounts/unlock_sign_in.html", form=form, name=found.name), form.status


def _choose_unlocked(found: CurrentSignIn) -> str:
    """Where one asked to go; where that is the page that was locked, with what was typed there."""
    locked, asked = safe_path(found.return_path, HOME), find_next_path()
    if asked is None:
        return locked
    is_same = urlsplit(asked).path == urlsplit(locked).path
    return locked if is_same and f"{drafts.ARGUMENT}=" not in asked else asked


@bp.post("/sign-out")
@public("who is half signed in, or locked out, can leave too")
def sign_out() -> ResponseReturnValue:
    """End the sign-in and have the browser forget everything of this site."""
    found = find_sign_in()
    if found is not None and get_state() in (State.OPEN, State.LOCKED, State.ON_THE_WAY):
        service_sessions.sign_out(actor=get_actor(), sign_in_id=found.id)
    browser_session.clear()
    response = drop_cookie(lead_to("accounts.show_signed_out", None))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@bp.get("/signed-out")
@public("nobody is signed in any more")
def show_signed_out() -> ResponseReturnValue:
    """It is done, and how to come back."""
    return render_template("accounts/show_signed_out.html")
