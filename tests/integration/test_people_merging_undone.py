"""A merge taken apart again, a merge while somebody writes, and the pages of both."""

from __future__ import annotations

import re
import threading
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.applications.service_helping import make_record_of_help
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.approvals.service_review import open_review
from assistedaccess.casework import service as casework_service
from assistedaccess.casework.models import Case
from assistedaccess.data_protection import erasing
from assistedaccess.data_protection.models import DataRequest
from assistedaccess.data_protection.rules_requests import Stays
from assistedaccess.data_protection.rules_retention import read_periods
from assistedaccess.data_protection.service_pack import make_pack
from assistedaccess.data_protection.service_requests import record_data_request
from assistedaccess.data_protection.service_use import say_end, use_again
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.inputs import read_text
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people import (
    queries_merging,
    service_merging,
)
from assistedaccess.people.models import Person
from assistedaccess.people.models_merge import RecordMerge
from assistedaccess.people.rules import RecordMerged
from assistedaccess.people.service import state_reason
from tests.factories import casework, people
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories.merging import WHY, Pair, casework_note, find_held
from tests.support.client import PageCheckingClient
from tests.support.contents import Contents, changed_tables
from tests.support.journal import last_event, list_event_ids, list_events
from tests.support.pages import read_token
from tests.support.statements import MOST, counted_statements

pytestmark = pytest.mark.usefixtures("app")


WHERE_IT_IS_WRITTEN = frozenset(
    {
        "record_merge", "notice", "notice_entry", "pending_act", "pending_act_draw",
        "audit_event", "audit_detail", "audit_lane", "data_key", "look_reason",
    }
)  # fmt: skip
"""The link itself, what the person was told, who was asked, and the journal."""


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


def test_a_merge_while_somebody_writes(app, pair: Pair, monkeypatch) -> None:
    """It waits for who has begun to write, so that what they write is of before it; who begins
    after it is refused, with the way to the other record."""
    pending = pair.ask()
    has_begun, is_merged = threading.Event(), threading.Event()

    def stay(*given, **more) -> str:
        has_begun.set()  # the record was found open, and nothing is written yet
        is_merged.wait(0.3)
        return read_text(*given, **more)

    def merge() -> None:
        has_begun.wait(60)
        with app.app_context():
            release_pending_act(
                actor=pair.reviewer, pending_act_id=pending.id, reason="I asked her"
            )
        is_merged.set()

    thread = threading.Thread(target=merge)
    thread.start()
    with monkeypatch.context() as patched:
        patched.setattr(casework_service, "read_text", stay)
        made = casework.make_case(pair.colleague, pair.merged)
    thread.join(60)
    assert merged_into(pair.merged) == pair.kept
    with reading() as session:
        row = session.scalars(select(RecordMerge)).one()
        kept = session.get_one(Person, pair.kept).reference
        assert session.get_one(Case, made.id).opened_at <= row.merged_at
    with pytest.raises(RecordMerged, match=kept):
        casework.make_case(pair.colleague, pair.merged)
    assert last_event("act.refused").reason_code == "record_merged"


def test_its_pages(app, pair: Pair) -> None:
    """From a person's page to the question, side by side; the merged record opens the other."""
    case = casework.make_case(pair.helper, pair.merged)
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
    runs_on = client.get(f"/cases/{case.reference}").text
    assert "Hand it over" in runs_on
    assert "Refer to another place" not in runs_on
    undo = f"/people/{merged}/merge-mistake"
    assert client.get(f"/people/{kept}/merge-mistake").status_code == 404
    token = read_token(client.get(undo))
    added = casework.make_case(pair.helper, pair.kept)
    assert client.post(undo, data={"csrf_token": token, "reason": ""}).status_code == 400
    assert "W-" in client.post(undo, data={"csrf_token": token, "reason": "Two sisters"}).text
    review = open_review(actor=pair.reviewer, reference=find_held().reference)
    rows = {str(label): str(value) for label, value in review.description.rows}
    assert "If you doubt it, release" in rows["What to do"]  # doubt keeps two people apart
    assert "What speaks for two people" in rows
    release_pending_act(actor=pair.reviewer, pending_act_id=find_held().id, reason="I met both")
    listed = client.get(f"/people/{kept}/merges").text
    assert added.reference in listed
    assert listed.count("/cases/") == 1  # what was there before is not to be sorted out
    assert client.get(f"/people/{merged}").status_code == 200
    assert client.get(f"/people/{merged}/merges").status_code == 200


def ask_about_data(pair: Pair, person_id: UUID, kind: str, goes_on: str | None = None) -> str:
    return record_data_request(
        actor=pair.helper, person_id=person_id, kind=kind, words="Leave it alone.", goes_on=goes_on
    )


def standing_of(person_id: UUID) -> tuple[str | None, bool]:
    """What the record says: what goes on where it is restricted, and whether it is left out."""
    with reading() as session:
        row = session.get_one(Person, person_id)
        return row.restricted, row.left_out_at is not None


def test_a_wish_of_before_stays_with_its_record_and_one_of_meanwhile_with_both(pair: Pair) -> None:
    ask_about_data(pair, pair.merged, "objection")
    assert [standing_of(one) for one in (pair.merged, pair.kept)] == [(None, True), (None, False)]
    pair.merge()
    assert standing_of(pair.kept) == (None, True)  # one human, left out of counts as they asked
    asked = ask_about_data(pair, pair.kept, "restriction", "nothing")
    assert standing_of(pair.merged) == standing_of(pair.kept) == ("nothing", True)
    before = [kind for kind, _ in make.list_told(pair.merged)]
    assert "record_restricted" not in before
    pair.undo()

    # Nobody can say whose word it was (UK GDPR, Article 18(1)): it stands at both; each is told.
    assert [standing_of(one) for one in (pair.merged, pair.kept)] == [
        ("nothing", True),
        ("nothing", False),  # who objected is known
    ]
    assert [kind for kind, _ in make.list_told(pair.merged)].count("record_restricted") == 1
    with reading() as session:
        rows = session.scalars(
            select(DataRequest).where(DataRequest.kind == "restriction").order_by(DataRequest.id)
        ).all()
        assert {row.person_id for row in rows} == {pair.merged, pair.kept}
        (twin,) = (row for row in rows if row.person_id == pair.merged)
        words = encryption.unseal(pair.merged, "data_request.words", twin.words or b"")
        assert asked in words
        assert "Leave it alone" not in words  # perhaps another person's
    recorded = [event.person_id for event in list_events("data_request.recorded")]
    assert recorded.count(pair.merged) == 2

    # Whoever did not ask has theirs used again at once, at any desk; the other's stands.
    elsewhere = people.make_helper(people.make_desk("Ash Vale Council"))
    assert use_again(actor=elsewhere, person_id=pair.merged, kind="restriction") == 1
    assert standing_of(pair.merged)[0] is None
    assert standing_of(pair.kept)[0] == "nothing"
    # And the organisation ends the other's as it ends any: there is a request to end.
    say_end(
        actor=people.make_helper(pair.desk, "manager"), reference=asked, why="The date is right."
    )


def test_both_records_are_one_story_marked_with_where_each_thing_stands(
    pair: Pair, client: PageCheckingClient, database: Database
) -> None:
    helper = pair.helper
    old = casework.make_case(helper, pair.merged, need="The gas bill")
    new = casework.make_case(helper, pair.kept, need="A bus pass")
    make.assist(helper, pair.merged)
    pair.merge()
    kept, merged = people.reference_of(pair.kept), people.reference_of(pair.merged)
    people.sign_in(client, helper)
    client.get(f"/people/{kept}")
    before = list_event_ids()
    with counted_statements(database) as sent:
        page = client.get(f"/people/{kept}").text
    assert len(sent) <= MOST["GET"], sent
    assert {old.reference, new.reference} <= set(re.findall(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}", page))
    for words, stands_there in (("The gas bill", True), ("A bus pass", False)):
        assert words in page
        heading = page[: page.index(words)].rpartition("<h3")[2]
        assert (f"Under {merged}" in heading) is stands_there, words
    looked = {
        event.person_id: event for event in list_events("person.opened") if event.id not in before
    }
    assert set(looked) == {pair.kept, pair.merged}
    assert looked[pair.merged].reason_code == "explained.merged"
    # The whole story too; the record that leads here tells of itself alone.
    casework.close_case(helper, old)
    history = client.get(f"/people/{kept}/history").text
    assert f"Under {merged}" in history
    assert "The gas bill" in history
    assert "A bus pass" not in client.get(f"/people/{merged}?here=yes").text
    # Whoever sees the kept record with its details covered sees nothing of either.
    stranger = people.make_helper(people.make_desk("Elsewhere"))
    state_reason(actor=stranger, person_id=pair.kept, reason="person_is_here")
    people.sign_in(client, stranger)
    covered = client.get(f"/people/{kept}").text
    assert "The gas bill" not in covered
    assert "marked with its reference" not in covered
    # Taken apart again, each tells of itself.
    pair.undo()
    people.sign_in(client, helper)
    assert f"Under {merged}" not in client.get(f"/people/{kept}/history").text
