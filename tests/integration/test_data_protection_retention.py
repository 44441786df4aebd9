"""Retention is carried out and journalled; what is erased opens nowhere, and the journal holds."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from assistedaccess.audit.sealing import seal_all
from assistedaccess.audit.verify import verify_journal
from assistedaccess.consent.models import ConsentCode
from assistedaccess.data_protection import erasing
from assistedaccess.data_protection.held import REGISTER
from assistedaccess.data_protection.pack import find_whose, list_tables_about_people
from assistedaccess.data_protection.rules import Kept
from assistedaccess.data_protection.rules_retention import PERIODS, RULES, read_periods
from assistedaccess.data_protection.service_retention import carry_out_retention, clear_outbox
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.append_only import APPEND_ONLY
from assistedaccess.kernel.database import Fingerprint, metadata
from assistedaccess.kernel.encryption import DataKey
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.schema import import_models
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.notices.senders import Message, find_outbox
from assistedaccess.people.models import ContactPoint, Person, PersonNameKey
from assistedaccess.people.queries import find_by_reference
from tests.factories import casework, consent, people, record
from tests.support.contents import Contents
from tests.support.journal import list_events
from tests.support.unsent import settle_messages
from tests.support.worlds import contents, ticking, world

__all__ = ["contents", "ticking", "world"]

PERIODS_AS_THEY_ARE = read_periods("")
LATER = 9 * 366
"""Days, after which everything is over."""


def run(**more):
    return carry_out_retention(actor=SYSTEM, periods=PERIODS_AS_THEY_ARE, **more)


def count(model, **by) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model).filter_by(**by)) or 0


@pytest.fixture(autouse=True, scope="module")
def _models() -> None:
    import_models()


def test_each_rule_fits_its_table() -> None:
    for rule in RULES:
        table = metadata.tables[rule.table]
        assert rule.table not in APPEND_ONLY
        assert rule.since in table.c
        if rule.columns:  # they may go before their row
            assert rule.kind in PERIODS, rule.table
        else:
            assert REGISTER[rule.table].kept is rule.kind, rule.table
        assert all(table.c[column].nullable for column in rule.columns)
    by_record = {Kept.PERSON, Kept.CASE, Kept.MONEY, Kept.CONCERN}  # erased with their person
    by_record |= {Kept.COMPLAINT, Kept.COMPLAINT_WAY}  # by key: test_casework_complaint_ways
    timed = {kind for kind, period in PERIODS.items() if period.days} - by_record
    for name, held in REGISTER.items():
        if held.kept in timed:
            assert name in {rule.table for rule in RULES}, f"{name} has a period and no rule"


def test_what_is_past_its_time_goes_and_the_rest_stays(app, world) -> None:
    before = {rule.table: _count(rule.table) for rule in RULES}
    assert before["kept_form"]
    assert before["waiting_person"]
    assert run(only_count=True)["waiting_person"] == 0
    assert {rule.table: _count(rule.table) for rule in RULES} == before
    with clock.set_clock(people.days_later(8)):
        done = run()
    assert done["waiting_person"] == before["waiting_person"]
    assert _count("waiting_person") == 0
    assert _count("consent_code") == before["consent_code"]
    with clock.set_clock(people.days_later(3_000)):
        run()
        assert run()["notice"] == 0
    assert {_count(rule.table) for rule in RULES if not rule.columns} <= {0, _count("sign_in")}
    events = list_events("retention.carried_out")
    assert "waiting_person" in {event.reason_code for event in events}
    assert {event.actor_kind for event in events} == {"system"}
    assert len(list_events("retention.run")) == 3
    assert count(ConsentCode) == 0


def _count(table: str) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def test_a_record_is_erased_when_nothing_keeps_it(app, world, contents: Contents) -> None:
    side = world.a
    person_id, reference = side.ids["person"], side.values["people"]
    with reading():
        stays = set(erasing.list_what_stays(person_id, PERIODS_AS_THEY_ARE))
    assert {"open_help", "may_act", "objection", "claims", "money"} <= stays
    assert run()["person"] == 0
    traces = list_traces(person_id)
    assert len(traces) > 10
    outbox = find_outbox(app.config["SETTINGS"])
    with reading() as session:
        told = session.scalars(select(Notice.reference).where(Notice.person_id == person_id)).all()
    for reference, body in ((told[0], side.word("Person")), ("N-OTHE-R001", "Somebody else")):
        outbox.send(Message(reference, "email", "ada@example.org", body))
    run_transaction(lambda: erasing.erase(SYSTEM, person_id, "asked"))
    clear_outbox(outbox)
    with reading() as session:
        person = session.get_one(Person, person_id)
        assert (person.name, person.known_as, person.birth_year) == ("—", None, None)
        assert session.get_one(DataKey, person_id).wrapped is None
        assert find_by_reference(reference) is None
    assert count(ContactPoint, person_id=person_id) == 0
    assert count(PersonNameKey, person_id=person_id) == 0
    assert not traces & list_traces(person_id)
    held = b"".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for rows in contents.read(without=()).values()
        for row in rows
        for value in row
        if value is not None
    )
    held += b"".join(
        file.read_bytes() for file in outbox.folder.parent.rglob("*") if file.is_file()
    )
    for what in ("Person", "Known"):
        assert side.word(what).encode() not in held
    assert not outbox.has(told[0])
    assert outbox.has("N-OTHE-R001")
    seal_all()
    with reading():
        report = verify_journal()
    assert report.faults == []
    assert report.erased_details > 0  # the journal says the same as before, of nobody
    helper = side.actors["helper"]
    with pytest.raises(NotFound):
        record.begin(helper, person_id)
    with pytest.raises(NotFound):
        run_transaction(lambda: erasing.erase(SYSTEM, person_id, "asked"))


def list_traces(person_id) -> set[bytes]:
    """Every keyed hash that stands in a row of theirs."""
    found: set[bytes] = set()
    for table in list_tables_about_people():
        for column in table.columns:
            if isinstance(column.type, Fingerprint):
                query = select(column).where(find_whose(table), column.is_not(None))
                with reading() as session:
                    found |= {bytes(v) for v in session.scalars(query, {"of_person_id": person_id})}
    return found


def test_the_time_of_a_person_is_over_six_years_after_the_last_thing(app) -> None:
    scene = consent.make_scene()
    case = casework.make_case(scene.helper, scene.person_id)
    with clock.set_clock(people.days_later(LATER)):
        assert run()["person"] == 0  # the case was never closed
    casework.close_case(scene.helper, case)
    with clock.set_clock(people.days_later(2_000)):
        assert run()["person"] == 0
    with clock.set_clock(people.days_later(LATER)):
        settle_messages()
        with reading():
            assert erasing.list_what_stays(scene.person_id, PERIODS_AS_THEY_ARE) == []
        assert run()["person"] == 1
    (event,) = list_events("person.erased")
    assert (event.person_id, event.reason_code) == (scene.person_id, "time_is_over")
    assert people.reference_of(scene.person_id)
