"""Accounts, roles and memberships; signing in and out; what helpers declare."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any

import pyotp
from sqlalchemy import select

from assistedaccess.access import Role
from assistedaccess.accounts import service as accounts
from assistedaccess.accounts import service_sessions, service_setup, service_sign_in
from assistedaccess.accounts.queries import find_new_secret
from assistedaccess.accounts.sign_ins import SignInFailed
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor, ActorKind
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service
from assistedaccess.organisations.models import RoleGrant
from assistedaccess.organisations.queries import list_hats
from assistedaccess.organisations.rules import CheckLevel, Course, MembershipKind
from assistedaccess.organisations.service_interests import Relation, declare_interest
from assistedaccess.people.service import link_human

from .kinds import BankAccount, ByAccount, Day, OfOrganisation, OfPerson, Text, choice
from .register import act
from .stage import Stage, StagedAccount, as_actor
from .world import add_account, declare_relation, membership_of, reference_of

ACCOUNTS = "Accounts, roles and signing in"
PASSWORD = "violet tractor umbrella"  # noqa: S105  (of invented accounts)
OfRole = Annotated[str, choice(Role)]
CODE_STEP = timedelta(seconds=31)
"""After so long the second factor shows another code."""
MANAGERS = ("administrator", "manager")


class SignInRefused(Refused):
    """The account cannot sign in: it has ended, or what was given is wrong."""

    reason_code = "sign_in_refused"


# -- signing in


@act(ACCOUNTS)
def sign_in(
    stage: Stage,
    account: ByAccount,
    device: Text = "",
    network: Text = "",
    role: OfRole = "helper",
    password: Annotated[str, choice(("right", "wrong"))] = "right",  # noqa: S107
) -> None:
    """Sign in through all its steps, from a device and a network address; what the account does
    from here on, it does from there. An account that never does is taken to be signed in at its
    site; its first `sign in` from elsewhere than its `device` and `network` in the world is one
    from another device."""
    row = stage.accounts[account]
    if not row.secret:
        _set_up(row)
    row.device, row.network = device or row.device, network or row.network
    try:
        token = service_sign_in.sign_in_with_password(
            actor=PUBLIC,
            email=row.email,
            password=PASSWORD if password == "right" else "wrong umbrella tractor",  # noqa: S105
            device=row.device,
            address=row.network,
        )
        # The code of one step works once, as it should: the next sign-in waits for the next.
        stage.clock.moment = max(stage.clock.moment, _next_step(stage, row))
        token = service_sign_in.confirm_second_factor(
            actor=PUBLIC,
            sign_in_id=token.sign_in_id,
            typed=pyotp.TOTP(row.secret).at(clock.now()),
            address=row.network,
        )
    except SignInFailed as error:
        raise SignInRefused(str(error.words), next_step="Ask your manager for help.") from None
    with reading():
        hats = list_hats(row.account_id)
    hat = next((each for each in hats if each.role == role), hats[0] if hats else None)
    if hat is None:
        raise SignInRefused(
            "This account has no role any more.", next_step="Ask your manager for help."
        )
    row.sign_in_id = service_sign_in.choose_hat(
        actor=as_actor(row, hat, token.sign_in_id), sign_in_id=token.sign_in_id, hat_key=hat.key
    ).sign_in_id


def _next_step(stage: Stage, row: StagedAccount) -> datetime:
    now = max(stage.clock.moment, row.next_code_at or stage.clock.moment)
    row.next_code_at = now + CODE_STEP
    return now


def _set_up(row: StagedAccount) -> None:
    """Password and second factor, as whoever is invited does it."""
    link = accounts.renew_invitation(actor=SYSTEM, account_id=row.account_id)
    token = service_setup.accept_invitation(
        actor=PUBLIC, token=link.token, password=PASSWORD, device=row.device
    )
    service_setup.begin_app(actor=PUBLIC, sign_in_id=token.sign_in_id)
    with reading():
        found = find_new_secret(row.account_id)
    if found is None:
        raise LookupError(f"{row.name} has no second factor to set up.")
    row.secret = found[0]
    first = pyotp.TOTP(row.secret).at(clock.now(), counter_offset=-1)
    service_setup.confirm_factor(actor=PUBLIC, sign_in_id=token.sign_in_id, typed=first)
    token = service_setup.put_codes_away(actor=PUBLIC, sign_in_id=token.sign_in_id)
    who = Actor(ActorKind.ACCOUNT, account_id=row.account_id, human_id=row.human_id)
    service_sessions.sign_out(actor=who, sign_in_id=token.sign_in_id)


@act(ACCOUNTS)
def sign_out(stage: Stage, account: ByAccount) -> None:
    """Sign out, where time has not ended the sign-in already."""
    row = stage.accounts[account]
    actor = stage.actor(account)
    if row.sign_in_id is not None:
        with suppress(NotFound):
            service_sessions.sign_out(actor=actor, sign_in_id=row.sign_in_id)
    row.sign_in_id = None


# -- accounts and roles


@act(ACCOUNTS, makes="account")
def add_member(
    stage: Stage,
    name: Text,
    organisation: OfOrganisation,
    role: OfRole = "helper",
    kind: Annotated[str, choice(MembershipKind)] = "staff",
    same_human_as: ByAccount | None = None,
    ends_on: Day | None = None,
) -> None:
    """One more account with a role, set up by the system: as if it had been there in the world."""
    entry: dict[str, Any] = {
        "name": name,
        "organisation": organisation,
        "roles": [role],
        "kind": kind,
        "ends_on": stage.day(ends_on),
    }
    if same_human_as:
        entry["same_human_as"] = same_human_as
    add_account(stage, entry, clock.now())


@act(ACCOUNTS)
def grant_role(stage: Stage, by: ByAccount, to: ByAccount, role: OfRole) -> None:
    """Give a member a role: it waits for a second human; nobody gives one to themself."""
    service.grant_role(
        actor=stage.actor(by, *MANAGERS),
        membership_id=stage.accounts[to].memberships[-1],
        role=role,
    )


@act(ACCOUNTS)
def end_role(stage: Stage, by: ByAccount, of: ByAccount, role: OfRole) -> None:
    """Take a role back."""
    with reading() as session:
        grant_id = session.scalar(
            select(RoleGrant.id).filter_by(
                membership_id=stage.accounts[of].memberships[-1], role=role, ended_at=None
            )
        )
    if grant_id is None:
        raise LookupError(f"{of} is no {role}.")
    service.end_role(actor=stage.actor(by, *MANAGERS), role_grant_id=grant_id)


@act(ACCOUNTS)
def end_membership(
    stage: Stage, by: ByAccount, of: ByAccount, reason: Text = "Has left us"
) -> None:
    """Somebody leaves an organisation, at once."""
    service.end_membership(
        actor=stage.actor(by, *MANAGERS),
        membership_id=stage.accounts[of].memberships[-1],
        reason=reason,
    )


@act(ACCOUNTS)
def change_term(stage: Stage, by: ByAccount, of: ByAccount, ends_on: Day | None = None) -> None:
    """Set the day on which a membership ends."""
    row = membership_of(stage.accounts[of])
    service.change_membership(
        actor=stage.actor(by, *MANAGERS),
        membership_id=row.id,
        starts_on=row.starts_on,
        ends_on=stage.day(ends_on),
        site_ids=[
            hat for _of, hat in stage.sites.values() if _of == stage.accounts[of].organisation
        ],
    )


@act(ACCOUNTS)
def suspend_member(
    stage: Stage, by: ByAccount, of: ByAccount, reason: Text = "While it is looked at"
) -> None:
    """Suspend a member."""
    service.suspend_membership(
        actor=stage.actor(by, *MANAGERS),
        membership_id=stage.accounts[of].memberships[-1],
        reason=reason,
    )


@act(ACCOUNTS)
def resume_member(
    stage: Stage, by: ByAccount, of: ByAccount, reason: Text = "It was looked at"
) -> None:
    """Let a suspended member go on."""
    service.resume_membership(
        actor=stage.actor(by, *MANAGERS),
        membership_id=stage.accounts[of].memberships[-1],
        reason=reason,
    )


@act(ACCOUNTS)
def disable_account(stage: Stage, by: ByAccount, of: ByAccount) -> None:
    """Disable an account altogether."""
    accounts.disable_account(
        actor=stage.actor(by, *MANAGERS), account_id=stage.accounts[of].account_id
    )


@act(ACCOUNTS)
def record_training(
    stage: Stage, by: ByAccount, of: ByAccount, course: Annotated[str, choice(Course)]
) -> None:
    """Record that a member has done a course today."""
    service.record_training(
        actor=stage.actor(by, *MANAGERS),
        membership_id=stage.accounts[of].memberships[-1],
        course=course,
        completed_on=clock.today(),
    )


@act(ACCOUNTS)
def record_check(
    stage: Stage, by: ByAccount, of: ByAccount, level: Annotated[str, choice(CheckLevel)]
) -> None:
    """Record a background check of today."""
    service.record_check(
        actor=stage.actor(by, *MANAGERS),
        membership_id=stage.accounts[of].memberships[-1],
        level=level,
        checked_on=clock.today(),
    )


# -- what helpers declare


@act(ACCOUNTS)
def declare_relative(
    stage: Stage,
    account: ByAccount,
    person: Text,
    relation: Annotated[str, choice(Relation)],
) -> None:
    """Declare a relative, by name; by their record too where they are helped here."""
    declare_relation(stage, account, person, relation)


@act(ACCOUNTS)
def declare_bank_account(stage: Stage, account: ByAccount, bank_account: BankAccount) -> None:
    """Declare a bank account of one's own."""
    declare_interest(
        actor=stage.actor(account),
        kind="bank_account",
        sort_code=bank_account["sort_code"],
        account_number=bank_account["number"],
        roll_number=bank_account.get("roll"),
    )


@act(ACCOUNTS)
def declare_contact_point(stage: Stage, account: ByAccount, value: Text) -> None:
    """Declare a telephone number or an e-mail address of one's own."""
    declare_interest(actor=stage.actor(account), kind="contact_point", contact_point=value)


@act(ACCOUNTS)
def tie_to_person(stage: Stage, by: ByAccount, account: ByAccount, person: OfPerson) -> None:
    """A manager notes that a member is helped here too: that record is closed to them."""
    link_human(
        actor=stage.actor(by, *MANAGERS),
        membership_id=stage.accounts[account].memberships[-1],
        person_reference=reference_of(stage.person(person)),
    )
