"""Who is in a scratch installation: organisations, helpers, an auditor; made by the commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from assistedaccess.access import Role
from assistedaccess.accounts import sign_ins
from assistedaccess.accounts.hats import Hat, wear
from assistedaccess.accounts.models import Account, SignIn
from assistedaccess.accounts.rules import Stage
from assistedaccess.accounts.service import create_invitation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import list_hats

AUDITED = ("Hilltown Council", "Hilltown Libraries", "Hilltown Advice")
OFFICE = {day: [["09:00", "17:00"]] for day in ("monday", "tuesday", "wednesday", "thursday")}
PEOPLE_A_HELPER = 80


@dataclass(frozen=True)
class MadePerson:
    """Somebody of the scratch installation, with what the pages are asked by."""

    id: UUID
    reference: str
    name: str
    birth_date: str
    case_reference: str
    delegation_reference: str
    application_reference: str
    helper: int


@dataclass
class Cast:
    """Who there is. ``helpers`` act in turn; the first one's pages are measured.

    ``fresh``: so many helpers, the first ones, whose people have nothing begun that a walk begins.
    """

    helpers: list[Actor] = field(default_factory=list)
    auditor: Actor = SYSTEM
    people: list[MadePerson] = field(default_factory=list)
    fresh: int = 1

    @property
    def clients(self) -> list[MadePerson]:
        """The people of the first helper."""
        return [person for person in self.people if person.helper == 0]


def make_cast(people: int) -> Cast:
    """Three organisations with their helpers, and an office whose auditor may look into them."""
    cast = Cast()
    audited = [make_organisation(name) for name in AUDITED]
    office = make_organisation("Dale County Audit Office")
    sites = [
        organisations.add_site(
            actor=SYSTEM,
            organisation_id=organisation_id,
            name="Front desk",
            address="1 Market Place\nHilltown",
            phone="01632 960001",
            hours=OFFICE,
        )
        for organisation_id in audited
    ]
    for organisation_id in audited:
        organisations.add_audit_remit(
            actor=SYSTEM,
            auditing_organisation_id=office,
            audited_organisation_id=organisation_id,
        )
    for number in range(max(2, people // PEOPLE_A_HELPER)):
        place = number % len(audited)
        cast.helpers.append(
            make_member(f"Helper {number}", audited[place], Role.HELPER, [sites[place]])
        )
    cast.auditor = make_member("Auditor", office, Role.AUDITOR, [])
    return cast


def make_organisation(name: str) -> UUID:
    """A council in England."""
    return organisations.create_organisation(
        actor=SYSTEM, name=name, kind="council", nation="england"
    )


def make_member(name: str, organisation_id: UUID, role: Role, site_ids: list[UUID]) -> Actor:
    """Somebody with one role at an organisation, as who they act."""
    email = f"{name.lower().replace(' ', '')}@example.org"
    account_id = create_invitation(actor=SYSTEM, name=name, email=email).account_id
    membership_id = organisations.start_membership(
        actor=SYSTEM,
        organisation_id=organisation_id,
        account_id=account_id,
        kind="staff",
        starts_on=clock.today() - timedelta(days=200),
        site_ids=site_ids,
    )
    organisations.grant_role(actor=SYSTEM, membership_id=membership_id, role=role)
    with reading() as session:
        human_id = session.get_one(Account, account_id).human_id
        hat = list_hats(account_id)[0]
    return wear(hat, account_id, human_id)


def open_sign_in(actor: Actor) -> str:
    """Sign an account in, in its one role, without the steps; returns its browser's token.

    It is the row that signing in leaves, so that every request stands behind a true sign-in.
    """
    account_id = actor.account_id
    if account_id is None:
        raise ValueError("only an account signs in")

    def open_it() -> str:
        hat: Hat = list_hats(account_id)[0]
        started = sign_ins.start(account_id, Stage.SETUP, "Measuring", None)
        get_session().flush()
        row = get_session().get_one(SignIn, started.sign_in_id)
        token = sign_ins.let_in(PUBLIC, row, "bench")
        sign_ins.put_on(row, hat)
        return token.token

    return run_transaction(open_it)
