"""Four organisations of a small town, their sites, and fourteen accounts of every role and kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from assistedaccess.access import Role
from assistedaccess.accounts.hats import wear
from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import list_hats
from assistedaccess.organisations.rules import CheckLevel, Course

from .accounts import DemoAccount, make_password, set_up

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = {day: [["09:00", "17:00"]] for day in WEEKDAYS}
LIBRARY = {**{day: [["09:30", "18:00"]] for day in WEEKDAYS}, "saturday": [["10:00", "16:00"]]}

COURSES = (
    Course.ASSISTED_ACCESS,
    Course.DATA_PROTECTION,
    Course.CONSENT_AND_CAPACITY,
)


@dataclass(frozen=True)
class Place:
    """An organisation to be made, with its sites."""

    key: str
    name: str
    kind: str
    nation: str
    sites: tuple[tuple[str, str, str, dict[str, list[list[str]]]], ...]
    required_check: CheckLevel | None = None
    is_pool: bool = False


PLACES = (
    Place(
        "council",
        "Millbrook Town Council",
        "council",
        "england",
        (
            ("Town Hall front desk", "Town Hall\nMarket Place\nMillbrook", "01632 960100", OFFICE),
            ("Eastgate hub", "4 Eastgate\nMillbrook", "01632 960110", OFFICE),
        ),
        CheckLevel.BASIC,
    ),
    Place(
        "library",
        "Millbrook Libraries",
        "library",
        "england",
        (("Central Library", "12 Chapel Street\nMillbrook", "01632 960200", LIBRARY),),
    ),
    Place(
        "charity",
        "Millbrook Advice and Care",
        "charity",
        "england",
        (("Advice rooms", "The Old School\nChurch Lane\nMillbrook", "01632 960300", OFFICE),),
        CheckLevel.BASIC,
        is_pool=True,
    ),
    Place(
        "county",
        "Dale County Digital and Audit Office",
        "department",
        "england",
        (("County Offices", "1 Castle Road\nDaleham", "01632 960400", OFFICE),),
    ),
)


@dataclass(frozen=True)
class Worker:
    """An account to be made."""

    email: str
    name: str
    place: str
    kind: str
    roles: tuple[Role, ...]
    does: str
    printed: bool = False
    check: CheckLevel | None = None


H, R, S, M, A, ADMIN = (
    Role.HELPER,
    Role.REVIEWER,
    Role.SAFEGUARDING_LEAD,
    Role.MANAGER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
BARRED = CheckLevel.ENHANCED_WITH_BARRED_LIST
STAFF, VOLUNTEER, FAMILY = "staff", "volunteer", "family"

WORKERS = (
    Worker(
        "priya@example.org", "Priya Nair", "council", STAFF, (H,), "helper at a desk", check=BARRED
    ),
    Worker(
        "tom@example.org", "Tom Ashdown", "council", STAFF, (H,), "helper at a desk", check=BARRED
    ),
    Worker(
        "grace@example.org", "Grace Okoro", "council", STAFF, (M,), "manager of the council's desk"
    ),
    Worker("owen@example.org", "Owen Pryce", "council", STAFF, (R,), "reviewer at the council"),
    Worker("ruth@example.org", "Ruth Adler", "council", STAFF, (S,), "safeguarding lead"),
    Worker(
        "bryn@example.org",
        "Bryn Havard",
        "library",
        VOLUNTEER,
        (H,),
        "library volunteer, no phone: printed codes",
        printed=True,
    ),
    Worker("june@example.org", "June Whitlock", "library", VOLUNTEER, (H,), "library volunteer"),
    Worker("felix@example.org", "Felix Brandt", "library", STAFF, (M,), "manager of the library"),
    Worker(
        "amara@example.org",
        "Amara Diallo",
        "charity",
        STAFF,
        (H, M),
        "adviser, and manager of the charity",
        check=BARRED,
    ),
    Worker(
        "dilys@example.org",
        "Dilys Parry",
        "charity",
        STAFF,
        (R,),
        "reviewer for everybody (shared pool)",
    ),
    Worker(
        "carol@example.org",
        "Carol Finch",
        "charity",
        FAMILY,
        (H,),
        "family helper, sponsored by the charity",
    ),
    Worker(
        "nadia@example.org", "Nadia Rahman", "county", STAFF, (A,), "auditor of the three others"
    ),
    Worker("ida@example.org", "Ida Lindqvist", "county", STAFF, (ADMIN,), "administrator"),
    Worker(
        "sam@example.org", "Sam Whitaker", "county", STAFF, (ADMIN, R), "administrator and reviewer"
    ),
)


@dataclass
class Town:
    """What was made: ids by key, actors by e-mail address and role."""

    organisations: dict[str, UUID] = field(default_factory=dict)
    sites: dict[str, list[UUID]] = field(default_factory=dict)
    accounts: list[DemoAccount] = field(default_factory=list)
    account_ids: dict[str, UUID] = field(default_factory=dict)

    def actor(self, email: str, role: Role = Role.HELPER) -> Actor:
        """The actor that a request of this account in this role carries today."""
        account_id = self.account_ids[email]
        with reading() as session:
            human_id = session.get_one(Account, account_id).human_id
            hat = next(hat for hat in list_hats(account_id) if hat.role == role)
        return wear(hat, account_id, human_id)


def build_town(tick: Callable[[], None]) -> Town:
    """Make organisations, sites and accounts; ``tick`` is called after each."""
    town = Town()
    for place in PLACES:
        organisation_id = organisations.create_organisation(
            actor=SYSTEM,
            name=place.name,
            kind=place.kind,
            nation=place.nation,
            required_courses=list(COURSES),
            required_check=place.required_check,
            is_pool=place.is_pool,
        )
        town.organisations[place.key] = organisation_id
        town.sites[place.key] = [
            organisations.add_site(
                actor=SYSTEM,
                organisation_id=organisation_id,
                name=name,
                address=address,
                phone=phone,
                hours=hours,
            )
            for name, address, phone, hours in place.sites
        ]
        tick()
    for audited in ("council", "library", "charity"):
        organisations.add_audit_remit(
            actor=SYSTEM,
            auditing_organisation_id=town.organisations["county"],
            audited_organisation_id=town.organisations[audited],
        )
    today = clock.today()
    for worker in WORKERS:
        _make_worker(town, worker, today)
        tick()
    return town


def _make_worker(town: Town, worker: Worker, today: date) -> None:
    account = DemoAccount(worker.email, worker.name, worker.does, make_password())
    invited = organisations.invite_member(
        actor=SYSTEM,
        organisation_id=town.organisations[worker.place],
        name=worker.name,
        email=worker.email,
        kind=worker.kind,
        starts_on=today - timedelta(days=400),
        site_ids=town.sites[worker.place][:1],
    )
    town.account_ids[worker.email] = invited.account_id
    for course in COURSES:
        organisations.record_training(
            actor=SYSTEM,
            membership_id=invited.membership_id,
            course=course,
            completed_on=today - timedelta(days=20),
        )
    if worker.place in ("council", "charity"):
        level = CheckLevel.BASIC if worker.kind == FAMILY else worker.check or CheckLevel.BASIC
        organisations.record_check(
            actor=SYSTEM,
            membership_id=invited.membership_id,
            level=level,
            checked_on=today - timedelta(days=200),
        )
    for role in worker.roles:
        organisations.grant_role(actor=SYSTEM, membership_id=invited.membership_id, role=role)
    set_up(account, invited.path.rpartition("/")[2], printed=worker.printed)
    town.accounts.append(account)
