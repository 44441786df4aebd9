"""Letters: printed and posted here, by somebody who did not do what they tell of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import service_letters
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import NoticeKind, OwnWork, Route
from assistedaccess.notices.senders import OutboxSender
from assistedaccess.notices.service import queue_notice, send_due_notices
from tests.factories.people import Desk, make_desk, make_helper, sign_in
from tests.integration.test_people_search import read_token
from tests.support.statements import counted_statements

LETTER = Route("letter", None, "14 Mill Lane\nMillbrook\nLS1 4AP", "cy", True, name="Ada <b>")


@pytest.fixture
def desk(app: Any) -> Desk:
    """A library."""
    return make_desk()


@pytest.fixture
def helper(desk: Desk) -> Actor:
    """Somebody who helps there."""
    return make_helper(desk)


def queue_letters(app: Any, actor: Actor, count: int = 1) -> list[UUID]:
    def queue() -> list[UUID]:
        return [
            queue_notice(
                actor=actor,
                person_id=new_id(),
                kind=NoticeKind.DELEGATION_GRANTED,
                route=LETTER,
                organisation_id=actor.organisation_id,  # type: ignore[arg-type]
            )
            for _ in range(count)
        ]

    made = run_transaction(queue)
    send_due_notices(sender=OutboxSender(app.config["SETTINGS"].data_dir / "outbox"))
    return made


@pytest.fixture
def letter(app: Any, helper: Actor) -> UUID:
    """A letter that waits to be printed."""
    (made,) = queue_letters(app, helper)
    assert get(made).state == "to_print"
    return made


def get(notice_id: UUID) -> Any:
    with reading() as session:
        return session.execute(
            select(Notice.state, Notice.reference, Notice.posted_at).where(Notice.id == notice_id)
        ).one()


def outcomes(notice_id: UUID) -> list[str]:
    with reading() as session:
        query = select(AuditEvent.action).where(AuditEvent.subject_id == notice_id)
        return list(session.scalars(query.order_by(AuditEvent.id)))


def test_a_letter_is_opened_printed_and_ticked_off(app: Any, desk: Desk, letter: UUID) -> None:
    client = app.test_client()
    sign_in(client, make_helper(desk, role="manager"))
    reference = get(letter).reference
    listed = client.get("/letters-to-print").get_data(as_text=True)
    assert reference in listed
    assert "Mill Lane" not in listed
    page = client.get(f"/letters-to-print/{reference}").get_data(as_text=True)
    assert "14 Mill Lane" in page
    assert "<b>" not in page
    assert 'lang="cy"' in page
    assert Action.NOTICE_PRINTED in outcomes(letter)
    data = {"csrf_token": read_token(page)}
    assert client.post(f"/letters-to-print/{reference}/posted", data=data).status_code == 303
    assert get(letter).state == "posted"
    assert get(letter).posted_at <= clock.now()
    listed = client.get("/letters-to-print").get_data(as_text=True)
    assert reference not in listed.split("<main")[1]


def test_another_organisations_letters_do_not_exist(letter: UUID) -> None:
    stranger = make_helper(make_desk(), role="manager")
    for command in (service_letters.open_letter, service_letters.mark_letter_posted):
        with pytest.raises(NotFound):
            command(actor=stranger, notice_id=letter)


def test_nobody_handles_the_letter_about_their_own_work(
    desk: Desk, helper: Actor, letter: UUID
) -> None:
    same = make_helper(desk, "manager", helper.human_id)
    for command in (service_letters.open_letter, service_letters.mark_letter_posted):
        with pytest.raises(OwnWork):
            command(actor=same, notice_id=letter)
    assert get(letter).state == "to_print"


def test_the_list_is_paged_and_costs_the_same_however_long(
    app: Any, database: Any, desk: Desk, helper: Actor
) -> None:
    client = app.test_client()
    sign_in(client, make_helper(desk, role="manager"))
    counts = []
    for more in (1, 59):
        queue_letters(app, helper, more)
        client.get("/letters-to-print")
        with counted_statements(database) as statements:
            page = client.get("/letters-to-print").get_data(as_text=True)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12
    assert page.count("Mark as posted") == 50
    second = page.split('href="/letters-to-print?after=')[1].split('"')[0]
    rest = client.get(f"/letters-to-print?after={second}").get_data(as_text=True)
    assert rest.count("Mark as posted") == 10
    assert client.get("/letters-to-print?after=%00'x").status_code == 200
