"""Two records of one human are merged by two humans, and taken apart again with nothing lost."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.applications.service import start_application
from assistedaccess.applications.service_emergency import give_emergency_help
from assistedaccess.applications.service_helping import make_record_of_help
from assistedaccess.approvals.service import (
    refuse_pending_act,
    release_pending_act,
    withdraw_pending_act,
)
from assistedaccess.approvals.service_review import open_review
from assistedaccess.audit.explain import ReasonNeeded
from assistedaccess.casework.service import open_case
from assistedaccess.casework.service_queue import add_waiting_person
from assistedaccess.consent import silent
from assistedaccess.consent.models_silent import Occasion
from assistedaccess.delegation import service as delegations
from assistedaccess.delegation import service_stops
from assistedaccess.delegation.service_legal import record_legal_authority
from assistedaccess.delegation.silent_help import settle_if_nothing_waits
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.my_record.words import SENTENCES
from assistedaccess.people import (
    private,
    service,
    service_contact,
    service_death,
    service_identity,
    service_merging,
    service_private,
    service_search,
)
from assistedaccess.people.models import Person
from assistedaccess.people.models_merge import RecordMerge
from assistedaccess.people.queries_merging import list_records
from assistedaccess.people.routes import choose_route
from assistedaccess.people.rules import RecordMerged
from tests.factories import casework, people
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories.delegation import told
from tests.factories.merging import WHY, Pair, casework_note, find_held
from tests.support.held import select_held
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")

SAME = {"birth_date": "1950-03-01"}
FUND = "council-crisis-support"


def merged_into(person_id: UUID) -> UUID | None:
    with reading() as session:
        return session.get_one(Person, person_id).merged_into_id


def refusal(pair: Pair) -> str:
    with pytest.raises(Refused) as raised:
        service_merging.merge_records(
            actor=pair.helper, person_id=pair.merged, kept_person_id=pair.kept, why=WHY
        )
    return raised.value.code


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_two_humans_merge_and_both_records_are_told(pair: Pair) -> None:
    pending = pair.ask()
    assert merged_into(pair.merged) is None
    assert told(pair.merged, "records_merged") == []
    review = open_review(actor=pair.reviewer, reference=pending.reference)
    rows = " ".join(f"{label} {value}" for label, value in review.description.rows)
    assert all(fact in rows for fact in ("Amina Yusuf", "Amina Yusof", "1 March 1950"))
    assert "07700" not in rows
    assert "If you doubt it, refuse" in rows
    looked = [
        event.person_id
        for event in list_events("pending_act.opened")
        if event.account_id == pair.reviewer.account_id
    ]
    assert set(looked) == {pair.merged, pair.kept}
    release_pending_act(actor=pair.reviewer, pending_act_id=pending.id, reason="I asked her")
    assert merged_into(pair.merged) == pair.kept
    for person_id in (pair.merged, pair.kept):
        assert len(told(person_id, "records_merged")) == 1
    events = list_events("person.merged")
    assert {(event.person_id, event.reason_code) for event in events} == {
        (pair.merged, "merged"), (pair.kept, "kept"),
    }  # fmt: skip
    assert {"person.merged", "person.merge_undone"} <= {str(action) for action in SENTENCES}
    with reading() as session:
        row = session.scalars(select(RecordMerge)).one()
    assert WHY.encode() not in row.why
    pair.undo()
    assert merged_into(pair.merged) is None
    for person_id in (pair.merged, pair.kept):
        assert len(told(person_id, "merge_undone")) == 1
    with pytest.raises(NotFound):
        service_merging.undo_merge(actor=pair.helper, person_id=pair.merged, reason="again")


def test_a_refusal_of_the_second_human_changes_nothing(pair: Pair) -> None:
    pending = pair.ask()
    refuse_pending_act(actor=pair.reviewer, pending_act_id=pending.id, reason="They are sisters")
    assert merged_into(pair.merged) is None
    assert list_events("person.merged") == []


def test_who_has_not_both_open_for_a_reason_cannot_ask(pair: Pair) -> None:
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    service.state_reason(actor=elsewhere, person_id=pair.merged, reason="person_is_here")
    ask = {"person_id": pair.merged, "kept_person_id": pair.kept}
    with pytest.raises(ReasonNeeded) as raised:
        service_merging.merge_records(actor=elsewhere, **ask, why=WHY)
    assert raised.value.person_id == pair.kept
    with pytest.raises(ReasonNeeded):
        service_merging.compare_records(actor=elsewhere, **ask)
    service.state_reason(actor=elsewhere, person_id=pair.kept, reason="person_is_here")
    seen = service_merging.compare_records(actor=elsewhere, **ask)
    dates = next(one for one in seen.facts if one.fact == "birth_date")
    assert str(dates.kept) == "1950"  # covered: the year alone
    assert service_merging.compare_records(actor=pair.helper, **ask).facts[1].kept.is_full


def test_nothing_new_begins_on_a_merged_record_and_what_runs_goes_on(pair: Pair) -> None:
    case_id = casework.make_case(pair.helper, pair.merged, service=FUND).id
    running = granted.grant(pair.helper, pair.merged, powers=["see", "fill_in"])
    agreed = make.represent(pair.helper, pair.merged)
    make.assist(pair.helper, pair.merged, FUND)
    pair.merge()
    with reading():
        kept = people.queries.get_person(pair.kept).reference
        merged = people.queries.get_person(pair.merged).reference
    begins = {
        "case": lambda: open_case(
            actor=pair.helper, person_id=pair.merged, need="A badge",
            first_contact_on=clock.today(), why_help=["no_skill"],
        ),
        "form": lambda: start_application(
            actor=pair.helper, case_id=case_id, service=FUND, mode="assisting"
        ),
        "emergency help": lambda: give_emergency_help(
            actor=pair.helper, case_id=case_id, kind="food_voucher", amount_pence=3000,
            need="No food in the house tonight", serial="FV-0001",
        ),
        "place in the queue": lambda: add_waiting_person(
            actor=pair.helper, called="Amina", person_reference=merged
        ),
        "yes to represent": lambda: make.ask(pair.helper, pair.merged),
        "grant": lambda: granted.service.grant_delegation(actor=pair.helper, consent_id=agreed),
        "legal authority": lambda: record_legal_authority(
            actor=pair.helper, person_id=pair.merged, kind="attorney", number="7000-1234-5678",
            named="Amal Ward", scope="All property", starts_on=clock.today(),
            ends_on=None, until_on=clock.today() + timedelta(days=60), seen_as="original",
            holder_account_id=pair.colleague.account_id, services=[make.SERVICE], powers=["see"],
        ),
        "record of help": lambda: make_record_of_help(
            actor=pair.helper, person_id=pair.merged, service=make.SERVICE, asked="Renew",
            word="here", said_yes=True,
        ),
        "identity": lambda: service_identity.add_identity_evidence(
            actor=pair.helper, person_id=pair.merged, kind="official_letter", level="low",
            what_was_seen="A letter",
        ),
        "card": lambda: people_card(pair.helper, pair.merged),
        "contact": lambda: service_contact.add_contact_point(
            actor=pair.helper, person_id=pair.merged, kind="mobile", value="07700 900009",
            whose="own", is_safe=True,
        ),
        "death": lambda: service_death.record_death(
            actor=pair.helper, person_id=pair.merged, died_on=clock.today(), told_by="family"
        ),
        "another merge": lambda: service_merging.merge_records(
            actor=pair.helper, person_id=pair.merged, kept_person_id=pair.kept, why=WHY
        ),
    }  # fmt: skip
    for what, begin in begins.items():
        with pytest.raises(Refused) as raised:
            begin()
        assert raised.value.code in ("record_merged", "merged_already"), what
        if isinstance(raised.value, RecordMerged):
            assert kept in raised.value.words, what
    granted.authorise(pair.helper, pair.merged, "see")
    make.assist(pair.helper, pair.merged)  # so that what is half filled in can be sent today
    casework_note(pair.helper, case_id)
    found = service_search.search_people(
        actor=pair.colleague, why="person_is_here", by="reference", value=merged
    )
    assert [one.reference for one in found.found] == [kept]
    by_name = service_search.search_people(
        actor=pair.colleague, why="person_is_here", by="birth_date", name="Amina",
        value="1950-03-01",
    )  # fmt: skip
    assert [one.reference for one in by_name.found] == [kept]
    alike = people.register(pair.colleague, "Amina Yusuf", **SAME)
    assert [one.reference for one in alike.duplicates] == [kept]
    assert granted.get_delegation(running).ended_at is None


def people_card(helper: Actor, person_id: UUID) -> UUID:
    from assistedaccess.people.service_cards import issue_card

    return issue_card(actor=helper, person_id=person_id, request_key=new_request_key())


def test_one_word_stops_all_and_one_death_closes_all(pair: Pair, monkeypatch) -> None:
    own = granted.grant(pair.helper, pair.merged, powers=["see"])
    pair.merge()
    other = granted.grant(pair.helper, pair.kept, powers=["see"])
    before = [[pair.kept]]  # as it is read a moment before the merge is committed
    monkeypatch.setattr(
        service_stops, "list_records", lambda one: before.pop() if before else list_records(one)
    )
    assert delegations.freeze(
        actor=pair.colleague, person_id=pair.kept, how="in_front", is_proven=True
    ) == 2  # fmt: skip
    assert granted.get_delegation(own).frozen_at is not None
    death = service_death.record_death(
        actor=pair.colleague, person_id=pair.kept, died_on=clock.today(), told_by="family"
    )
    for one in (own, other):
        assert granted.get_delegation(one).ended_how == "died"
    with pytest.raises(Held):
        service_death.undo_death(actor=pair.helper, death_id=death, reason="She is here")
    release_pending_act(actor=pair.reviewer, pending_act_id=find_held().id, reason="I see her")
    with reading() as session:
        for person_id in (pair.merged, pair.kept):
            assert session.get_one(Person, person_id).died_on is None
    for one in (own, other):
        assert granted.get_delegation(one).ended_at is None
    assert delegations.end_all(actor=pair.colleague, person_id=pair.merged, how="in_front") == 2


def test_the_person_is_told_by_what_they_said_last(pair: Pair) -> None:
    pair.merge()
    with reading():
        points = {one.id for one in people.queries.list_contact_points(pair.kept)}
    with reading():
        assert choose_route(pair.merged, pair.colleague).contact_point_id in points


def test_a_silent_sign_goes_on_to_be_heard(pair: Pair) -> None:
    service_private.hold_private_moment(
        actor=pair.helper, person_id=pair.merged, was_alone=True,
        request_key=new_request_key(), sign="word", word="marigold",
    )  # fmt: skip
    assert not run_transaction(lambda: private.was_given(pair.kept, ["the marigold"]))
    pair.merge()
    assert run_transaction(lambda: private.was_given(pair.kept, ["the marigold"]))
    assert not run_transaction(lambda: private.was_given(pair.kept, ["the roses"]))
    service_private.hold_private_moment(
        actor=pair.helper, person_id=pair.kept, was_alone=True,
        request_key=new_request_key(), sign="word", word="foxglove",
    )  # fmt: skip
    for record in (pair.merged, pair.kept):  # both words, wherever they are said
        for word in ("marigold", "foxglove"):
            assert run_transaction(lambda: private.was_given(record, [word])), word  # noqa: B023


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_call_for_help_under_one_record_is_one_under_each(pair: Pair) -> None:
    library = pair.helper.organisation_id
    pair.merge()
    with pytest.raises(Held):
        service_merging.undo_merge(actor=pair.helper, person_id=pair.merged, reason="Two sisters")
    assert find_held().deciding_role is None
    call = partial(silent.keep_call, new_id(), pair.kept, library, Occasion.YES, is_given=True)
    run_transaction(call)
    silent.tell_calls()
    assert find_held().deciding_role == "safeguarding_lead"
    for record in (pair.merged, pair.kept):
        run_transaction(lambda: settle_if_nothing_waits(record, library))  # noqa: B023
        with reading():
            assert silent.is_open(pair.merged, library)  # the lead has still to decide on one
            assert silent.is_open(pair.kept, library)
    withdraw_pending_act(actor=pair.helper, pending_act_id=find_held().id)
    run_transaction(lambda: settle_if_nothing_waits(pair.merged, library))
    with reading():
        assert not silent.is_open(pair.kept, library)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_stands_against_a_merge(pair: Pair) -> None:
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    stopped = granted.grant(pair.helper, pair.kept, powers=["see"])
    delegations.freeze(
        actor=elsewhere, person_id=pair.kept, how="in_front", is_proven=True, delegation_id=stopped
    )
    assert refusal(pair) == "stop_stands"
    delegations.lift(actor=elsewhere, person_id=pair.kept, how="in_front")
    set_column(pair.merged, contact_is_unsafe=True)
    assert refusal(pair) == "kept_asks_less_care"
    set_column(pair.kept, contact_is_unsafe=True)
    waiting = pair.ask()
    assert waiting.deciding_role == "safeguarding_lead"
    assert waiting.drawn_account_id is None  # no lead here: it waits for one
    for person_id in (pair.merged, pair.kept):
        set_column(person_id, contact_is_unsafe=False, is_protected=True)
    with reading() as session:
        before = session.scalars(select_held()).all()
    assert len(before) == 1
    set_column(pair.merged, is_protected=False)
    set_column(pair.kept, is_protected=False, human_id=pair.colleague.human_id)
    assert refusal(pair) == "own_record_of_helper"
    set_column(pair.kept, human_id=None, died_on=clock.today())
    assert refusal(pair) == "one_has_died"
    set_column(pair.kept, died_on=None)
    with pytest.raises(Held):  # any act of theirs that waits
        ask_for_silence(pair)
    assert refusal(pair) == "something_waits"


def ask_for_silence(pair: Pair) -> None:
    with reading():
        version = people.queries.get_person(pair.kept).version
    service_contact.set_safe_contact(
        actor=pair.helper, person_id=pair.kept, version=version, contact_is_unsafe=True,
        no_messages_left=False, no_paper_at_home=False, person_was_alone=False,
        reason="A relative asked for it", until_on=clock.today() + timedelta(days=5),
    )  # fmt: skip


def set_column(person_id: UUID, **values: object) -> None:
    def write() -> None:
        from assistedaccess.kernel.database import get_session

        person = get_session().get_one(Person, person_id)
        for name, value in values.items():
            setattr(person, name, value)

    run_transaction(write)


def test_a_lead_alone_decides_where_care_is_needed_and_undoes_at_once(pair: Pair) -> None:
    for person_id in (pair.merged, pair.kept):
        set_column(person_id, hides_address=True)
    lead = people.make_helper(pair.desk, role="safeguarding_lead")
    pending = pair.ask()
    assert pending.drawn_account_id == lead.account_id
    with reading():
        rows = " ".join(
            str(value)
            for _label, value in service_merging.describe_merge(
                {"person_id": pair.merged, "kept_person_id": pair.kept, "why": WHY}
            )
        )
    assert "hidden" in rows
    release_pending_act(actor=lead, pending_act_id=pending.id, reason="I asked her alone")
    assert merged_into(pair.merged) == pair.kept
    service.state_reason(actor=lead, person_id=pair.merged, reason="safeguarding")
    service.state_reason(actor=lead, person_id=pair.kept, reason="safeguarding")
    service_merging.undo_merge(actor=lead, person_id=pair.merged, reason="They are sisters")
    assert merged_into(pair.merged) is None
