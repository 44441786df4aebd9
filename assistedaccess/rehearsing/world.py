"""The world of a rehearsal is made, by the commands that its pages call, before the first step.

Organisations and accounts are set up as the system does it, so that no second human is needed;
what a rehearsal is about, it does in its steps.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from assistedaccess.accounts.queries import get_account
from assistedaccess.accounts.service import create_invitation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import answering, reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import Membership
from assistedaccess.organisations.service_interests import declare_interest
from assistedaccess.people import queries as people_queries
from assistedaccess.people import service as people
from assistedaccess.people import service_cards, service_identity, service_private
from assistedaccess.people.models import Person
from assistedaccess.safeguards.reasons import Reason
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.service import publish_services

from .acts_safeguards import register as register_establishment
from .evidence import keep_card
from .language_world import LINE, PERSON_FIELDS
from .stage import DEVICE, Stage, StagedAccount

KNOWN_FOR = timedelta(days=90)
"""How long a person has been known here, unless it is said otherwise: longer than the 30 days
after which a contact point counts as independent."""
FOUNDED = timedelta(days=400)
"""How long before the first step organisations and accounts were there, or longer where a person
is known for longer."""
LAST_SEEN = timedelta(days=10)
"""So long before the first step everybody who works here was at work."""
TRAINED = timedelta(days=30)
"""So long before the first step everybody has done their courses again."""
RESTED = timedelta(weeks=6)
"""For so long an account that rests has done nothing when the first step begins."""
REGISTRY = "The registry"
NEIGHBOURS = 2
"""So many people of one postcode have been registered by one human of the registry."""
CHECK = "enhanced_with_barred_list"


def make_world(stage: Stage, world: dict[str, list[dict[str, Any]]], starts: datetime) -> None:
    """Everything that stands there when the first step begins, each at its own time."""
    people_entries = world.get("people", [])
    ages = [entry.get("registered", KNOWN_FOR) for entry in people_entries]
    stage.clock.moment = starts - max([FOUNDED, *(age + timedelta(days=30) for age in ages)])
    for entry in world.get("fund", []):
        set_fund(entry)
    for entry in world.get("organisations", []):
        add_organisation(stage, entry)
    add_remits(stage, world.get("organisations", []))
    for entry in world.get("accounts", []):
        add_account(stage, entry, starts)
    for entry in world.get("establishments", []):
        add_establishment(stage, entry, starts)
    registrars = share_out(people_entries)
    if any(registrars):
        add_organisation(stage, {"name": REGISTRY, "sites": [{"name": REGISTRY}]})
    for name in sorted({name for name in registrars if name}):
        add_account(stage, {"name": name, "organisation": REGISTRY}, starts)
    happens: list[tuple[timedelta, Callable[[], object]]] = [
        (age, partial(add_person, stage, {"registered_by": registrar, **entry}))
        for age, entry, registrar in zip(ages, people_entries, registrars, strict=True)
    ]
    happens += [(TRAINED, partial(train, stage, entry)) for entry in world.get("accounts", [])]
    happens += [
        (RESTED, partial(stage.go_on_working, everybody=True)),
        (LAST_SEEN, stage.go_on_working),
    ]
    for age, happen in sorted(happens, key=lambda pair: pair[0], reverse=True):
        stage.clock.moment = max(stage.clock.moment, starts - age)
        happen()
    for entry in world.get("accounts", []):
        declare(stage, entry)
    for account in stage.accounts.values():  # who acts later signs in later
        account.sign_in_id = None
    stage.clock.moment = starts


def share_out(people: Sequence[dict[str, Any]]) -> list[str]:
    """Who at the registry has registered each, empty where the rehearsal says who did. Neighbours
    came to many hands there: a street of theirs is nobody's invention (A10)."""
    shared: Counter[str] = Counter()
    registrars = []
    for entry in people:
        if "registered_by" in entry:
            registrars.append("")
            continue
        home = entry.get("address", {}).get("postcode", "")
        shared[home] += 1
        place = (shared[home] - 1) // NEIGHBOURS
        registrars.append(f"{REGISTRY} {place + 1}" if home and place else REGISTRY)
    return registrars


def set_fund(entry: dict[str, Any]) -> None:
    """Each council’s fund has terms of its own: those of the catalogue are published anew."""
    for file in DEFINITIONS.glob("*.service.json"):
        written = json.loads(file.read_bytes())
        if "emergency_help" not in written:
            continue
        written["emergency_help"] = {
            "most_pence": entry["most"],
            "within_days": entry["within_days"],
            "at_once_pence": entry["at_once"],
        }
        with TemporaryDirectory() as folder:
            (Path(folder) / file.name).write_text(json.dumps(written), encoding="utf-8")
            form = DEFINITIONS / f"{written['form']}"
            shutil.copy(form, folder)
            publish_services(actor=SYSTEM, folder=folder)


def add_organisation(stage: Stage, entry: dict[str, Any]) -> UUID:
    """An organisation, by the system, with its sites."""
    stage.begin(entry)
    made = organisations.create_organisation(
        actor=SYSTEM,
        name=entry["name"],
        kind=entry.get("kind", "council"),
        nation=entry.get("nation", "england"),
        required_courses=entry.get("required_courses", ()),
        required_check=entry.get("required_check"),
        is_pool=entry.get("is_pool", False),
    )
    stage.organisations[entry["name"]] = made
    for site in entry.get("sites") or [{"name": entry["name"]}]:
        add_site(stage, entry["name"], site)
    return made


def add_site(stage: Stage, organisation: str, site: dict[str, Any]) -> UUID:
    """A site with its hours."""
    hours = {
        day: [read_hours(each) for each in written]
        for day, written in (site.get("hours") or {}).items()
    }
    site_id = organisations.add_site(
        actor=SYSTEM,
        organisation_id=stage.organisations[organisation],
        name=site["name"],
        address=site.get("address", f"1 High Street\n{site['name']}"),
        phone=site.get("phone", "01632 960001"),
        hours=hours,
    )
    stage.sites[site["name"]] = (organisation, site_id)
    return site_id


def read_hours(written: str) -> list[str]:
    """``09:30-17:00`` as its two ends."""
    return [part.strip() for part in re.split(r"\s*(?:-|–|to)\s*", written, maxsplit=1)]


def add_remits(stage: Stage, entries: list[dict[str, Any]]) -> None:
    """Who audits whom."""
    for entry in entries:
        for audited in entry.get("audits", ()):
            organisations.add_audit_remit(
                actor=SYSTEM,
                auditing_organisation_id=stage.organisations[entry["name"]],
                audited_organisation_id=stage.organisations[audited],
            )


def add_account(stage: Stage, entry: dict[str, Any], starts: datetime) -> StagedAccount:
    """An account with its membership and roles; ``starts`` is when the rehearsal begins."""
    name = stage.begin(entry)
    same = entry.get("same_human_as")
    email = entry.get("email") or f"{re.sub('[^a-z0-9]+', '.', name.lower())}@example.org"
    made = create_invitation(
        actor=SYSTEM,
        name=name,
        email=email,
        human_id=stage.accounts[same].human_id if same else None,
    )
    with reading():
        human_id = get_account(made.account_id).human_id
    account = StagedAccount(
        name,
        email,
        made.account_id,
        human_id,
        device=entry.get("device", DEVICE),
        network=entry.get("network", "192.0.2.1"),
        rests=entry.get("rests", False),
    )
    stage.accounts[name] = account
    sites = entry.get("sites") or []
    organisation = entry.get("organisation") or (
        stage.sites[sites[0]][0] if sites else next(iter(stage.organisations))
    )
    account.organisation = organisation
    sites = sites or [name for name, (of, _id) in stage.sites.items() if of == organisation][:1]
    membership_id = organisations.start_membership(
        actor=SYSTEM,
        organisation_id=stage.organisations[organisation],
        account_id=made.account_id,
        kind=entry.get("kind", "staff"),
        starts_on=_day(entry.get("starts_on"), starts) or clock.today(),
        ends_on=_day(entry.get("ends_on"), starts),
        site_ids=[stage.sites[site][1] for site in sites],
    )
    account.memberships.append(membership_id)
    for role in entry.get("roles") or ["helper"]:
        organisations.grant_role(actor=SYSTEM, membership_id=membership_id, role=role)
    # The law lets nobody ask that check of a family helper.
    level = entry.get("check", "none" if entry.get("kind") == "family" else CHECK)
    if level != "none":
        organisations.record_check(
            actor=SYSTEM, membership_id=membership_id, level=level, checked_on=clock.today()
        )
    train(stage, entry)
    return account


def train(stage: Stage, entry: dict[str, Any]) -> None:
    """The account's human does their courses, today: they count for a year, and the world is
    older."""
    stage.begin(entry)
    for course in entry.get("courses", ()):
        organisations.record_training(
            actor=SYSTEM,
            membership_id=stage.accounts[stage.entry].memberships[-1],
            course=course,
            completed_on=clock.today(),
        )


def _day(written: Any, starts: datetime) -> Any:
    by = getattr(written, "by", None)
    return written if by is None else clock.local(starts + by).date()


def add_establishment(stage: Stage, entry: dict[str, Any], starts: datetime) -> None:
    """An establishment that was asked for by one human and verified by another, long ago."""
    stage.begin(entry)
    asker = f"Set-up of {entry['name']}"
    organisation = entry.get("organisation") or next(iter(stage.organisations))
    add_account(
        stage,
        {"name": asker, "organisation": organisation, "roles": ["manager"], "rests": True},
        starts,
    )
    stage.begin(entry)
    given = {name: value for name, value in entry.items() if name not in ("organisation", LINE)}

    def verified() -> None:
        with answering(frozenset({str(Reason.ESTABLISHMENT_SECOND_HUMAN)})):
            register_establishment(actor, **given)

    actor = stage.actor(asker)  # signed in, before the transaction
    run_transaction(verified)


def declare(stage: Stage, entry: dict[str, Any]) -> None:
    """What the account's human declares as their own, and to whom they are related."""
    stage.begin(entry)
    account = stage.accounts[stage.entry]
    given = [entry.get(key) for key in ("bank_accounts", "contact_points", "relations")]
    if any(given):
        actor = stage.actor(entry["name"])
        for bank in entry.get("bank_accounts", ()):
            declare_interest(
                actor=actor,
                kind="bank_account",
                sort_code=bank["sort_code"],
                account_number=bank["number"],
                roll_number=bank.get("roll"),
            )
        for point in entry.get("contact_points", ()):
            declare_interest(actor=actor, kind="contact_point", contact_point=point)
        for relation in entry.get("relations", ()):
            declare_relation(stage, entry["name"], relation["to"], relation["as"])
    if entry.get("is_person"):
        tie(account, stage.people[entry["is_person"]])


def declare_relation(stage: Stage, name: str, to: str, how: str) -> UUID:
    """Declare a relative, by the reference of their record where they are helped here."""
    person_id = stage.people.get(to)
    return declare_interest(
        actor=stage.actor(name),
        kind="relative",
        name=to,
        relation=how,
        person_reference=reference_of(person_id) if person_id else None,
    )


def tie(account: StagedAccount, person_id: UUID) -> None:
    """An account and a person are one human; as a manager of theirs would note it."""

    def write() -> None:
        get_session().get_one(Person, person_id).human_id = account.human_id

    run_transaction(write)


def reference_of(person_id: UUID) -> str:
    """A person's reference, as on their card."""
    with reading():
        return people_queries.get_person(person_id).reference


def add_person(stage: Stage, entry: dict[str, Any]) -> UUID:
    """A person, registered by somebody, with what is known of them."""
    stage.begin(entry)
    by = entry["registered_by"]
    given = {name: entry[name] for name in PERSON_FIELDS if name in entry}
    person_id = register(stage, by, entry["name"], given, entry.get("as", ""))
    for evidence in entry.get("identity", ()):
        service_identity.add_identity_evidence(
            actor=stage.actor(evidence.get("by", by), "helper"),
            person_id=person_id,
            kind=evidence["kind"],
            level=evidence["level"],
            what_was_seen=evidence.get("seen"),
        )
    moment = entry.get("private_moment")
    if moment is not None:
        sign = "word" if moment.get("word") else "card" if moment.get("card") else None
        service_private.hold_private_moment(
            actor=stage.actor(moment.get("by", by), "helper"),
            person_id=person_id,
            was_alone=True,
            request_key=new_request_key(),
            **({"sign": sign, "word": moment.get("word")} if sign else {}),
        )
    if entry.get("access_card"):
        service_cards.issue_card(
            actor=stage.actor(by, "helper"), person_id=person_id, request_key=new_request_key()
        )
        keep_card(stage, person_id)
    if entry.get("is_protected"):

        def protect() -> None:
            get_session().get_one(Person, person_id).is_protected = True

        run_transaction(protect)
    return person_id


def register(stage: Stage, by: str, name: str, given: dict[str, Any], called: str = "") -> UUID:
    """Register somebody; whoever is like them is somebody else. ``called``: their name in the
    rehearsal, where another has the same."""
    if given.get("address") and "housing" not in given:
        given = {**given, "housing": "address"}
    given = {"nation": "england", **given}
    call: dict[str, Any] = {
        "actor": stage.actor(by, "helper"),
        "name": name,
        "request_key": new_request_key(),
    }
    done = people.register_person(**call, **given)
    if done.person_id is None:
        others = [duplicate.reference for duplicate in done.duplicates]
        done = people.register_person(**call, **given, somebody_else=others)
    if done.person_id is None:
        raise LookupError(f"{name} cannot be told from somebody else.")
    named = stage.making[1] if stage.making and stage.making[0] == "person" else ""
    stage.people[called or named or name] = done.person_id
    return done.person_id


def membership_of(account: StagedAccount) -> Membership:
    """Its newest membership, as it stands."""
    with reading() as session:
        row = session.get_one(Membership, account.memberships[-1])
        session.expunge(row)
        return row
