"""A sample is ordered first, drawn by a checkpoint that came after, and drawn again by anybody."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.exc import DatabaseError

from assistedaccess.audit import Action, record
from assistedaccess.audit.checkpoints import find_checkpoint, find_leaf
from assistedaccess.audit.sealing import seal_all
from assistedaccess.delegation.service import use_reserve
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.oversight import service_samples as service
from assistedaccess.oversight.models import Sample, SampleDraw, SampleResult
from assistedaccess.oversight.queries_samples import SampleView
from assistedaccess.oversight.rules import PAGE, Question
from assistedaccess.oversight.rules_samples import AlreadyJudged, NotSealedYet
from tests.factories.consent import allow_money
from tests.factories.delegation import grant, reserve
from tests.factories.organisations import enter
from tests.support.pages import read_token
from tests.support.statements import counted_statements

from .test_oversight_flags import Setting

EVENTS = 400


@pytest.fixture
def setting(app: Flask) -> Setting:
    made = Setting()
    run_transaction(lambda: [record(Action.TODAY_VIEWED, actor=made.helper) for _ in range(EVENTS)])
    seal_all()
    return made


def order(setting: Setting, **more: object) -> str:
    given: dict[str, object] = {
        "kind": "discovery",
        "certainty": 9500,
        "rate": 100,
        "question": Question(action=str(Action.TODAY_VIEWED)),
        "asked": [("action", "today.viewed")],
        **more,
    }
    return service.order_sample(actor=setting.auditor, **given)  # type: ignore[arg-type]


def view(setting: Setting, reference: str) -> SampleView:
    return service.view_sample(actor=setting.auditor, reference=reference)


def test_nothing_is_drawn_by_a_checkpoint_that_was_known(setting: Setting) -> None:
    """The journal has checkpoints, but none that came after the order."""
    reference = order(setting)
    with pytest.raises(NotSealedYet):
        service.draw_sample(actor=setting.auditor, reference=reference)
    assert view(setting, reference).draw is None
    seal_all()
    for _ in range(2):  # whoever waits for another checkpoint gets the first all the same
        run_transaction(lambda: record(Action.TODAY_VIEWED, actor=setting.helper))
        seal_all()
    service.draw_sample(actor=setting.auditor, reference=reference)
    found = view(setting, reference)
    assert found.draw is not None
    with reading():
        leaf = find_leaf(found.sample.order_event_id)
        assert leaf is not None
        first = find_checkpoint(containing=leaf)
        assert first is not None
    assert (found.draw.checkpoint_size, found.draw.note) == (first.size, first.note)
    # Nobody draws again.
    service.draw_sample(actor=setting.auditor, reference=reference)
    again = view(setting, reference).draw
    assert again is not None
    assert again.chosen == found.draw.chosen


def test_anybody_draws_the_file_again(setting: Setting, client: FlaskClient) -> None:
    reference = order(setting)
    seal_all()
    service.draw_sample(actor=setting.auditor, reference=reference)
    enter(client, setting.member, "auditor")
    told = json.loads(client.get(f"/journal/samples/{reference}/file").text)
    # From here on, nothing of ours: the file and the standard library.
    assert len(told["frame"]) == EVENTS
    frame = "".join(f"{key}\n" for key in told["frame"]).encode()
    assert hashlib.sha256(frame).hexdigest() == told["frame_hash"]
    seed = hashlib.sha256(told["checkpoint"].encode()).hexdigest()
    ranked = sorted(
        (hashlib.sha256(f"assistedaccess sample 1\n{seed}\n{key}".encode()).hexdigest(), key)
        for key in told["frame"]
    )
    assert [key for _, key in ranked[: told["size"]]] == told["chosen"]
    assert told["size"] == len(told["chosen"]) == 211  # of 400, 4 of which would be hits


def test_the_frame_is_that_of_the_order(setting: Setting) -> None:
    reference = order(setting)
    run_transaction(lambda: record(Action.TODAY_VIEWED, actor=setting.helper))
    assert view(setting, reference).sample.frame_size == EVENTS
    with pytest.raises(InvalidInput):
        order(setting, question=Question(action=str(Action.CASE_CLOSED)))


def test_what_may_be_said_waits_for_every_item(setting: Setting) -> None:
    reference = order(setting, kind="attribute", rate=2000, expected=500)
    seal_all()
    service.draw_sample(actor=setting.auditor, reference=reference)
    found = view(setting, reference)
    assert (found.sample.size, found.sample.allowed) == (30, 2)
    assert found.draw is not None
    for number, item in enumerate(map(UUID, found.draw.chosen)):
        assert view(setting, reference).result.limit is None
        place = service.judge_item(
            actor=setting.auditor,
            reference=reference,
            item=item,
            is_exception=number == 0,
            words="Seen",
        )
        assert place == number
    result = view(setting, reference).result
    assert (result.judged, result.exceptions, result.holds) == (30, 1, True)
    assert result.limit == 1486  # Clopper and Pearson: 1 of 30 at 95 %, 14.86 %
    with pytest.raises(AlreadyJudged):
        service.judge_item(
            actor=setting.auditor,
            reference=reference,
            item=UUID(found.draw.chosen[0]),
            is_exception=False,
            words="After all",
        )
    for table in (Sample, SampleDraw, SampleResult):
        with pytest.raises(DatabaseError):
            run_transaction(lambda table=table: get_session().execute(delete(table)))


def test_money_is_drawn_by_the_pound_and_leads_to_what_it_was_for(
    setting: Setting, client: FlaskClient
) -> None:
    """95 % sure that less than half of it is wrong points at six pence, one in 1,000: so what is
    larger is always drawn, and nothing of what was set aside and never used."""
    terms = {"powers": ["submit", "pay"], "money_limit_pence": 10_000, "money_period": "term"}
    allow_money(setting.helper)
    delegation_id = grant(setting.helper, setting.person_id, **terms)
    paid = {new_id(): pence for pence in (3_000, 900, 1_500, 600)}
    for subject_id, pence in paid.items():
        taken = reserve(setting.helper, setting.person_id, pence, subject_id)
        run_transaction(partial(use_reserve, actor=setting.helper, reserve_id=taken.reserve_id))
    reserve(setting.helper, setting.person_id, 4_000, new_id())
    reference = order(setting, kind="monetary", rate=5_000, question=Question(), asked=[])
    seal_all()
    service.draw_sample(actor=setting.auditor, reference=reference)
    found = view(setting, reference)
    assert (found.sample.size, found.sample.frame_size) == (6, 4)
    money = [drawn.money for drawn in found.drawn]
    assert None not in money
    assert {3_000, 1_500} <= {each.pence for each in money if each} <= {*paid.values()}
    first = found.drawn[0]
    assert first.money is not None
    assert first.money.pence == paid[first.money.subject_id]
    enter(client, setting.member, "auditor")
    item = client.get(f"/journal/samples/{reference}/items/{first.item}").text
    for where in (f"subject={first.money.subject_id}", f"authority={delegation_id}"):
        assert where in item
        assert "used" in client.get(f"/journal?{where}").text
    # From here on, nothing of ours: as docs/auditing.md and oversight/sampling.py say.
    told = json.loads(client.get(f"/journal/samples/{reference}/file").text)
    seed = hashlib.sha256(told["checkpoint"].encode()).digest()
    interval = sum(told["pence"]) // told["size"]
    pointed = int.from_bytes(seed, "big") % interval
    reached, chosen = 0, []
    for key, pence in zip(told["frame"], told["pence"], strict=True):
        before, reached = reached, reached + pence
        if any((at - pointed) % interval == 0 for at in range(max(before, pointed), reached)):
            chosen.append(key)
    assert chosen == told["chosen"]


def test_another_office_and_another_item_are_not_there(setting: Setting) -> None:
    reference = order(setting)
    seal_all()
    service.draw_sample(actor=setting.auditor, reference=reference)
    with pytest.raises(NotFound):
        service.view_sample(actor=setting.other_auditor, reference=reference)
    with pytest.raises(NotFound):
        service.judge_item(
            actor=setting.auditor,
            reference=reference,
            item=setting.person_id,
            is_exception=True,
            words="x",
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "guess"},
        {"certainty": 10_000},
        {"rate": 0},
        {"kind": "attribute", "rate": 500, "expected": 499},
        {"kind": "attribute", "rate": 500, "expected": 500},
        {"kind": "monetary"},
    ],
)
def test_what_cannot_be_ordered(setting: Setting, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        order(setting, **wrong)


def test_the_pages_of_samples(setting: Setting, client: FlaskClient, database: Database) -> None:
    enter(client, setting.member, "auditor")
    page = client.get("/journal/samples/new")
    assert "299" in page.text
    data = {
        "csrf_token": read_token(page),
        "request_key": new_request_key(),
        "kind": "discovery",
        "certainty": "9500",
        "rate": "x",
    }
    assert client.post("/journal/samples/new", data=data).status_code == 400
    ordered = client.post("/journal/samples/new", data={**data, "rate": "0.5"})
    assert ordered.status_code == 303
    again = client.post("/journal/samples/new", data={**data, "rate": "0.5"})
    assert again.location == ordered.location  # a double click
    page = client.get(ordered.location)
    for said in ("0.5 in a hundred", "95 %", "everything in your remit"):
        assert said in page.text
    drawn = f"{ordered.location}/draw"
    early = client.post(drawn, data={"csrf_token": read_token(page)})
    assert early.status_code == 403
    seal_all()
    assert client.post(drawn, data={"csrf_token": read_token(page)}).status_code == 303
    with counted_statements(database) as statements:
        shown = client.get(ordered.location)
    assert len(statements) <= 12, statements
    from bs4 import BeautifulSoup

    link = BeautifulSoup(shown.text, "html.parser").select_one("a[href*='/items/']")
    assert link is not None
    item = client.get(str(link["href"]))
    data = {"csrf_token": read_token(item), "request_key": new_request_key()}
    data |= {"verdict": "exception", "words": "No reason"}
    for _ in range(2):
        assert client.post(str(link["href"]), data=data).status_code == 303
    assert client.post(str(link["href"]), data=data | {"verdict": "in_order"}).status_code == 403
    assert "Not in order" in client.get(ordered.location).text
    # Who has judged one of many stands again where they were.
    chosen = view(setting, ordered.location.rsplit("/", 1)[1]).draw.chosen
    assert len(chosen) > PAGE
    last = f"{ordered.location}/items/{chosen[-1]}"
    item = client.get(last)
    assert f"number {len(chosen)} of {len(chosen)}" in item.text
    data |= {"verdict": "in_order", "request_key": new_request_key()}
    begins = (len(chosen) - 1) // PAGE * PAGE
    assert client.post(last, data=data).location == f"{ordered.location}?first={begins}"
    assert "not drawn yet" not in client.get("/journal/samples").text
    assert client.get(f"{ordered.location}?first=-1").status_code == 404
