"""People, and desks with helpers at which they are helped.

People are made through the commands. A desk's rows are written directly: the least that a helper
needs to act, so that a test of people does not hang on how accounts are set up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from assistedaccess.accounts.models import Account, Human, SignIn
from assistedaccess.accounts.queries import fingerprint_email
from assistedaccess.accounts.tokens import hash_token, new_token
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.models import (
    DeclaredInterest,
    Membership,
    MembershipSite,
    Organisation,
    RoleGrant,
    Site,
)
from assistedaccess.people import queries, service


@dataclass(frozen=True)
class Desk:
    """An organisation with one site."""

    organisation_id: UUID
    site_id: UUID
    name: str


def make_desk(name: str = "Millbrook Library", telephone: str = "01632 960001") -> Desk:
    """An organisation that asks for no training and no check, and its site."""

    def write() -> Desk:
        session = get_session()
        now = clock.now()
        organisation = Organisation(
            id=new_id(),
            reference=new_reference("O"),
            name=f"{name} Trust",
            name_key=name.casefold(),
            kind="charity",
            nation="england",
            required_courses=[],
            training_valid_months=12,
            required_check=None,
            check_valid_months=12,
            is_pool=False,
            created_at=now,
            version=1,
        )
        site = Site(
            id=new_id(),
            reference=new_reference("S"),
            organisation_id=organisation.id,
            name=name,
            address="1 High Street, Millbrook",
            phone=telephone,
            hours={},
            created_at=now,
            version=1,
        )
        session.add(organisation)
        session.flush()
        session.add(site)
        session.flush()
        return Desk(organisation.id, site.id, name)

    return run_transaction(write)


def make_helper(desk: Desk, role: str = "helper", human_id: UUID | None = None) -> Actor:
    """An account with that role at the desk; another account of ``human_id`` where given."""

    def write() -> Actor:
        session = get_session()
        now = clock.now()
        human = human_id or new_id()
        if human_id is None:
            session.add(Human(id=human, created_at=now))
            session.flush()
        account_id = new_id()
        account = Account(
            id=account_id,
            human_id=human,
            name="Harriet Helper",
            email=encryption.seal(account_id, "account.email", f"{account_id}@example.org"),
            email_fingerprint=fingerprint_email(f"{account_id}@example.org"),
            language="en",
            is_first=False,
            created_at=now,
        )
        session.add(account)
        session.flush()
        membership = Membership(
            id=new_id(),
            reference=new_reference("M"),
            organisation_id=desk.organisation_id,
            account_id=account_id,
            human_id=human,
            kind="staff",
            starts_on=date(2020, 1, 1),
            created_at=now,
            version=1,
        )
        session.add(membership)
        session.flush()
        session.add(
            MembershipSite(
                membership_id=membership.id,
                site_id=desk.site_id,
                organisation_id=desk.organisation_id,
            )
        )
        session.add(
            RoleGrant(
                id=new_id(),
                organisation_id=desk.organisation_id,
                membership_id=membership.id,
                role=role,
                granted_at=now,
            )
        )
        session.flush()
        return Actor(
            kind=ActorKind.ACCOUNT,
            account_id=account_id,
            human_id=human,
            role=role,
            organisation_id=desk.organisation_id,
            membership_id=membership.id,
            site_id=desk.site_id,
        )

    return run_transaction(write)


def rename(actor: Actor, name: str) -> None:
    """Another name on the account: all that are made are called the same."""

    def write() -> None:
        get_session().get_one(Account, actor.account_id).name = name

    run_transaction(write)


def make_kind(actor: Actor, kind: str) -> None:
    """Another kind of member: volunteer, family."""

    def write() -> None:
        get_session().get_one(Membership, actor.membership_id).kind = kind

    run_transaction(write)


def sign_in(client: FlaskClient, actor: Actor) -> None:
    """Put the actor behind the client's requests, as if password and factor had been given."""
    token = new_token()

    def write() -> None:
        session = get_session()
        now = clock.now()
        grant = session.query(RoleGrant).filter_by(membership_id=actor.membership_id).one()
        session.add(
            SignIn(
                id=new_id(),
                account_id=actor.account_id,
                token_hash=hash_token(token),
                stage="open",
                device="Test",
                started_at=now,
                seen_at=now,
                second_factor_at=now,
                fresh_at=now,
                tries=0,
                role_grant_id=grant.id,
                site_id=actor.site_id,
            )
        )

    run_transaction(write)
    with client.application.test_request_context():
        from assistedaccess.accounts.browser import cookie_name

        client.set_cookie(cookie_name(), token)


def declare_relative(actor: Actor, person_reference: str) -> None:
    """Have the helper's human declare the person as a relative."""

    def write() -> None:
        get_session().add(
            DeclaredInterest(
                id=new_id(),
                human_id=actor.human_id,
                account_id=actor.account_id,
                organisation_id=actor.organisation_id,
                kind="relative",
                value=encryption.seal(actor.human_id, "declared_interest.value", "Mother"),
                relation="parent",
                person_reference=person_reference,
                declared_at=clock.now(),
            )
        )

    run_transaction(write)


def register(actor: Actor, name: str = "Ada Lovelace", **fields: Any) -> service.Registration:
    """A person, registered by the command; ``fields`` are its arguments."""
    fields.setdefault("request_key", new_request_key())
    return service.register_person(actor=actor, name=name, **fields)


def make_person(actor: Actor, name: str = "Ada Lovelace", **fields: Any) -> UUID:
    """The id of a person who was registered; likely duplicates are somebody else."""
    done = register(actor, name, **fields)
    if done.person_id is None:
        others = [duplicate.reference for duplicate in done.duplicates]
        done = register(actor, name, somebody_else=others, **fields)
    assert done.person_id is not None
    return done.person_id


def mobile(value: str = "07700 900123", **fields: Any) -> dict[str, Any]:
    """A mobile number as ``contact_points`` takes it."""
    return {"kind": "mobile", "value": value, **fields}


def email(value: str = "ada@example.org", **fields: Any) -> dict[str, Any]:
    """An e-mail address as ``contact_points`` takes it."""
    return {"kind": "email", "value": value, **fields}


def days_later(days: float) -> Any:
    """A clock that stands ``days`` after now, for ``clock.set_clock``."""
    return clock.now() + timedelta(days=days)


def other_account(desk: Desk, actor: Actor) -> Actor:
    """A second account of the same human."""
    return make_helper(desk, human_id=actor.human_id)


def without_site(actor: Actor) -> Actor:
    """The same helper, away from the desk."""
    return replace(actor, site_id=None)


def list_kinds(rows: Sequence[Any]) -> list[str]:
    """The kinds of notices, in their order."""
    return [row.kind for row in rows]


def reference_of(person_id: UUID) -> str:
    with reading():
        return queries.get_person(person_id).reference
