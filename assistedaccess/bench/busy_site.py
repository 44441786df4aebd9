"""A busy site: an organisation of its own with 5,000 open cases, and a case with 500 entries.

The people are those that are there; cases, tasks and notes are rows as the commands write them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert

from assistedaccess.access import Role
from assistedaccess.casework.models import Case, Note, Task
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.organisations import service as organisations

from .browser import Browser
from .cast import OFFICE, Cast, MadePerson, make_member, make_organisation
from .walking import Watch

OPEN_CASES = 5_000
ENTRIES = 500
BATCH = 250
SERVICE = "attendance-allowance"


@dataclass(frozen=True)
class BusySite:
    """The helper whose day is measured, and the reference of the case with the long story."""

    helper: Actor
    case_reference: str

    def walk(self, helper: Browser, watch: Watch) -> None:
        """Today, the team’s day, and the long story."""
        watch.note("today_busy", helper.get("/today"))
        watch.note("team_busy", helper.get("/today/team?where=site"))
        watch.note("case_long", helper.get(f"/cases/{self.case_reference}"))


def add_busy_site(cast: Cast, open_cases: int, progress: Callable[[int, int], None]) -> BusySite:
    """An organisation with one site and one helper, who has all its open cases."""
    organisation_id = make_organisation("Hilltown Housing")
    site_id = organisations.add_site(
        actor=SYSTEM,
        organisation_id=organisation_id,
        name="Busy desk",
        address="2 Market Place\nHilltown",
        phone="01632 960002",
        hours=OFFICE,
    )
    helper = make_member("Busy helper", organisation_id, Role.HELPER, [site_id])
    for first in range(0, open_cases, BATCH):
        last = min(first + BATCH, open_cases)
        run_transaction(partial(_add_cases, cast, helper, range(first, last)))
        progress(last, open_cases)
    reference = run_transaction(partial(_add_story, cast.people[0], helper))
    return BusySite(helper, reference)


def _add_cases(cast: Cast, helper: Actor, numbers: range) -> None:
    people = [cast.people[number % len(cast.people)] for number in numbers]
    encryption.load_keys([person.id for person in people])
    today = clock.today()
    cases = [
        _case(helper, person, keep_date_by=today + timedelta(days=number % 60))
        for number, person in zip(numbers, people, strict=True)
    ]
    tasks = [
        {
            "id": new_id(),
            "organisation_id": helper.organisation_id,
            "case_id": case["id"],
            "person_id": case["person_id"],
            "what": encryption.seal(case["person_id"], "task.what", "Ring about the papers"),
            "due_on": today + timedelta(days=number % 45 - 2),
            "assigned_to": helper.account_id,
            "added_at": clock.now(),
            "added_by": helper.account_id,
        }
        for number, case in zip(numbers, cases, strict=True)
    ]
    get_session().execute(insert(Case), cases)
    get_session().execute(insert(Task), tasks)


def _case(helper: Actor, person: MadePerson, **more: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "reference": new_reference("C"),
        "organisation_id": helper.organisation_id,
        "site_id": helper.site_id,
        "person_id": person.id,
        "need": encryption.seal(person.id, "case.need", "Help with a form"),
        "service": SERVICE,
        "why_help": "no_device",
        "first_contact_on": clock.today(),
        "state": "open",
        "opened_at": clock.now(),
        "opened_by": helper.account_id,
        "assigned_to": helper.account_id,
        "version": 1,
        **more,
    }


def _add_story(person: MadePerson, helper: Actor) -> str:
    case = _case(helper, person)
    notes = [
        {
            "id": new_id(),
            "organisation_id": helper.organisation_id,
            "case_id": case["id"],
            "sealed_for": person.id,
            "text": encryption.seal(person.id, "note.text", f"Rang again, {number}"),
            "kind": "ordinary",
            "author_id": helper.account_id,
            "author_human_id": helper.human_id,
            "written_at": clock.now(),
        }
        for number in range(ENTRIES)
    ]
    get_session().execute(insert(Case), [case])
    get_session().execute(insert(Note), notes)
    return str(case["reference"])
