"""Stop: whoever is told, wherever; at once; the person is told; and it reads as a story."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from assistedaccess.approvals import describe
from assistedaccess.approvals.draw import list_excluded_humans
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.rules import CONFIRM_STOP
from assistedaccess.approvals.sealing import open_arguments
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.audit.explain import find_explanation
from assistedaccess.consent import queries as consent_queries
from assistedaccess.delegation import queries, rules, service, service_viewing
from assistedaccess.delegation.events import DelegationEnded
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.service_time import expire_delegations
from assistedaccess.desk.service import view_today
from assistedaccess.kernel import clock, events
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.support.clocks import Hand
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene()


@pytest.fixture
def elsewhere():
    return people.make_helper(people.make_desk("Hillside Advice"))


def told(scene, kind: str) -> list[dict[str, str]]:
    return [facts for k, facts in make.list_told(scene.person_id) if k == kind]


def test_ended_twice_it_ended_once_and_both_are_recorded(hand: Hand, scene, elsewhere) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id)
    first = hand.now
    service.end_delegation(actor=elsewhere, delegation_id=delegation_id, how="telephone")
    hand.move(minutes=5)
    service.end_delegation(actor=scene.colleague, delegation_id=delegation_id, how="in_front")
    row = granted.get_delegation(delegation_id)
    assert (row.ended_at, row.ended_how, row.ended_by) == (
        first, "telephone", elsewhere.account_id,
    )  # fmt: skip
    reasons = [event.reason_code for event in list_events("delegation.ended")]
    assert reasons == ["telephone", "already_ended"]
    assert len(told(scene, "delegation_ended")) == 1


def test_no_training_stands_between_a_person_and_stop(scene, elsewhere) -> None:
    def suspend() -> None:
        get_session().execute(
            text("UPDATE organisation SET required_check = 'enhanced' WHERE id = :id"),
            {"id": _key(elsewhere.organisation_id)},
        )

    delegation_id = granted.grant(scene.helper, scene.person_id)
    run_transaction(suspend)
    service.end_delegation(actor=elsewhere, delegation_id=delegation_id, how="in_front")
    assert granted.get_delegation(delegation_id).ended_at is not None


def _key(value: Any) -> Any:
    is_sqlite = get_session().get_bind().dialect.name == "sqlite"
    return value.hex if is_sqlite else value


def test_all_ends_with_one_word(scene, elsewhere) -> None:
    first = granted.grant(scene.helper, scene.person_id)
    second = granted.grant(scene.colleague, scene.person_id, holder_kind="organisation")
    waiting = make.represent(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])
    assisting = make.assist(scene.helper, scene.person_id)
    ended = service.end_all(actor=elsewhere, person_id=scene.person_id, how="telephone")
    assert ended == 2
    for delegation_id in (first, second):
        assert granted.get_delegation(delegation_id).ended_how == "telephone"
    assert make.get_consent(waiting).withdrawn_how == "telephone"
    # Nor does help go on of a visit that nobody has ended: the person is on the telephone.
    assert make.get_consent(assisting).withdrawn_how == "telephone"
    (facts,) = told(scene, "delegation_ended")
    assert set(facts["helper"].split(", ")) == {"Harriet Helper", "Millbrook Library Trust"}
    assert service.end_all(actor=elsewhere, person_id=scene.person_id, how="telephone") == 0
    assert list_events("delegation.ended")[-1].reason_code == "nothing_to_end"


def test_to_stop_everything_asks_no_more_statements_for_more(scene, database) -> None:
    from tests.support.statements import counted_statements

    counts = []
    for number in (1, 6):
        for _ in range(number):
            granted.grant(scene.helper, scene.person_id)
        with counted_statements(database) as statements:
            service.end_all(actor=scene.colleague, person_id=scene.person_id, how="in_front")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


def test_one_can_be_stopped_and_another_goes_on(scene) -> None:
    first = granted.grant(scene.helper, scene.person_id)
    granted.grant(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])
    about = {"actor": scene.colleague, "person_id": scene.person_id, "how": "in_front"}
    assert service.freeze(delegation_id=first, is_proven=True, **about) == 1
    with pytest.raises(rules.DelegationFrozen):
        granted.authorise(scene.helper, scene.person_id)
    granted.authorise(scene.helper, scene.person_id, "submit", make.OTHER_SERVICE)
    with pytest.raises(NotFound):
        service.freeze(delegation_id=new_id(), is_proven=True, **about)
    assert service.lift(delegation_id=first, **about) == 1
    assert service.lift(**about) == 0
    assert [len(told(scene, f"delegation_{what}")) for what in ("frozen", "lifted")] == [1, 1]


def test_whoever_listens_hears_of_an_ending_in_the_same_transaction(scene) -> None:
    heard = []
    delegation_id = granted.grant(scene.helper, scene.person_id)

    def refuse(event: DelegationEnded) -> None:
        heard.append(event)
        raise LookupError

    events.subscribe(DelegationEnded, refuse)
    try:
        with pytest.raises(LookupError):
            service.end_delegation(
                actor=scene.colleague, delegation_id=delegation_id, how="in_front"
            )
    finally:
        events._handlers[DelegationEnded].remove(refuse)
    assert heard[0].delegation_id == delegation_id
    assert granted.get_delegation(delegation_id).ended_at is None


# -- of somebody who could not be recognised


def find_looks() -> list[PendingAct]:
    with reading() as session:
        return list(session.scalars(select(PendingAct).filter_by(command=CONFIRM_STOP)))


@pytest.fixture
def reviewers(scene):
    """One where the delegations were given, who is never asked; one elsewhere."""
    own = people.make_helper(scene.desk, role="reviewer")
    return own, people.make_helper(people.make_desk("Faraway Hall"), role="reviewer")


@pytest.mark.parametrize("hours", [1, 80])
def test_somebody_from_elsewhere_asks_whose_stop_it_was(
    hand: Hand, scene, elsewhere, reviewers, hours
) -> None:
    """Within the three days, so that it does not lapse; after them, so that it begins again."""
    delegation_id = granted.grant(scene.helper, scene.person_id)
    caller = {"actor": elsewhere, "person_id": scene.person_id, "how": "telephone"}
    for _ in range(2):
        assert service.freeze(is_proven=False, **caller) == 1
    (look,) = find_looks()
    assert view_today(actor=elsewhere).pending == []  # nothing that whoever heard it waits for
    run_transaction(redraw_pending_acts)
    (look,) = find_looks()
    own, other = reviewers
    assert look.drawn_account_id == other.account_id
    with reading():
        never = list_excluded_humans(look, open_arguments(look))
    assert never >= {own.human_id, scene.helper.human_id, elsewhere.human_id}
    hand.move(hours=hours)
    expire_delegations()
    assert (granted.get_delegation(delegation_id).frozen_at is None) is (hours > 72)
    with reading():
        rows = dict(describe.describe(look.command, open_arguments(look)).rows)
    assert rows["Stopped"] == "Harriet Helper"
    # A number that was put in on the day of the call shows nothing.
    assert rows["Their number"] == ("+447700900123" if hours > 72 else "None: only at a desk")
    assert ("is over" in rows["Until"]) is (hours > 72)
    release_pending_act(actor=other, pending_act_id=look.id, reason="It was her")
    row = granted.get_delegation(delegation_id)
    assert row.frozen_at is not None
    assert row.frozen_until is None
    assert "stop_until" not in told(scene, "delegation_frozen")[-1]


def test_nobody_is_asked_of_a_stop_that_lasts_or_is_answered_anyway(
    scene, elsewhere, reviewers
) -> None:
    granted.grant(scene.helper, scene.person_id)
    caller = {"actor": elsewhere, "person_id": scene.person_id, "how": "telephone"}
    service.freeze(is_proven=True, **caller)
    service.freeze(is_proven=False, **caller)  # all of it stays stopped as it was
    service.lift(**caller | {"how": "in_front"})
    service.freeze(is_proven=False, is_asked_about=True, **caller)  # beside an objection
    assert find_looks() == []


# -- looks


def test_a_live_delegation_explains_a_look(scene, elsewhere) -> None:
    def explain(actor):
        with reading():
            found = find_explanation(actor, scene.person_id)
        return found.code if found else None

    delegation_id = granted.grant(scene.helper, scene.person_id)
    consent_id = granted.get_delegation(delegation_id).consent_id
    assert explain(scene.helper) == "consent_today"
    with clock.set_clock(people.days_later(1)):
        assert explain(scene.helper) == "delegation"
        assert explain(scene.colleague) is None
        assert explain(elsewhere) is None
        about = {"actor": scene.colleague, "person_id": scene.person_id, "how": "in_front"}
        service.freeze(is_proven=True, **about)
        assert explain(scene.helper) is None
        service.lift(**about)
        service.end_delegation(actor=elsewhere, delegation_id=delegation_id, how="in_front")
        assert explain(scene.helper) is None
    assert consent_id


def test_each_look_is_recorded_with_its_reason(scene, elsewhere) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id)
    reference = granted.get_delegation(delegation_id).reference
    service_viewing.open_delegation(actor=scene.helper, reference=reference)
    service_viewing.open_to_stop(actor=elsewhere, reference=reference)
    service_viewing.open_to_stop(actor=elsewhere, person_id=scene.person_id)
    looks = list_events("delegation.viewed")
    assert [look.reason_code for look in looks] == [
        "explained.consent_today", "stated.asked_to_stop", "stated.asked_to_stop",
    ]  # fmt: skip
    assert all(look.person_id == scene.person_id for look in looks)
    with pytest.raises(NotFound):
        service_viewing.open_to_stop(actor=elsewhere, reference="D-0000-0000")


def test_a_consent_of_another_organisation_is_as_if_it_were_not_there(scene, elsewhere) -> None:
    from assistedaccess.consent import service_viewing as consents

    assisting = make.get_consent(make.assist(scene.helper, scene.person_id)).reference
    delegation_id = granted.grant(scene.helper, scene.person_id)
    with reading() as session:
        consent_id = session.get_one(Delegation, delegation_id).consent_id
    representing = make.get_consent(consent_id).reference
    for reference in (assisting, representing, "K-0000-0000"):
        with pytest.raises(NotFound):
            consents.open_consent(actor=elsewhere, reference=reference)
    with pytest.raises(NotFound):
        consents.print_receipt(actor=elsewhere, reference=assisting)
    # What lets somebody act is shared: any desk prints it for the person.
    assert consents.print_receipt(actor=elsewhere, reference=representing).id == consent_id


# -- lists


def test_the_list_and_the_life_of_a_delegation(hand: Hand, scene, elsewhere) -> None:
    old = granted.grant(scene.helper, scene.person_id)
    hand.move(minutes=1)
    new = granted.grant(scene.helper, scene.person_id, powers=["see"])
    hand.move(minutes=1)
    service.end_delegation(actor=elsewhere, delegation_id=old, how="telephone")
    with reading():
        rows = queries.list_delegations(scene.person_id)
        assert [row.id for row in rows] == [new, old]
        assert [row.state for row in rows] == ["live", "ended"]
        assert rows[0].holder_name == "Harriet Helper"
        live = queries.list_delegations(scene.person_id, live_only=True)
        assert [row.id for row in live] == [new]
        steps = queries.list_steps(old)
        assert [step.what for step in steps] == ["agreed", "granted", "ended"]
        assert (steps[-1].how, steps[-1].by_account_id) == ("telephone", elsewhere.account_id)
        consents = consent_queries.list_consents(scene.person_id)
        assert [row.mode for row in consents] == ["representing", "representing"]
        paged = queries.list_delegations(scene.person_id, before=new)
        assert [row.id for row in paged] == [old]


def test_lists_ask_one_statement_whatever_the_rows(scene, database) -> None:
    from tests.support.statements import counted_statements

    counts = []
    for _ in range(2):
        granted.grant(scene.helper, scene.person_id)
        with counted_statements(database) as statements, reading():
            queries.list_delegations(scene.person_id)
            consent_queries.list_consents(scene.person_id)
        counts.append(len(statements))
    assert counts == [2, 2]


def test_the_ledger_and_the_statements_only_grow(scene) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["pay"])
    granted.reserve(scene.helper, scene.person_id, 100, new_id())
    for table, change in (
        ("limit_entry", "amount_pence = 1"),
        ("statement", "text = 'other words'"),
        ("consent_policy", "published_at = published_at"),
    ):
        for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(Exception, match=r"only grows|permission denied"):
                run_transaction(lambda statement=statement: get_session().execute(text(statement)))
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Delegation)) == 1


def test_a_grant_of_the_same_instant_is_stopped_too(scene, elsewhere, database: Database) -> None:
    """The yes is given while the stop is said elsewhere: whichever comes first, nothing goes on."""
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id)
    holds, may_go = threading.Event(), threading.Event()
    stopped: list[int] = []

    def grant() -> UUID:
        given = make.confirm(scene.helper, request_id).consent_id
        delegation_id = service.grant_delegation(actor=scene.helper, consent_id=given)
        holds.set()
        may_go.wait(5)
        return delegation_id

    def begin() -> None:
        with use_database(database):
            run_transaction(grant)

    def stop() -> None:
        holds.wait(5)
        with use_database(database):
            stopped.append(
                service.freeze(
                    actor=elsewhere, person_id=scene.person_id, how="in_front", is_proven=True
                )
            )

    beginning, stopping = threading.Thread(target=begin), threading.Thread(target=stop)
    beginning.start()
    stopping.start()
    holds.wait(5)
    stopping.join(0.4)
    assert stopped == []  # it waits for the grant, and then finds it
    may_go.set()
    beginning.join()
    stopping.join()
    assert stopped == [1]
    assert granted.refusal(scene.helper, scene.person_id) == "delegation_frozen"
