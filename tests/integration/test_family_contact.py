"""How somebody is reached, as a relative sees it: nothing there tells them what the person said."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import queries, service_address, service_contact
from tests.factories import people
from tests.factories.consent import Scene
from tests.factories.silent import blank, browse

from .test_family_helpers import daughter, give_power, hand, scene

__all__ = ["daughter", "hand", "scene"]


@pytest.mark.parametrize("marked", ["by itself", "as another", "all of it"])
def test_what_a_relative_typed_stays_on_their_page_whatever_it_is_marked(
    app: Flask, scene: Scene, daughter: Actor, marked: str
) -> None:
    """A number that is gone would say who was asked about it."""
    give_power(scene, daughter)
    typed = service_contact.add_contact_point(
        actor=daughter, person_id=scene.person_id, kind="mobile", value="07700 900321"
    )
    client = browse(app, daughter)
    pages = f"/people/{people.reference_of(scene.person_id)}/contact"
    before = blank(client.get(pages).text)
    assert "07700 900321" in before
    about = {"actor": scene.helper, "contact_point_id": typed}
    if marked == "by itself":
        service_contact.mark_contact_point_unsafe(**about, person_was_alone=True)
    elif marked == "as another":
        service_contact.change_contact_point(
            **about, value="07700 900321", is_safe=False, old_is_unsafe=True
        )
    else:
        with reading():
            version = queries.get_person(scene.person_id).version
        service_contact.set_safe_contact(
            actor=scene.helper,
            person_id=scene.person_id,
            version=version,
            contact_is_unsafe=True,
            person_was_alone=True,
        )
    after = blank(client.get(pages).text)
    assert "07700 900321" in after
    if marked == "all of it":  # what others wrote down is not shown then
        return
    assert after == before
    assert client.get(f"{pages}/{typed}/change").status_code == 200
    # They change it as before; to staff the old one goes on to be known as not safe.
    service_contact.change_contact_point(
        actor=daughter, contact_point_id=typed, value="07700 900322"
    )
    assert "07700 900321" not in client.get(pages).text
    with reading():
        points = queries.list_contact_points(scene.person_id)
    unsafe = [point.value for point in points if not point.is_safe]
    assert len(unsafe) == 1
    assert unsafe[0].endswith("900321")


def test_a_relative_neither_reads_that_an_address_is_hidden_nor_ends_it(
    app: Flask, scene: Scene, daughter: Actor
) -> None:
    give_power(scene, daughter)
    client = browse(app, daughter)
    page = f"/people/{people.reference_of(scene.person_id)}/address"
    nobody_wrote_it_down = blank(client.get(page).text)
    with reading():
        version = queries.get_person(scene.person_id).version
    hidden = {"housing": "address", "hides_address": True}
    service_address.change_address(
        actor=scene.helper,
        person_id=scene.person_id,
        version=version,
        address={"line_1": "9 Orchard Close", "town": "Millbrook", "postcode": "LS1 4AP"},
        **hidden,
    )
    shown = blank(client.get(page).text)
    assert "Orchard" not in shown
    drop = re.compile(r'(name="version"[^>]*value=")[^"]*')
    assert drop.sub(r"\1", shown) == drop.sub(r"\1", nobody_wrote_it_down)
    with reading():
        version = queries.get_person(scene.person_id).version
    service_address.change_address(
        actor=daughter,
        person_id=scene.person_id,
        version=version,
        housing="address",
        address={"line_1": "2 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
        hides_address=False,
    )
    with reading():
        assert queries.get_person(scene.person_id).hides_address
