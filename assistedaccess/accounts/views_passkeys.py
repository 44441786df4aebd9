"""The pages of passkeys and hardware keys, and the questions that their script asks for them."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import get_actor, public, signed_in
from assistedaccess.kernel.errors import InvalidInput, NotFound

from . import passkeys, rules_passkeys, service_passkeys
from .browser import find_site, get_address
from .current import CurrentSignIn, State, find_sign_in
from .forms import NewPasskeyForm
from .guard import find_next_path, lead_to, requires_fresh
from .rules import Stage
from .rules_passkeys import RelyingParty
from .sign_ins import SignInFailed
from .views import HOME, bp, find_on_the_way, get_sign_in, go, let_in, start_again

_ON_THE_WAY = "who is signing in is not signed in yet; it asks for the step before it"


def get_site() -> RelyingParty:
    """As find_site. Raises NotFound where there is none."""
    site = find_site()
    if site is None:
        raise NotFound
    return site


def read_answer() -> str:
    """What the key answered. Not a form's field, which would look into it for people's secrets;
    named like a secret, so that it is kept nowhere."""
    return request.form.get("passkey_token", "")


# -- using a key


@bp.post("/sign-in/passkey/challenge")
@public(_ON_THE_WAY)
def ask_for_passkey() -> ResponseReturnValue:
    """What the browser passes on to the key, in the second step or to be fresh again."""
    found = find_sign_in()
    if found is None or not _is_asked(found):
        raise NotFound
    return _json(service_passkeys.ask_for_passkey(sign_in_id=found.id, site=get_site()))


def _is_asked(found: CurrentSignIn) -> bool:
    if found.state is State.OPEN:
        return True
    return found.state is State.ON_THE_WAY and found.stage is Stage.FACTOR


def _json(text: str) -> Response:
    return current_app.response_class(text, mimetype="application/json")


@bp.post("/sign-in/passkey")
@public(_ON_THE_WAY)
def use_passkey() -> ResponseReturnValue:
    """The second step by a key."""
    found = find_on_the_way(Stage.FACTOR)
    if isinstance(found, Response):
        return found
    try:
        token = service_passkeys.sign_in_with_passkey(
            actor=get_actor(),
            sign_in_id=found.id,
            answer=read_answer(),
            site=get_site(),
            address=get_address(),
        )
    except SignInFailed as error:
        if error.is_over:
            return start_again(error)
        flash(error.words, "message")
        return lead_to("accounts.confirm_second_factor", None)
    return let_in(token, found.return_path)


@bp.post("/sign-in/again/passkey")
@signed_in
def confirm_by_passkey() -> ResponseReturnValue:
    """Fresh again by a key that makes sure who holds it."""
    found = get_sign_in()
    try:
        token = service_passkeys.confirm_with_passkey(
            actor=get_actor(),
            sign_in_id=found.id,
            answer=read_answer(),
            site=get_site(),
            address=get_address(),
        )
    except SignInFailed as error:
        if error.is_over:
            return start_again(error)
        flash(error.words, "message")
        return lead_to("accounts.confirm_again", find_next_path())
    return go(find_next_path() or HOME, token)


# -- the account's keys


@bp.get("/account/passkeys")
@signed_in
def list_passkeys() -> ResponseReturnValue:
    """Every key of the account, with a button to remove each."""
    return render_template(
        "accounts/list_passkeys.html",
        rows=passkeys.list_passkeys(get_sign_in().account_id),
        most=rules_passkeys.MOST_PASSKEYS,
        works_here=find_site() is not None,
    )


@bp.route("/account/passkeys/new", methods=["GET", "POST"])
@signed_in
@requires_fresh
def add_passkey() -> ResponseReturnValue:
    """Name a key and hold it to the computer."""
    site = get_site()
    form = NewPasskeyForm()
    if form.validate_on_submit():
        try:
            service_passkeys.add_passkey(
                actor=get_actor(),
                sign_in_id=get_sign_in().id,
                name=form.name.data,
                answer=read_answer(),
                site=site,
            )
        except InvalidInput as error:
            form.add_error("name", error.words)
        else:
            flash(_("The passkey is added. Next time you sign in you can use it."), "success")
            return lead_to("accounts.list_passkeys", None)
    return render_template("accounts/add_passkey.html", form=form), form.status


@bp.post("/account/passkeys/challenge")
@signed_in
@requires_fresh
def ask_for_new_passkey() -> ResponseReturnValue:
    """What the browser passes on to make a key."""
    return _json(service_passkeys.ask_for_new_passkey(sign_in_id=get_sign_in().id, site=get_site()))


@bp.post("/account/passkeys/<uuid:passkey_id>/remove")
@signed_in
@requires_fresh
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Remove one of them."""
    service_passkeys.remove_passkey(
        actor=get_actor(), sign_in_id=get_sign_in().id, passkey_id=passkey_id
    )
    flash(_("The passkey is removed. It opens nothing here any more."), "success")
    return lead_to("accounts.list_passkeys", None)
