"""The till: opened with its change, counted by two humans who do not see what should be there."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from assistedaccess.applications import service_till
from assistedaccess.applications.models_payments import Till
from assistedaccess.applications.rules_till import NoTillOpen, SameCounter, TillClosed, TillIsOpen
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.transactions import run_transaction
from tests.factories import applications as apps
from tests.factories import people
from tests.factories.payments import (
    begin,
    begin_another,
    get_till,
    last_event,
    open_till,
    take,
)

pytestmark = pytest.mark.usefixtures("app")


def test_a_till_is_counted_by_two_humans_and_a_difference_has_its_reason(app: Flask) -> None:
    scene, draft = begin()
    till_id = open_till(scene, 2000)
    assert open_till(scene, 2000) == till_id  # a double click
    with pytest.raises(TillIsOpen):
        open_till(scene, 500)
    take(scene, draft)
    reference = get_till(till_id).reference
    own, other = apps.signed_in(app, scene.helper), apps.signed_in(app, scene.colleague)
    address = f"/tills/{reference}"
    page = own.get(address).get_data(as_text=True)
    assert "B-" in page
    for told in ("£10.00", "Should be there"):  # nor what it could be added up from
        assert told not in page
    with pytest.raises(InvalidInput, match="counts it first"):
        service_till.check_till(
            actor=scene.colleague, till_id=till_id, cash_pence=3000, cheques_pence=0
        )
    counted = apps.post(own, f"{address}/count", {"cash": "30", "cheques": "0"})
    assert counted.location == address
    with pytest.raises(NoTillOpen):
        take(scene, begin_another(scene))
    # The same human is refused, through whichever account.
    assert "somebody else counts it again" in own.get(f"{address}/check").get_data(as_text=True)
    second_account = people.make_helper(scene.desk, human_id=scene.helper.human_id)
    for actor in (scene.helper, second_account):
        with pytest.raises(SameCounter):
            service_till.check_till(actor=actor, till_id=till_id, cash_pence=3000, cheques_pence=0)
    short = apps.post(other, f"{address}/check", {"cash": "25", "cheques": "0"})
    assert "Enter why" in apps.errors_of(short)[1]
    for told in ("£30", "30.00", "10.00", "5.00"):  # neither what should be there nor the first
        assert told not in short.get_data(as_text=True)
    done = apps.post(
        other,
        f"{address}/check",
        {"cash": "25", "cheques": "0", "reason": "A £5 note is missing. We looked for it."},
        apps.soup_of(short),
    )
    assert done.location == address
    final = other.get(address).get_data(as_text=True)
    assert "£5.00 less than there should be" in final
    assert "A £5 note is missing" in final
    assert "£10.00" in final
    event = last_event("till.checked")
    assert event.reason_code == "differs"
    assert event.organisation_id == scene.helper.organisation_id
    with pytest.raises(TillClosed):
        service_till.count_till(actor=scene.helper, till_id=till_id, cash_pence=1, cheques_pence=0)
    row = get_till(till_id)
    assert row.reason is not None
    assert b"missing" not in row.reason
    assert row.counted_by_human != row.checked_by_human


def test_a_till_that_agrees_needs_no_reason_and_the_next_one_opens() -> None:
    scene, draft = begin()
    till_id = open_till(scene, 0)
    take(scene, draft, way="cheque", cheque_number="000123")
    count: Any = service_till.count_till
    check: Any = service_till.check_till
    for _ in range(2):
        count(actor=scene.helper, till_id=till_id, cash_pence=0, cheques_pence=1000)
    with pytest.raises(InvalidInput):  # more cash does not make up for a missing cheque
        check(actor=scene.colleague, till_id=till_id, cash_pence=1000, cheques_pence=0)
    for _ in range(2):
        check(actor=scene.colleague, till_id=till_id, cash_pence=0, cheques_pence=1000)
    assert last_event("request.repeated").subject_id == till_id
    assert get_till(till_id).reason is None
    assert open_till(scene, 0) != till_id


def test_the_database_itself_wants_another_human_to_count_again() -> None:
    scene, _draft = begin()
    till_id = open_till(scene, 0)
    count: Any = {"till_id": till_id, "cash_pence": 0, "cheques_pence": 0}
    service_till.count_till(actor=scene.helper, **count)

    def check_oneself() -> None:
        row = get_session().get_one(Till, till_id)
        row.checked_by_human, row.checked_by = row.counted_by_human, row.counted_by
        row.checked_at, row.state = row.counted_at, "checked"

    with pytest.raises(IntegrityError, match="two_humans"):
        run_transaction(check_oneself)
