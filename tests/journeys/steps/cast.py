"""Who is there when a journey begins: four organisations, the people who work there, two at home.

Made by the commands as the system would, so that a journey can begin where its story does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from assistedaccess.accounts.hats import Hat
from assistedaccess.applications.queries import get_reference as get_application_reference
from assistedaccess.applications.service import start_application
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import list_hats
from assistedaccess.organisations.rules import CheckLevel, Course
from tests.factories import accounts, applications, casework, consent, people
from tests.factories.accounts import MadeAccount
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    check,
    make_member,
    make_organisation,
    make_site,
    train,
)

from .screen import Screen

COURSES = (Course.ASSISTED_ACCESS, Course.CONSENT_AND_CAPACITY)


@dataclass
class Worker:
    """Somebody with an account, their membership and the role they hold."""

    account: MadeAccount
    member: Member
    role: str

    @property
    def actor(self) -> Actor:
        """The actor that a request of theirs carries."""
        return actor_of(self.member, self.role)

    @property
    def hat(self) -> Hat:
        """Their role at their organisation."""
        with reading():
            return next(h for h in list_hats(self.account.account_id) if h.role == self.role)

    def is_let_in(self, screen: Screen) -> None:
        """Signed in at this screen without the pages, which another journey walks."""
        token = accounts.open_sign_in(self.account.account_id, self.hat)
        address = screen.page.evaluate("location.origin")
        if not address.startswith("http"):
            screen.page.goto("/")
            address = screen.page.evaluate("location.origin")
        screen.page.context.clear_cookies()
        screen.page.context.add_cookies([{"name": "sign-in", "value": token.token, "url": address}])


@dataclass
class Town:
    """Where the journeys take place."""

    library: MadeOrganisation
    council: MadeOrganisation
    charity: MadeOrganisation
    county: MadeOrganisation
    workers: dict[str, Worker] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Worker:
        return self.workers[name]

    def find_by_account(self, account_id: UUID) -> Worker:
        """Whoever holds this account."""
        return next(w for w in self.workers.values() if w.account.account_id == account_id)


def build_town() -> Town:
    """A library that asks for training and a basic check of its volunteers, a council, a charity
    whose reviewer decides for everybody, and a county office that audits the three."""
    town = Town(
        library=make_organisation(
            name="Millbrook Libraries",
            kind="library",
            required_courses=list(COURSES),
            required_check=CheckLevel.BASIC,
        ),
        council=make_organisation(name="Millbrook Town Council"),
        charity=make_organisation(name="Millbrook Advice", kind="charity", is_pool=True),
        county=make_organisation(name="Dale County Audit Office", kind="department"),
    )
    sites = {
        "library": make_site(town.library, name="Central Library", phone="01632 960200"),
        "council": make_site(town.council, name="Town Hall front desk", phone="01632 960100"),
        "charity": make_site(town.charity, name="Advice rooms", phone="01632 960300"),
    }
    for audited in (town.library, town.council, town.charity):
        organisations.add_audit_remit(
            actor=SYSTEM,
            auditing_organisation_id=town.county.id,
            audited_organisation_id=audited.id,
        )
    for name, full_name, place, role in (
        ("felix", "Felix Brandt", "library", "manager"),
        ("june", "June Whitlock", "library", "helper"),
        ("priya", "Priya Nair", "council", "helper"),
        ("owen", "Owen Pryce", "council", "reviewer"),
        ("dilys", "Dilys Parry", "charity", "reviewer"),
        ("nadia", "Nadia Rahman", "county", "auditor"),
    ):
        if name != "june":
            _add(town, name, full_name, place, role, sites)
    return town


def _add(
    town: Town,
    name: str,
    full_name: str,
    place: str,
    role: str,
    sites: dict[str, UUID],
    **more: Any,
) -> Worker:
    account = accounts.make_account(full_name, f"{name}@example.org")
    member = make_member(
        getattr(town, place),
        role,
        account=(account.account_id, account.human_id, account.email),
        sites=[sites[place]] if place in sites else [],
        **more,
    )
    train(member, *COURSES)
    if more.get("kind") != "family":  # the law lets nobody ask that of family
        check(member)
    town.workers[name] = Worker(account, member, role)
    return town.workers[name]


def add_june(town: Town) -> Worker:
    """The volunteer, trained and checked already, for journeys that begin with her at her desk."""
    from assistedaccess.organisations.models import Site

    with reading() as session:
        site = session.query(Site).filter_by(organisation_id=town.library.id).one()
    return _add(
        town, "june", "June Whitlock", "library", "helper", {"library": site.id}, kind="volunteer"
    )


def add_lead(town: Town) -> Worker:
    """The library's safeguarding lead, for journeys in which somebody is worried."""
    return _add(town, "lead", "Grace Oduya", "library", "safeguarding_lead", {})


def add_at_the_town_hall(town: Town, name: str, full_name: str, role: str) -> Worker:
    """One more who works at the Town Hall."""
    from assistedaccess.organisations.models import Site

    with reading() as session:
        site = session.query(Site).filter_by(organisation_id=town.council.id).one()
    return _add(town, name, full_name, "council", role, {"council": site.id})


def add_adviser(town: Town) -> Worker:
    """Huw Adeyemi, who advises on debt at the charity: it can take a case over."""
    return _add(town, "huw", "Huw Adeyemi", "charity", "helper", {})


def add_daughter(town: Town) -> Worker:
    """Amal Ward, a family helper whom the council sponsors."""
    return _add(town, "amal", "Amal Ward", "council", "helper", {}, kind="family")


def register_yesterday(town: Town, by: str, name: str, *, days: int = 1, **fields: Any) -> UUID:
    """Somebody whom a helper registered yesterday, or so many days ago: after 30 their number is no
    longer new."""
    with clock.set_clock(clock.now() - timedelta(days=days)):
        return people.make_person(town[by].actor, name, **fields)


@dataclass(frozen=True)
class Begun:
    """Work that has begun, by its references."""

    person: str
    case: str
    application: str


def begin_application(worker: Worker, service: str = "blue-badge") -> Begun:
    """A person who is here, their case, their yes, and an application with no answer yet."""
    actor = worker.actor
    person_id = people.make_person(actor, "Kwabena", nation="england")
    case = casework.make_case(actor, person_id, service=service)
    consent.assist(actor, person_id, service)
    application_id = start_application(
        actor=actor, case_id=case.id, service=service, mode="assisting"
    )
    with reading():
        return Begun(
            case.person_reference, case.reference, get_application_reference(application_id)
        )


def answer_everything(worker: Worker, begun: Begun) -> None:
    """The application's answers, all of them, read back: it can be declared and sent."""
    wanted = applications.ROUTES["blue-badge"]
    draft = applications.answer_all(worker.actor, begun.application, wanted)
    applications.read_back(worker.actor, draft)
