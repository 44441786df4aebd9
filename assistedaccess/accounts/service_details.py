"""What account holders change about their own account besides how they sign in."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from assistedaccess.audit import Action, record
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.notices.rules import AccountMail

from . import endings, mails
from .queries import fingerprint_email, unseal_email
from .rules import EndReason, Stage
from .service import LANGUAGES
from .service_setup import lock_both, lock_fresh


@command("accounts.change_email")
def change_email(*, actor: Actor, sign_in_id: UUID, email: str) -> UUID:
    """A new address to sign in with. Needs a fresh sign-in; every other sign-in ends.

    The old and the new address stand, sealed, in the journal's details. Raises NotFresh, and
    InvalidInput("email") where another account has the address.
    """
    row, account = lock_fresh(sign_in_id)
    before = unseal_email(account.id, account.email)
    session = get_session()
    try:
        with session.begin_nested():
            account.email = encryption.seal(account.id, "account.email", email.strip())
            account.email_fingerprint = fingerprint_email(email)
            session.flush()
    except IntegrityError:
        raise InvalidInput(
            "email", _("There is an account with this email address already")
        ) from None
    record(
        Action.ACCOUNT_CHANGED,
        actor=actor,
        subject=("account", account.id),
        reason="email",
        details={"before": before, "after": email.strip()},
    )
    if before != email.strip():  # a second click changes nothing
        mails.tell(actor, account, AccountMail.EMAIL_CHANGED, address=before)
    endings.end_all(actor, account.id, EndReason.EMAIL_CHANGED, but=row.id)
    return account.id


@command("accounts.change_language")
def change_language(*, actor: Actor, sign_in_id: UUID, language: str) -> UUID:
    """The language in which messages about the account are written: en or cy."""
    if language not in LANGUAGES:
        raise InvalidInput("language", _("Select a language from the list"))
    _row, account = lock_both(sign_in_id, Stage.OPEN)
    account.language = language
    record(
        Action.ACCOUNT_CHANGED,
        actor=actor,
        subject=("account", account.id),
        reason="language",
    )
    return account.id
