"""Where somebody lives, once they hide it: no page, letter, export or history shows it."""

from __future__ import annotations

import pytest
from flask import Flask

from assistedaccess.applications.service_viewing import open_application, print_application
from assistedaccess.delegation.hidden import AddressKept
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import service_address
from assistedaccess.people.queries import get_person
from tests.factories import applications as forms
from tests.factories import delegation, people
from tests.factories.world import Side, World
from tests.support.databases import Sandbox

from .crawl import crawl
from .probes import find_words, listed

LINES = ("Street1", "Street2", "Town", "County", "postcode")


def hide(side: Side) -> dict[str, str]:
    """The person hides where they live, and where they have moved to; both are canaries."""
    person_id = side.ids["person"]
    with reading():
        version = get_person(person_id).version
    moved = {
        "line_1": side.secret("Movedline"),
        "town": side.secret("Movedtown"),
        "postcode": "M1 1AE",
    }
    service_address.change_address(
        actor=side.actors["helper"],
        person_id=person_id,
        version=version,
        housing="address",
        address=moved,
        hides_address=True,
        old_is_unsafe=True,
    )
    old = {what: word for what, word in side.secrets.items() if what in LINES}
    return {**old, "Movedline": side.secrets["Movedline"], "Movedtown": side.secrets["Movedtown"]}


def test_no_page_shows_anybody_where_they_live(
    app: Flask, sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = hide(world.a)
    assert len(words) >= 6
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    found = crawl(app, sandbox.database, world.a)
    assert len([seen for seen in found.seen if seen.status == 200]) > 300
    wrong = [
        (str(seen), seen.path, what) for seen in found.seen for what in find_words(seen.text, words)
    ]
    assert not wrong, listed(wrong)


def test_whom_they_let_act_opens_no_form_into_which_a_colleague_typed_it(app: Flask) -> None:
    scene = forms.make_scene(nation="england")
    named = people.make_helper(scene.desk)
    reference = forms.make_ready(scene).reference
    draft = forms.get_draft(scene.helper, reference)
    key = next(key for key, fact in draft.definition.metadata["known"].items() if fact == "address")
    assert draft.answers[key]
    delegation.grant(scene.helper, scene.person_id, holder_account_id=named.account_id)
    assert open_application(actor=named, reference=reference).answers[key]
    with reading():
        version = get_person(scene.person_id).version
    service_address.change_address(
        actor=scene.helper,
        person_id=scene.person_id,
        version=version,
        housing="address",
        address={"line_1": "9 Orchard Close", "town": "Millbrook", "postcode": "LS1 4AP"},
        hides_address=True,
    )
    for look in (open_application, print_application):
        with pytest.raises(AddressKept):
            look(actor=named, reference=reference)
        assert look(actor=scene.helper, reference=reference).answers[key]
