"""Humans, their accounts, sign-in with a second factor, and sessions on the server.

Nothing here knows an organisation: which roles an account has is asked through ``hats``. Other
features use ``service`` (invite, disable, end sign-ins), ``queries``, ``attempts.limit_rate`` and
``guard.requires_fresh``.
"""

from __future__ import annotations

from flask import Flask, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from assistedaccess.access import Permission
from assistedaccess.access.guards import SignInNeeded
from assistedaccess.kernel import navigation, signed_in
from assistedaccess.kernel.signed_in import SignedIn


def register(app: Flask) -> None:
    """Say who is behind each request, and add the pages of signing in and of the account."""
    from . import (  # noqa: F401  (more of views.bp)
        current,
        guard,
        views,
        views_account,
        views_passkeys,
        views_recovery,
        views_setup,
    )

    https = app.config["SETTINGS"].https
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    current.register_login(app)
    app.before_request(current.identify)
    app.before_request(guard.ask_for_role)
    app.before_request(guard.show_kept)
    app.after_request(guard.drop_what_was_saved)
    app.register_error_handler(SignInNeeded, guard.answer_sign_in_needed)
    app.register_blueprint(views.bp)
    signed_in.tell(_tell)
    navigation.add(_l("Help to sign in"), "accounts.list_recoveries", Permission.ACCOUNT_VOUCH, 80)
    navigation.add(_l("Your account"), "accounts.show_account", order=90)


def _tell() -> SignedIn | None:
    from .hats import ROLE_NAMES

    if not current_user.is_authenticated:
        return None
    hat = current_user.hat
    return SignedIn(
        account_name=current_user.name,
        role_name=ROLE_NAMES.get(hat.role, hat.role) if hat else "",
        organisation_name=hat.organisation_name if hat else "",
        site_name=hat.site_name if hat else "",
        is_family=hat.is_family if hat else False,
        change_role_path=url_for("accounts.choose_role") if len(current_user.hats) > 1 else "",
        lock_path=url_for("accounts.lock_sign_in"),
        sign_out_path=url_for("accounts.sign_out"),
        waiting=current_user.waiting,
    )
