"""Who changes how a person is reached proves again that it is they, but not while registering."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import queries, service
from tests.factories.people import make_desk, make_helper, make_person, mobile, sign_in
from tests.support.clocks import Hand
from tests.support.pages import send

ADDED = {
    "kind": "mobile",
    "mobile": "07700 900555",
    "whose": "own",
    "is_safe": "yes",
    "there": "yes",
}


@pytest.mark.usefixtures("app")
def test_v7_5_1_contact_acts_ask_again_but_not_for_what_registering_takes(
    client: FlaskClient,
) -> None:
    hand = Hand()
    hand.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with clock.set_clock(hand):
        helper = make_helper(make_desk())
        person_id = make_person(helper, contact_points=[mobile()])
        service.state_reason(actor=helper, person_id=person_id, reason="person_is_here")
        with reading():
            here = f"/people/{queries.get_person(person_id).reference}"
            point = queries.list_contact_points(person_id)[0].id
        changes = [f"{here}/{path}" for path in ("address", "safe-contact")]
        changes += [f"{here}/contact/{point}/{path}" for path in ("change", "end")]

        def list_asked(paths: list[str]) -> list[str]:
            answers = [client.get(path) for path in paths]
            assert {answer.status_code for answer in answers} <= {200, 303}
            return [
                path
                for path, answer in zip(paths, answers, strict=True)
                if answer.location == f"/sign-in/again?next={path}"
            ]

        add = f"{here}/contact/add"
        sign_in(client, helper)
        assert list_asked([add, *changes]) == []
        page = client.get(add).text
        hand.move(minutes=11)
        # They are at the desk still, and have one more number: it is part of registering them.
        assert list_asked([add, *changes]) == changes
        assert send(client, add, **ADDED).location == f"{here}/contact"
        # What was open when the ten minutes ended is not lost, and is not done.
        sign_in(client, helper)
        page = client.get(changes[2]).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        hand.move(minutes=11)
        answer = client.post(
            changes[2],
            data={"csrf_token": token, "mobile": "07700 900777", "whose": "own"},
            headers={"Referer": f"http://localhost{changes[2]}"},
        )
        assert answer.location.startswith(f"/sign-in/again?next={changes[2]}%3Fkept%3D")
        with reading():
            points = queries.list_contact_points(person_id)
        assert not [one for one in points if one.value.endswith("900777")]
        # From the next day on a number that is added is a change like any other.
        hand.move(days=1)
        sign_in(client, helper)
        assert list_asked([add]) == []
        hand.move(minutes=11)
        assert list_asked([add, *changes]) == [add, *changes]
