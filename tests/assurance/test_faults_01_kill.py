"""Fault 1 and V2.3.3: a command that is cut off leaves all of it or nothing, evidence included.

Cut at each statement, as when the connection or the process goes. What a killed process leaves is
tried for the applications (tests/integration/test_applications_once.py); here it is one command of
each feature, so that none has a write of its own beside its transaction.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event

from assistedaccess.accounts import service as accounts
from assistedaccess.accounts import service_passkeys
from assistedaccess.applications import service_helping
from assistedaccess.approvals import service as approvals
from assistedaccess.audit.verify import verify_journal
from assistedaccess.casework import service as casework
from assistedaccess.casework import service_entries
from assistedaccess.casework.models import Case
from assistedaccess.consent import service as consent
from assistedaccess.consent import service_confirming
from assistedaccess.delegation import service as delegation
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.commands import get_command
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record.models import Objection
from assistedaccess.my_record.service_objections import answer_objection
from assistedaccess.notices import service_letters
from assistedaccess.notices.queries import list_letters
from assistedaccess.organisations import service as organisations
from assistedaccess.people import service as people
from assistedaccess.people import service_contact, service_identity
from assistedaccess.people.models import Person
from tests.factories.accounts import open_sign_in
from tests.factories.world import Side, World
from tests.factories.world_consent import SERVICE
from tests.support.contents import Contents, changed_tables
from tests.support.databases import Sandbox

pytestmark = [pytest.mark.usefixtures("stopped"), pytest.mark.soak]
SOAK = os.environ.get("SOAK", "") not in ("", "0")


class Cut(BaseException):
    """The connection is gone. No handler of the program may swallow it."""


@contextmanager
def cut_at(database: Database, number: int) -> Iterator[None]:
    """Cut off what is sent as the ``number``-th statement or commit."""
    sent = [0]

    def count(*_: object) -> None:
        sent[0] += 1
        if sent[0] == number:
            raise Cut

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
        event.remove(database.engine, "commit", count)


def _grant_role(side: Side) -> None:
    try:
        organisations.grant_role(
            actor=side.actors["manager"],
            membership_id=side.members["helper"].membership_id,
            role="reviewer",
        )
    except Held:
        pass  # which is written by a second transaction


def look_up(side: Side, elsewhere: Side) -> None:
    """What the pages would carry; read before anything is cut off. Nobody's no stands any more:
    what waits could not be released."""
    with reading() as session:
        drawn = session.get_one(Objection, side.ids["objection"]).drawn_account_id
    answer_objection(
        actor=next(actor for actor in elsewhere.actors.values() if actor.account_id == drawn),
        objection_id=side.ids["objection"],
        outcome="agreed",
        answer="You were asked, and said yes.",
    )
    with reading() as session:
        side.values["person version"] = str(session.get_one(Person, side.ids["person"]).version)
        side.values["case version"] = str(session.get_one(Case, side.ids["case"]).version)
        side.ids["letter"] = list_letters(side.actors["manager"])[0].id
    side.ids["sign-in"] = open_sign_in(side.accounts["helper"].account_id).sign_in_id


COMMANDS: dict[str, Callable[[Side, str], object]] = {
    "register_person": lambda side, key: people.register_person(
        actor=side.actors["helper"],
        request_key=key,
        name="Quentin Quick",
        birth_date="1944-02-29",
        national_insurance_number="CE 12 34 56 A",
        contact_points=[{"kind": "mobile", "value": "07700 900555"}],
    ),
    "open_person": lambda side, _: people.open_person(
        actor=side.actors["helper"], person_id=side.ids["person"]
    ),
    "change_person": lambda side, _: people.change_person(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        version=int(side.values["person version"]),
        name="Renamed",
        language="cy",
    ),
    "add_contact_point": lambda side, _: service_contact.add_contact_point(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        kind="mobile",
        value="07700 900556",
    ),
    "end_contact_point": lambda side, _: service_contact.end_contact_point(
        actor=side.actors["helper"], contact_point_id=side.ids["mobile"], reason="gone"
    ),
    "add_identity_evidence": lambda side, _: service_identity.add_identity_evidence(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        kind="passport",
        level="high",
    ),
    "open_case": lambda side, key: casework.open_case(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        need="A bus pass",
        why_help=["no_skill"],
        first_contact_on=date(2026, 11, 23),
        first_task="Ring",
        first_task_due_on=date(2026, 11, 30),
        request_key=key,
    ),
    "add_note": lambda side, key: service_entries.add_note(
        actor=side.actors["helper"], case_id=side.ids["case"], text="Rang", request_key=key
    ),
    "close_case": lambda side, _: casework.close_case(
        actor=side.actors["helper"],
        case_id=side.ids["case"],
        version=int(side.values["case version"]),
        reason="done",
    ),
    "record_assisting_consent": lambda side, key: consent.record_assisting_consent(
        actor=side.actors["helper"],
        person_id=side.ids["plain person"],
        service=SERVICE,
        purpose="Fill it in",
        request_key=key,
    ),
    "send_code": lambda side, _: service_confirming.send_code(
        actor=side.actors["helper"],
        request_id=side.ids["asking"],
        contact_point_id=side.ids["mobile"],
        terms_hash=side.values["terms_hash"],
    ),
    "confirm_request": lambda side, _: service_confirming.confirm_request(
        actor=side.actors["helper"],
        request_id=side.ids["asking"],
        terms_hash=side.values["terms_hash"],
        way="witness",
        given={
            "witness_name": "Walter",
            "witness_role": "a neighbour",
            "witness_family": "no",
            "witness_lives": "elsewhere",
            "witness_paid": "no",
        },
    ),
    "end_all": lambda side, _: delegation.end_all(
        actor=side.actors["helper"], person_id=side.ids["person"], how="in_front"
    ),
    "freeze": lambda side, _: delegation.freeze(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        how="telephone",
        is_proven=False,
    ),
    "withdraw_consent": lambda side, _: consent.withdraw_consent(
        actor=side.actors["helper"],
        consent_id=side.ids["assisting consent"],
        how="in_front",
    ),
    "make_record_of_help": lambda side, key: service_helping.make_record_of_help(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        case_id=side.ids["case"],
        service=SERVICE,
        asked="Renew it",
        word="here",
        said_yes=True,
        request_key=key,
    ),
    "grant_role": lambda side, _: _grant_role(side),
    "refuse_pending_act": lambda side, _: approvals.refuse_pending_act(
        actor=side.actors["drawn"],
        pending_act_id=side.ids["review"],
        reason="Not without the family",
    ),
    "release_pending_act": lambda side, _: approvals.release_pending_act(
        actor=side.actors["drawn"], pending_act_id=side.ids["review"], reason="I rang them"
    ),
    "suspend_membership": lambda side, _: organisations.suspend_membership(
        actor=side.actors["manager"],
        membership_id=side.members["colleague"].membership_id,
        reason="Until the check is here",
    ),
    "disable_account": lambda side, _: accounts.disable_account(
        actor=SYSTEM, account_id=side.accounts["colleague"].account_id
    ),
    # The second of its two steps; in the first the key's answer uses up what it was asked.
    "add_passkey": lambda side, _: get_command("accounts.add_passkey").run(
        actor=side.actors["helper"],
        sign_in_id=side.ids["sign-in"],
        name="Green key",
        credential_id=b"another",
        public_key=b"public",
        sign_count=0,
    ),
    "remove_passkey": lambda side, _: service_passkeys.remove_passkey(
        actor=side.actors["helper"],
        sign_in_id=side.ids["sign-in"],
        passkey_id=UUID(side.values["passkey_id"]),
    ),
    "doubt_passkey": lambda side, _: service_passkeys.doubt_passkey(
        actor=side.actors["helper"], passkey_id=UUID(side.values["passkey_id"])
    ),
    "mark_letter_posted": lambda side, _: service_letters.mark_letter_posted(
        actor=side.actors["manager"], notice_id=side.ids["letter"]
    ),
}
MAILED = {"add_passkey": 1, "remove_passkey": 1, "doubt_passkey": 2}
"""How many mails go with it: to its holder, and of a sign of a break-in to their manager too."""

HELD = {"grant_role"}
"""The first transaction is rolled back, the second keeps what waits: two chances to be cut."""


@pytest.mark.parametrize("name", COMMANDS)
def test_fault_01_cut_at_any_statement_it_is_all_or_nothing(
    sandbox: Sandbox, world: World, contents: Contents, name: str
) -> None:
    side, database, run = world.a, sandbox.database, COMMANDS[name]
    key = new_request_key()
    look_up(side, world.b)
    before = contents.read(without=())
    cuts, number = 0, 0
    while True:
        number += 1
        with cut_at(database, number):
            try:
                run(side, key)
                break
            except Cut:
                cuts += 1
        # Reading all tables each time would take most of the time: at every third, and the last.
        if SOAK or number % 3 == 0:
            assert changed_tables(before, contents.read(without=())) == [], number
        assert number < 80
    after = contents.read(without=())
    changed = changed_tables(before, after)
    assert cuts >= 4
    assert "audit_event" in changed
    assert len(changed) >= 2
    added = len(after["audit_event"]) - len(before["audit_event"])
    # A handful, however large the command; ending all writes one for each yes that the world has.
    assert 1 <= added <= 16
    if name in MAILED:
        assert len(after["notice"]) - len(before["notice"]) == MAILED[name]
    if name not in HELD and "request_key" in changed:
        run(side, key)  # sent once more after all: the same, and it is said
        again = contents.read()
        same = {table: rows for table, rows in after.items() if table in again}
        assert changed_tables(same, again) == []
    with reading():
        report = verify_journal()
    assert report.ok, report.faults
