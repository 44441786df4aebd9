"""Whom a helper knows: an acquaintance of yesterday moves no record of somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Held
from assistedaccess.people import service_address
from tests.factories import consent, people

pytestmark = pytest.mark.usefixtures("app")


MOVED = {"line_1": "2 New Road", "town": "Ash Vale", "postcode": "M1 1AE"}


def later(days: float) -> Any:
    moment = clock.now() + timedelta(days=days)
    return clock.set_clock(lambda: moment)


def test_whoever_met_them_first_yesterday_knows_them_no_better() -> None:
    """An impostor who comes twice is no acquaintance (A16); whoever has known them a month is."""
    with later(-400):
        desk = people.make_desk()
        person_id = people.make_person(people.make_helper(desk), contact_points=[people.mobile()])
    helper = people.make_helper(desk)

    def move() -> UUID:
        return service_address.change_address(
            actor=helper, person_id=person_id, version=1, housing="address", address=MOVED
        )

    with later(-1):
        consent.assist(helper, person_id)
    with pytest.raises(Held) as held:
        move()
    assert held.value.reasons == ("identity_not_shown",)
    with later(-31):
        consent.assist(helper, person_id)
    move()
