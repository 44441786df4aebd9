"""Organisations, sites and members for tests, made by the commands themselves.

Everything is set up as the system does it, so that no second human is needed; what a test is
about, it asks of the commands itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from assistedaccess.accounts.queries import get_account
from assistedaccess.accounts.service import create_invitation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor, ActorKind
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service
from assistedaccess.organisations.queries import get_organisation_reference, list_hats
from assistedaccess.organisations.rules import CheckLevel, Course

from .accounts import sign_in

_numbers = itertools.count(1)


@dataclass(frozen=True)
class MadeOrganisation:
    """An organisation of a test."""

    id: UUID
    reference: str


@dataclass(frozen=True)
class Member:
    """A member of a test; ``role_grants`` by role."""

    account_id: UUID
    human_id: UUID
    organisation_id: UUID
    membership_id: UUID
    membership_reference: str
    email: str
    role_grants: dict[str, UUID]


def make_organisation(**values: Any) -> MadeOrganisation:
    """A council in England that asks nothing, unless ``values`` say otherwise."""
    number = next(_numbers)
    organisation_id = service.create_organisation(
        actor=SYSTEM,
        **{"name": f"Organisation {number}", "kind": "council", "nation": "england", **values},
    )
    with reading():
        return MadeOrganisation(organisation_id, get_organisation_reference(organisation_id))


def make_site(organisation: MadeOrganisation, **values: Any) -> UUID:
    """A site, open on Mondays."""
    return service.add_site(
        actor=SYSTEM,
        organisation_id=organisation.id,
        **{
            "name": f"Site {next(_numbers)}",
            "address": "1 High Street\nMilltown",
            "phone": "01632 960001",
            "hours": {"monday": [["09:30", "17:00"]]},
            **values,
        },
    )


def make_account(name: str = "", *, human_id: UUID | None = None) -> tuple[UUID, UUID, str]:
    """An account: its id, its human's, its e-mail address."""
    number = next(_numbers)
    email = f"member{number}@example.org"
    made = create_invitation(
        actor=SYSTEM, name=name or f"Member {number}", email=email, human_id=human_id
    )
    with reading():
        return made.account_id, get_account(made.account_id).human_id, email


def make_member(
    organisation: MadeOrganisation,
    *roles: str,
    kind: str = "staff",
    name: str = "",
    human_id: UUID | None = None,
    account: tuple[UUID, UUID, str] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    sites: Sequence[UUID] = (),
) -> Member:
    """A member with these roles. ``human_id`` makes it another account of somebody known."""
    account_id, human, email = account or make_account(name, human_id=human_id)
    membership_id = service.start_membership(
        actor=SYSTEM,
        organisation_id=organisation.id,
        account_id=account_id,
        kind=kind,
        starts_on=starts_on or clock.today() - timedelta(days=30),
        ends_on=ends_on,
        site_ids=list(sites),
    )
    grants = {
        role: service.grant_role(actor=SYSTEM, membership_id=membership_id, role=role)
        for role in roles
    }
    return Member(
        account_id,
        human,
        organisation.id,
        membership_id,
        find_membership_reference(membership_id),
        email,
        grants,
    )


def find_membership_reference(membership_id: UUID) -> str:
    """What the address of the member's page ends with."""
    from assistedaccess.kernel.database import get_session
    from assistedaccess.organisations.models import Membership

    with reading():
        return get_session().get_one(Membership, membership_id).reference


def actor_of(member: Member, role: str) -> Actor:
    """The actor that a request of this member in this role carries; the hat must be live."""
    with reading():
        hat = next(
            hat
            for hat in list_hats(member.account_id)
            if hat.role == role and hat.membership_id == member.membership_id
        )
    return Actor(
        ActorKind.ACCOUNT,
        account_id=member.account_id,
        human_id=member.human_id,
        role=role,
        organisation_id=member.organisation_id,
        membership_id=member.membership_id,
        site_id=hat.site_id,
    )


def enter(client: FlaskClient, member: Member, role: str) -> Member:
    """Sign a test client in as this member, in this role."""
    with reading():
        hat = next(hat for hat in list_hats(member.account_id) if hat.role == role)
    sign_in(client, member.account_id, hat)
    return member


def make_actor(organisation: MadeOrganisation, role: str, **values: Any) -> Actor:
    """A new member with one role, as an actor."""
    return actor_of(make_member(organisation, role, **values), role)


def train(member: Member, *courses: Course, on: date | None = None) -> None:
    """Record training, as the system."""
    for course in courses:
        service.record_training(
            actor=SYSTEM,
            membership_id=member.membership_id,
            course=course,
            completed_on=on or clock.today(),
        )


def check(
    member: Member, level: CheckLevel = CheckLevel.ENHANCED_WITH_BARRED_LIST, on: date | None = None
) -> None:
    """Record a background check, as the system."""
    service.record_check(
        actor=SYSTEM,
        membership_id=member.membership_id,
        level=level,
        checked_on=on or clock.today(),
    )
