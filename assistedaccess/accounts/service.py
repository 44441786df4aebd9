"""Commands about accounts: invited, made, disabled, changed. Sign-in, set-up and recovery have
modules of their own beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.canonical import canonical_email
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.text import UnfitText, clean_text

from . import endings, factors, mails, rules, tokens
from .models import Account, Human, Invitation
from .queries import check_reach, fingerprint_email
from .rules import EndReason

LANGUAGES = ("en", "cy")
LONGEST_NAME = 200


@dataclass(frozen=True)
class InvitationLink:
    """What is handed to the invited human. ``token`` is nowhere else: it cannot be shown again."""

    account_id: UUID
    token: str

    @property
    def path(self) -> str:
        return f"/invitations/{self.token}"


class AlreadySetUp(Refused):
    """An invitation would let somebody past the password that the account has."""

    reason_code = "already_set_up"


class OwnAccount(Refused):
    """Nobody does this to an account of their own."""

    reason_code = "own_account"


class EnoughAdministrators(Refused):
    """The command line makes the first two alone; from then on role grants need two humans."""

    reason_code = "enough_administrators"


@command("accounts.create_invitation")
def create_invitation(
    *, actor: Actor, name: str, email: str, human_id: UUID | None = None, language: str = "en"
) -> InvitationLink:
    """Make an account without a password, and the link that lets its holder set one up.

    ``human_id`` ties it to a human who is known already. The account has no role: organisations
    gives it one. Raises InvalidInput("email") where the address has an account.
    """
    require(actor, Permission.ACCOUNT_INVITE)
    account = _add_account(name, email, human_id, language, is_first=False)
    record(Action.ACCOUNT_CREATED, actor=actor, subject=("account", account.id))
    return _invite(actor, account.id)


@command("accounts.add_first_administrator")
def add_first_administrator(*, actor: Actor, name: str, email: str) -> InvitationLink:
    """Make one of the first two accounts, as the system's act; for ``assistedaccess users add``.

    Said again for one that was never set up: a new link. Its role is given by organisations.
    Raises EnoughAdministrators from the third on.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Refused(_("Only the command line makes the first administrators."))
    session = get_session()
    known = session.scalars(
        select(Account)
        .where(Account.email_fingerprint == fingerprint_email(email))
        .with_for_update()
    ).one_or_none()
    if known is not None and known.is_first:
        return _invite(actor, known.id)
    made = session.scalar(
        select(func.count()).select_from(Account).where(Account.is_first.is_(True))
    )
    if (made or 0) >= rules.FIRST_ADMINISTRATORS:
        raise EnoughAdministrators(
            _("The first two administrators are there already."),
            next_step=_("Sign in as one of them to invite more."),
        )
    account = _add_account(name, email, None, "en", is_first=True)
    record(Action.ACCOUNT_CREATED, actor=actor, subject=("account", account.id))
    return _invite(actor, account.id)


@command("accounts.renew_invitation")
def renew_invitation(*, actor: Actor, account_id: UUID) -> InvitationLink:
    """A new link for an account that was never set up; the old one is dead. Raises AlreadySetUp."""
    require(actor, Permission.ACCOUNT_INVITE)
    account = lock_account(account_id)
    check_reach(actor, account.id)
    return _invite(actor, account.id)


@command("accounts.disable_account")
def disable_account(*, actor: Actor, account_id: UUID) -> UUID:
    """Nobody signs in with this account any more, and whoever is signed in is out at once."""
    require(actor, Permission.MEMBERSHIP_CHANGE)
    account = lock_account(account_id)
    check_reach(actor, account.id)
    _refuse_own(actor, account)
    concerns(subject=("account", account.id))
    account.disabled_at = account.disabled_at or clock.now()
    record(Action.ACCOUNT_DISABLED, actor=actor, subject=("account", account.id))
    endings.end_all(actor, account.id, EndReason.ACCOUNT_DISABLED)
    return account.id


@command("accounts.enable_account")
def enable_account(*, actor: Actor, account_id: UUID) -> UUID:
    """Let the account sign in again, with the password and factor that it has."""
    require(actor, Permission.MEMBERSHIP_CHANGE)
    account = lock_account(account_id)
    check_reach(actor, account.id)
    _refuse_own(actor, account)
    account.disabled_at = None
    record(Action.ACCOUNT_ENABLED, actor=actor, subject=("account", account.id))
    return account.id


@command("accounts.change_name")
def change_name(*, actor: Actor, account_id: UUID, name: str) -> UUID:
    """Another name for the holder: never by themself, because others know them by it.

    The old and the new one stand, sealed, in the journal's details.
    """
    require(actor, Permission.MEMBERSHIP_CHANGE)
    account = lock_account(account_id)
    check_reach(actor, account.id)
    _refuse_own(actor, account)
    before, account.name = account.name, name
    record(
        Action.ACCOUNT_CHANGED,
        actor=actor,
        subject=("account", account.id),
        reason="name",
        details={"before": before, "after": name},
    )
    return account.id


@command("accounts.end_sign_ins")
def end_sign_ins(*, actor: Actor, account_id: UUID) -> int:
    """End every sign-in of an account, at once, everywhere; returns how many there were."""
    require(actor, Permission.MEMBERSHIP_CHANGE)
    account = lock_account(account_id)
    check_reach(actor, account.id)
    ended = endings.end_all(actor, account.id, EndReason.ENDED_BY_MANAGER)
    if not ended:
        record(Action.SIGN_IN_ENDED, actor=actor, subject=("account", account.id), reason="none")
    return ended


def lock_account(account_id: UUID | None) -> Account:
    """The account's row, locked. Raises NotFound."""
    account = (
        get_session().get(Account, account_id, with_for_update=True)
        if account_id is not None
        else None
    )
    if account is None:
        raise NotFound
    return account


def _refuse_own(actor: Actor, account: Account) -> None:
    if actor.is_same_human(account.human_id):
        raise OwnAccount(
            _("You cannot do this to an account of your own."),
            next_step=_("Ask another manager or an administrator."),
        )


def _add_account(
    name: str, email: str, human_id: UUID | None, language: str, *, is_first: bool
) -> Account:
    if language not in LANGUAGES:
        raise InvalidInput("language", _("Select a language from the list"))
    name, email = _read_holder(name, email)
    session = get_session()
    if human_id is None:
        human_id = new_id()
        session.add(Human(id=human_id, created_at=clock.now()))
        session.flush()
    elif session.get(Human, human_id) is None:
        raise NotFound
    account_id = new_id()
    account = Account(
        id=account_id,
        human_id=human_id,
        name=name,
        email=encryption.seal(account_id, "account.email", email),
        email_fingerprint=fingerprint_email(email),
        language=language,
        is_first=is_first,
        created_at=clock.now(),
    )
    add_with_email(account)
    return account


def _read_holder(name: str, email: str) -> tuple[str, str]:
    """Name and address as they are kept, whoever asks: a page, or somebody at a command line.

    A first administrator with a mistyped address would use up one of the two for ever.
    """
    if canonical_email(email) is None:
        raise InvalidInput("email", _("Enter an email address in the correct format"))
    try:
        name = clean_text(name)
    except UnfitText:
        raise InvalidInput("name", _("Remove the characters that cannot be printed")) from None
    if not name:
        raise InvalidInput("name", _("Enter their name"))
    if len(name) > LONGEST_NAME:
        raise InvalidInput("name", _("Enter %(most)s characters or less", most=LONGEST_NAME))
    return name, email.strip()


def add_with_email(account: Account) -> None:
    """Write an account whose address is new. Raises InvalidInput where another has it."""
    session = get_session()
    try:
        with session.begin_nested():
            session.add(account)
            session.flush()
    except IntegrityError:
        raise InvalidInput(
            "email", _("There is an account with this email address already")
        ) from None


def _invite(actor: Actor, account_id: UUID) -> InvitationLink:
    account = lock_account(account_id)
    if factors.is_set_up(account_id):
        raise AlreadySetUp(
            _("This account is set up already."),
            next_step=_("Its holder can sign in, or ask for help to sign in."),
        )
    session = get_session()
    now = clock.now()
    session.execute(
        update(Invitation)
        .where(
            Invitation.account_id == account_id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    token = tokens.new_token()
    session.add(
        Invitation(
            id=new_id(),
            account_id=account_id,
            token_hash=tokens.hash_token(token),
            created_at=now,
            expires_at=now + rules.INVITATION_LIMIT,
        )
    )
    record(Action.ACCOUNT_INVITED, actor=actor, subject=("account", account_id))
    link = InvitationLink(account_id, token)
    mails.tell_invitation(actor, account, link.path, rules.INVITATION_LIMIT.days)
    return link
