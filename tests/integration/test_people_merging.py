"""Two records of one human are merged by two humans, and taken apart again with nothing lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.applications.service_helping import make_record_of_help
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import refuse_pending_act, release_pending_act
from assistedaccess.approvals.service_review import open_review
from assistedaccess.audit.explain import ReasonNeeded
from assistedaccess.casework.models import Case
from assistedaccess.casework.service import open_case
from assistedaccess.data_protection import erasing
from assistedaccess.data_protection.rules_requests import Stays
from assistedaccess.data_protection.rules_retention import read_periods
from assistedaccess.data_protection.service_pack import make_pack
from assistedaccess.delegation import service as delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.my_record.words import SENTENCES
from assistedaccess.people import (
    private,
    queries_merging,
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
from assistedaccess.people.routes import choose_route
from assistedaccess.people.rules import RecordMerged
from tests.factories import casework, people
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories.delegation import told
from tests.support.client import PageCheckingClient
from tests.support.contents import Contents, changed_tables
from tests.support.held import select_held
from tests.support.journal import list_events
from tests.support.pages import read_token

pytestmark = pytest.mark.usefixtures("app")

WHY = "She is here and knows what stands in both"
SAME = {"birth_date": "1950-03-01"}
WHERE_IT_IS_WRITTEN = frozenset(
    {
        "record_merge", "notice", "notice_entry", "pending_act", "pending_act_draw",
        "audit_event", "audit_detail", "audit_lane", "data_key", "look_reason",
    }
)  # fmt: skip
"""The link itself, what the person was told, who was asked, and the journal."""


class Pair:
    """A person who was registered twice at a desk, with a helper and a reviewer."""

    def __init__(self) -> None:
        self.desk = people.make_desk()
        self.helper = people.make_helper(self.desk)
        self.colleague = people.make_helper(self.desk)
        self.reviewer = people.make_helper(self.desk, role="reviewer")
        make.allow_money(self.helper)
        self.merged = self.register("Amina Yusuf", "07700 900001")
        self.kept = self.register("Amina Yusof", "07700 900002")

    def register(self, name: str, number: str, **more) -> UUID:
        point = people.mobile(number, whose="own", is_safe=True)
        return people.make_person(self.helper, name, **{**SAME, "contact_points": [point], **more})

    def ask(self, actor: Actor | None = None) -> PendingAct:
        with pytest.raises(Held):
            service_merging.merge_records(
                actor=actor or self.helper,
                person_id=self.merged,
                kept_person_id=self.kept,
                why=WHY,
            )
        return find_held()

    def merge(self) -> None:
        pending = self.ask()
        done = release_pending_act(
            actor=self.reviewer, pending_act_id=pending.id, reason="I asked her"
        )
        assert done.state == "released", done.words

    def undo(self) -> None:
        with pytest.raises(Held):
            service_merging.undo_merge(
                actor=self.helper, person_id=self.merged, reason="Her sister came"
            )
        release_pending_act(actor=self.reviewer, pending_act_id=find_held().id, reason="I met both")


def find_held() -> PendingAct:
    with reading() as session:
        row = session.scalars(select_held().where(PendingAct.state == "waiting")).one()
        session.expunge(row)
        return row


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


@pytest.fixture
def contents(sandbox):
    made = Contents(sandbox)
    yield made
    made.close()


def test_two_humans_merge_and_both_records_are_told(pair: Pair) -> None:
    pending = pair.ask()
    assert merged_into(pair.merged) is None
    assert told(pair.merged, "records_merged") == []
    review = open_review(actor=pair.reviewer, reference=pending.reference)
    rows = " ".join(f"{label} {value}" for label, value in review.description.rows)
    assert all(fact in rows for fact in ("Amina Yusuf", "Amina Yusof", "1 March 1950"))
    assert "07700" not in rows
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
    case_id = casework.make_case(pair.helper, pair.merged).id
    running = granted.grant(pair.helper, pair.merged, powers=["see", "fill_in"])
    pair.merge()
    with reading():
        kept = people.queries.get_person(pair.kept).reference
        merged = people.queries.get_person(pair.merged).reference
    begins = {
        "case": lambda: open_case(
            actor=pair.helper, person_id=pair.merged, need="A badge",
            first_contact_on=clock.today(), why_help=["no_skill"],
        ),
        "yes to represent": lambda: make.ask(pair.helper, pair.merged),
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


def casework_note(helper: Actor, case_id: UUID) -> None:
    from assistedaccess.casework.service_entries import add_note

    add_note(actor=helper, case_id=case_id, text="Rang her")


def test_one_word_stops_all_and_one_death_closes_all(pair: Pair) -> None:
    own = granted.grant(pair.helper, pair.merged, powers=["see"])
    pair.merge()
    other = granted.grant(pair.helper, pair.kept, powers=["see"])
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


def test_the_end_of_one_record_is_not_the_end_of_the_other(pair: Pair) -> None:
    casework.make_case(pair.helper, pair.merged)
    pair.merge()
    periods = read_periods("")
    with reading():
        assert Stays.LED_TO in erasing.list_what_stays(pair.kept, periods)
        assert Stays.LED_TO not in erasing.list_what_stays(pair.merged, periods)
    with reading():
        merged = people.queries.get_person(pair.merged).reference
    pack = make_pack(actor=SYSTEM, person_id=pair.kept)
    titles = [section.title for section in pack.sections]
    assert any(title.startswith(f"{merged}: ") for title in titles)
    run_transaction(lambda: erase(pair.merged))
    with reading() as session:
        kept = session.get_one(Person, pair.kept)
        assert (kept.erased_at, kept.name) == (None, "Amina Yusof")
        assert queries_merging.list_merges(pair.kept) == []
        assert Stays.LED_TO not in erasing.list_what_stays(pair.kept, periods)


def erase(person_id: UUID) -> None:
    erasing.erase(SYSTEM, person_id, "asked")


STEPS = ("case", "yes", "grant", "help", "note")


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.lists(st.sampled_from(STEPS), unique=True), other=st.booleans())
def test_merged_and_taken_apart_every_table_is_as_it_was(
    contents: Contents, pair: Pair, before: list[str], other: bool
) -> None:
    """Whatever stood under either: all but the link, what was told and the journal is the same."""
    for step in before:
        for person_id in (pair.merged, pair.kept) if other else (pair.merged,):
            do(step, pair.helper, person_id)
    was = contents.read(WHERE_IT_IS_WRITTEN)
    pair.merge()
    pair.undo()
    assert changed_tables(was, contents.read(WHERE_IT_IS_WRITTEN)) == []


def do(step: str, helper: Actor, person_id: UUID) -> None:
    if step == "case":
        casework.make_case(helper, person_id)
    elif step == "yes":
        make.assist(helper, person_id)
    elif step == "grant":
        granted.grant(helper, person_id, powers=["see"])
    elif step == "help":
        make_record_of_help(
            actor=helper, person_id=person_id, service=make.SERVICE, asked="Renew",
            word="here", said_yes=True,
        )  # fmt: skip
    else:
        casework_note(helper, casework.make_case(helper, person_id).id)


def test_a_merge_while_somebody_writes(app, pair: Pair) -> None:
    """Either the case is there before the merge, or it is refused with the way to the other."""
    pending = pair.ask()
    start = threading.Barrier(2)
    said: list[str] = []

    def merge() -> None:
        start.wait()
        release_pending_act(actor=pair.reviewer, pending_act_id=pending.id, reason="I asked her")

    def write() -> None:
        start.wait()
        try:
            casework.make_case(pair.colleague, pair.merged)
        except RecordMerged as refused:
            said.append(refused.words)

    def run(work) -> None:
        with app.app_context():
            work()

    threads = [threading.Thread(target=run, args=(work,)) for work in (merge, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with reading() as session:
        row = session.scalars(select(RecordMerge)).one()
        cases = session.scalars(select(Case).where(Case.person_id == pair.merged)).all()
        kept = session.get_one(Person, pair.kept).reference
    assert merged_into(pair.merged) == pair.kept
    assert bool(cases) != bool(said)
    assert all(one.opened_at <= row.merged_at for one in cases) or said
    assert all(kept in words for words in said)


def test_its_pages(app, pair: Pair) -> None:
    """From a person's page to the question, side by side; the merged record opens the other."""
    casework.make_case(pair.helper, pair.merged)
    casework.make_case(pair.helper, pair.kept)
    with reading():
        merged = people.queries.get_person(pair.merged).reference
        kept = people.queries.get_person(pair.kept).reference
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, pair.helper)
    assert "another record too" in client.get(f"/people/{merged}").text
    choose = f"/people/{merged}/merge"
    token = read_token(client.get(choose))
    for typed in ("", "P-0000-0000", merged):
        assert (
            client.post(choose, data={"csrf_token": token, "reference": typed}).status_code == 400
        )
    chosen = client.post(choose, data={"csrf_token": token, "reference": kept.lower()})
    assert chosen.status_code == 303
    page = client.get(chosen.location)
    assert "Amina Yusof" in page.text
    assert "Nearly the same" in page.text
    assert "07700" not in page.text
    assert client.post(chosen.location, data={"csrf_token": token, "why": ""}).status_code == 400
    answer = client.post(chosen.location, data={"csrf_token": token, "why": WHY})
    assert "W-" in answer.text
    release_pending_act(actor=pair.reviewer, pending_act_id=find_held().id, reason="I asked her")
    again = client.get(f"/people/{merged}")
    assert (again.status_code, again.location) == (302, f"/people/{kept}")
    assert f"{merged} was merged into {kept}" in client.get(again.location).text
    here = client.get(f"/people/{merged}?here=yes").text
    assert "Nothing new begins here" in here
    assert "Open a case" not in here
    undo = f"/people/{merged}/merge-mistake"
    assert client.get(f"/people/{kept}/merge-mistake").status_code == 404
    token = read_token(client.get(undo))
    added = casework.make_case(pair.helper, pair.kept)
    assert client.post(undo, data={"csrf_token": token, "reason": ""}).status_code == 400
    assert "W-" in client.post(undo, data={"csrf_token": token, "reason": "Two sisters"}).text
    release_pending_act(actor=pair.reviewer, pending_act_id=find_held().id, reason="I met both")
    listed = client.get(f"/people/{kept}/merges").text
    assert added.reference in listed
    assert listed.count("/cases/") == 1  # what was there before is not to be sorted out
    assert client.get(f"/people/{merged}").status_code == 200
    assert client.get(f"/people/{merged}/merges").status_code == 200
