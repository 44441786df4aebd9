"""The register of a group session: a place, the day itself, its closing, and what comes after."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

import pytest

from assistedaccess.audit.explain import find_explanation
from assistedaccess.casework import service_register
from assistedaccess.casework.models_groups import RegisterEntry
from assistedaccess.casework.service_groups import RegisterNotYours
from assistedaccess.casework.service_register import SessionFull
from assistedaccess.desk import service as desk_service
from assistedaccess.desk.queries_report import gather_report
from assistedaccess.desk.rules_report import By, Quarter
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people.events import DeathUndone
from assistedaccess.people.rules import RelativesRecord
from assistedaccess.people.service_death import record_death
from tests.factories import appointments, groups, people, record
from tests.factories.casework import close_case, get_case, make_case
from tests.factories.consent import list_told
from tests.factories.people import Desk, make_desk, make_helper, make_person, mobile, reference_of
from tests.support.clocks import Hand
from tests.support.desks import colleague, desk, hand, helper
from tests.support.journal import list_events
from tests.support.statements import MOST, counted_statements

__all__ = ["colleague", "desk", "hand", "helper"]

pytestmark = pytest.mark.usefixtures("app")
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def state(entry_id: UUID) -> str:
    with reading() as session:
        return session.get_one(RegisterEntry, entry_id).state


def kinds(person_id: UUID) -> list[str]:
    return [kind for kind, _facts in list_told(person_id) if kind.startswith("appointment")]


def test_a_place_is_kept_once_told_and_stands_in_the_story(
    database: Database, helper: Actor, colleague: Actor
) -> None:
    person_id = make_person(helper, contact_points=[mobile("07700 900123", whose="own")])
    case = make_case(helper, person_id)
    made = groups.plan(colleague, topic="Out of debt", is_private=True)
    key = new_request_key()
    with counted_statements(database) as statements:
        entry = groups.put_on(helper, made, case_id=case.id, request_key=key)
    assert len(statements) <= MOST["POST"]
    assert groups.put_on(helper, made, case_id=case.id, request_key=key) == entry
    (told,) = [facts for kind, facts in list_told(person_id) if kind == "appointment_booked"]
    assert told["when"] == "Tuesday 24 November, 10:00am"
    assert told["where"] == "Millbrook Library"
    story = desk_service.view_case(actor=helper, reference=case.reference)
    (line,) = [each.entry for each in story.entries if each.entry.kind == "register_entry"]
    assert line.about_id == made
    assert "debt" not in str((told, story.entries)).casefold()
    with pytest.raises(InvalidInput, match="already"):
        groups.put_on(colleague, made, reference_of(person_id))
    other = make_person(helper, "Grace")
    groups.put_on(helper, made, reference_of(other))  # without a case
    history = desk_service.view_person_history(actor=helper, person_id=other)
    assert "register_entry" in [each.entry.kind for each in history.entries]


def test_a_person_is_in_one_place_and_a_full_session_offers_the_next(
    hand: Hand, helper: Actor, colleague: Actor
) -> None:
    ada, grace = make_person(helper), make_person(helper, "Grace Hopper")
    case = make_case(helper, ada)
    made = groups.plan(helper, places=1, weeks=3)
    series = groups.list_series(made)
    appointments.book(colleague, case, at=time(11, 30))
    with pytest.raises(InvalidInput, match="has an appointment from 11:30 to 12:00"):
        groups.put_on(helper, made, reference_of(ada))
    first = groups.put_on(helper, made, reference_of(grace))
    with pytest.raises(InvalidInput, match="on the register of a group session from 10:00"):
        appointments.book(colleague, make_case(helper, grace), at=time(11))
    groups.put_on(helper, series[1], reference_of(grace))
    alan = reference_of(make_person(helper, "Alan Turing"))
    with pytest.raises(SessionFull, match="Tuesday 8 December") as refused:
        groups.put_on(helper, made, alan)
    assert refused.value.next_id == series[2]
    groups.settle(helper, first, "cancelled")
    assert kinds(grace).count("appointment_cancelled") == 1
    groups.put_on(helper, made, alan)
    groups.put_on(helper, series[2], alan)
    with pytest.raises(SessionFull, match="No later one") as refused:
        groups.put_on(helper, series[2], reference_of(grace))
    assert refused.value.next_id is None


def test_the_day_itself_without_blame_and_closed_by_who_leads(
    hand: Hand, helper: Actor, colleague: Actor
) -> None:
    made = groups.plan(helper, places=4)
    ids = [make_person(helper, name) for name in ("Ada", "Grace", "Alan")]
    ada, grace, alan = (groups.put_on(helper, made, reference_of(each)) for each in ids)
    with pytest.raises(StaleVersion):
        groups.settle(helper, ada, "came")
    with pytest.raises(StaleVersion):
        groups.walk_in(helper, made, called="Mair")
    hand.move(days=1, minutes=30)
    groups.settle(colleague, ada, "came")  # a helper of the site
    with pytest.raises(StaleVersion):
        groups.settle(helper, ada, "did_not_come", version=1)  # an old page
    groups.settle(helper, grace, "did_not_come")
    with pytest.raises(StaleVersion, match="Of 1 person nothing is said"):
        groups.close(helper, made)
    groups.settle(helper, alan, "came")
    groups.settle(helper, alan, "left_early")
    walked = groups.walk_in(helper, made, called="Mair")
    key = new_request_key()
    late = make_person(helper, "Joan")
    for _ in range(2):
        groups.walk_in(helper, made, person_reference=reference_of(late), request_key=key)
    with pytest.raises(InvalidInput):
        groups.walk_in(helper, made)
    groups.walk_in(helper, made, called="One too many")  # who is there is there
    assert (groups.get(helper, made).taken, groups.get(helper, made).places) == (5, 4)
    with pytest.raises(RegisterNotYours):
        groups.close(colleague, made)
    groups.close(helper, made)
    rows = groups.list_register(helper, made)
    assert sorted(str(row.state) for row in rows) == [
        "came", "came", "came", "came", "did_not_come", "left_early",
    ]  # fmt: skip
    with reading() as session:
        assert session.get_one(RegisterEntry, walked).called is None
    assert kinds(ids[1]) == ["appointment_booked"]  # nothing is said of it to them
    assert len(list_events("register_entry.missed")) == 1
    assert len(list_events("register.closed")) == 1


def test_a_closed_register_is_only_added_to(
    hand: Hand, database: Database, helper: Actor, colleague: Actor
) -> None:
    made = groups.plan(helper, places=2)
    entry = groups.put_on(helper, made, reference_of(make_person(helper)))

    def correct(actor: Actor, **fields: Any) -> UUID:
        given = {"entry_id": entry, "state": "came", "words": "She sat at the back", **fields}
        return service_register.correct_register_entry(actor=actor, **given)

    hand.move(days=1)
    with pytest.raises(StaleVersion):
        correct(helper)
    groups.settle(helper, entry, "did_not_come")
    groups.close(helper, made)
    hand.move(hours=1)
    with pytest.raises(StaleVersion):
        groups.settle(helper, entry, "came")
    with pytest.raises(StaleVersion):
        groups.close(helper, made)
    with pytest.raises(RegisterNotYours):
        correct(colleague)
    with pytest.raises(InvalidInput):
        correct(helper, words="")
    key = new_request_key()
    for _ in range(2):
        correct(helper, request_key=key)
    groups.walk_in(helper, made, person_reference=reference_of(make_person(helper, "Grace")))
    with pytest.raises(RegisterNotYours):
        groups.walk_in(colleague, made, called="Mair")
    row, added = groups.list_register(helper, made)
    assert (str(row.state), str(row.now)) == ("did_not_come", "came")
    assert [each.words for each in row.corrections] == ["She sat at the back"]
    assert added.walked_in
    for statement in (
        "UPDATE register_correction SET state = 'cancelled'",
        "DELETE FROM register_correction",
    ):
        with (
            pytest.raises(Exception, match=r"only grows|permission denied"),
            database.writing.begin() as connection,
        ):
            connection.exec_driver_sql(statement)


def test_it_explains_a_look_of_who_leads_on_its_day_alone(
    hand: Hand, helper: Actor, colleague: Actor
) -> None:
    person_id = make_person(helper)
    hand.move(days=1)  # they are not registered today, which would explain it too
    made = groups.plan(colleague, leaders=[colleague.account_id])
    own = groups.plan(helper, begins=time(15), ends=time(16))
    entry = groups.put_on(helper, made, reference_of(person_id))
    groups.put_on(helper, own, reference_of(person_id))

    def explain(actor: Actor) -> str | None:
        with reading():
            found = find_explanation(actor, person_id)
            return found and found.code

    assert explain(colleague) is None  # it is tomorrow
    hand.move(days=1)
    assert explain(colleague) == "group_session"
    assert explain(helper) is None  # given by oneself
    groups.settle(colleague, entry, "did_not_come")
    assert explain(colleague) is None
    groups.settle(colleague, entry, "came")
    assert explain(colleague) == "group_session"
    hand.move(days=1)
    assert explain(colleague) is None


def test_who_may_open_it_and_nobody_on_their_own_relative(
    helper: Actor, colleague: Actor, desk: Desk
) -> None:
    person_id = make_person(helper)
    made = groups.plan(helper, topic="Out of debt", is_private=True)
    case = make_case(colleague, person_id)
    entry = groups.put_on(colleague, made, case_id=case.id)  # without seeing who else is on it
    stranger = make_helper(make_desk("Elsewhere"))
    for run in (
        lambda: groups.settle(stranger, entry, "cancelled"),
        lambda: service_register.correct_register_entry(
            actor=stranger, entry_id=entry, state="came", words="x"
        ),
        lambda: groups.walk_in(stranger, made, called="Mair"),
    ):
        with pytest.raises(NotFound):
            run()
    for run in (
        lambda: groups.walk_in(colleague, made, called="Mair"),
        lambda: groups.settle(colleague, entry, "came"),
    ):
        with pytest.raises(RegisterNotYours):
            run()
    groups.settle(colleague, entry, "cancelled")  # from their case, which is the organisation's
    people.declare_relative(helper, reference_of(person_id))
    with pytest.raises(RelativesRecord):
        groups.put_on(helper, made, reference_of(person_id))


def test_the_persons_own_record_tells_of_a_time_and_of_no_group(
    hand: Hand, helper: Actor, colleague: Actor
) -> None:
    person_id = make_person(helper)
    open_one = groups.plan(helper)
    hidden = groups.plan(
        colleague, topic="Out of debt", is_private=True, begins=time(14), ends=time(15)
    )
    lines = [
        groups.put_on(helper, open_one, reference_of(person_id)),
        groups.put_on(colleague, hidden, reference_of(person_id)),
    ]
    hand.move(days=1)
    groups.settle(helper, lines[0], "came")
    groups.settle(colleague, lines[1], "came")
    for alone in (False, True):
        words = [
            line.words for line in record.read(helper, person_id, in_private=alone).record.lines
        ]
        said = " ".join(words)
        assert "set a time to meet you" in said
        assert "You met with" in said
        assert ("Somebody set a time to meet you." in words) == alone
        assert ("You met with somebody." in words) == alone
        for word in ("group", "debt", "register"):
            assert word not in said.casefold()


def test_what_ends_with_a_case_or_a_life_leaves_the_register(hand: Hand, helper: Actor) -> None:
    made = groups.plan(helper, weeks=2, places=1)
    first, second = groups.list_series(made)
    ada = make_person(helper, contact_points=[mobile("07700 900123", whose="own")])
    case = make_case(helper, ada)
    from_case = groups.put_on(helper, first, case_id=case.id)
    close_case(helper, get_case(helper, case.id))
    assert state(from_case) == "cancelled"
    kept = groups.put_on(helper, first, reference_of(ada))
    gone = groups.put_on(helper, second, reference_of(ada))
    death_id = record_death(actor=helper, person_id=ada, died_on=clock.today(), told_by="family")
    assert [state(kept), state(gone)] == ["cancelled", "cancelled"]
    with pytest.raises(Exception, match="has died"):
        groups.put_on(helper, first, reference_of(ada))
    groups.put_on(helper, second, reference_of(make_person(helper, "Grace")))  # the place is taken
    event = DeathUndone(ada, death_id, helper, is_same_day=True)
    run_transaction(lambda: publish(event))
    assert [state(kept), state(gone)] == ["booked", "cancelled"]
    reasons = {event.reason_code for event in list_events("register_entry.cancelled")}
    assert reasons == {"case_closed", "died"}


@ON_SQLITE
def test_the_report_counts_nobody_twice_for_a_register(hand: Hand, helper: Actor) -> None:
    assert helper.organisation_id is not None
    quarter = Quarter(2026, 4)

    def report() -> str:
        with reading():
            return str(gather_report(helper.organisation_id, quarter, By.MONTH))

    person_id = make_person(helper)
    made = groups.plan(helper)
    before = report()
    entry = groups.put_on(helper, made, reference_of(person_id))
    hand.move(days=1)
    groups.settle(helper, entry, "came")
    groups.close(helper, made)
    assert report() == before
