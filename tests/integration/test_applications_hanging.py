"""A form whose questions, choices, rows and pages hang on one another, filled in on the web."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.service import publish_services
from tests.factories import applications as apps
from tests.unit.services.forms import component, condition, form, page

CAR = [component("TextField", "plate", title="Number plate")]
LISTS = [
    {
        "name": "how",
        "items": [
            {"text": "By bus", "value": "bus"},
            {"text": "By car", "value": "car", "conditional": {"components": CAR}},
            {"text": "Together", "value": "together", "condition": "many"},
        ],
    }
]
PEOPLE = [
    component("TextField", "name"),
    component("YesNoField", "works", title="Do they work?"),
    component("TextField", "job", options={"condition": "working"}),
]
COSTS = [component("TextField", "what"), component("NumberField", "pounds")]
FORM = form(
    page(
        "/how",
        component("NumberField", "count"),
        component("SelectField", "how", list="how"),
        to="/who",
    ),
    page(
        "/who",
        component("MultiInputField", "people", children=PEOPLE),
        component("MultiInputField", "costs", children=COSTS),
        to="/summary",
        condition="many",
    ),
    lists=LISTS,
    conditions=[
        condition("many", ("count", "NumberField", "is more than", "1")),
        condition("working", ("works", "YesNoField", "is", "true")),
    ],
)


@pytest.fixture
def scene(app: Flask, tmp_path: Path) -> apps.Scene:
    """Somebody at a desk, where a Blue Badge is asked for by this form."""
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    (folder / "blue-badge.json").write_text(json.dumps(FORM), encoding="utf-8")
    publish_services(actor=SYSTEM, folder=str(folder))
    return apps.make_scene()


def test_what_hangs_together_is_asked_kept_aside_and_comes_back(
    app: Flask, scene: apps.Scene
) -> None:
    client = apps.signed_in(app, scene.helper)
    reference = apps.start(scene)

    def send(path: str, answers: dict[str, Any], shown: str = "") -> Any:
        address = apps.address(reference, path)
        return apps.post(client, address, answers, apps.soup_of(client.get(address + shown)))

    def journey() -> Any:
        return apps.get_draft(scene.helper, reference).journey

    one = {"q-count": "1", "q-how": "together"}
    assert "Select one of the answers listed for how" in apps.errors_of(send("/how", one))
    car = {"q-count": "2", "q-how": "car"}
    assert "Enter number plate" in apps.errors_of(send("/how", car))
    assert send("/how", car | {"q-plate": "AB12"}).location.endswith("/who")
    send("/how", {"q-count": "2", "q-how": "bus"})
    assert "plate" not in journey().answers
    assert journey().kept_aside["plate"] == "AB12"  # on the very page that is saved
    send("/how", car | {"q-plate": "AB12"})

    ann = {"q-people-name": "Ann", "q-people-works": "yes"}
    fuel = {"q-costs-what": "Fuel", "q-costs-pounds": "5", "add": "yes"}
    assert "Enter job" in apps.errors_of(send("/who", ann | fuel))
    send("/who", ann | fuel | {"q-people-job": "Mill"})
    send("/who", {"q-people-name": "Bob", "q-people-works": "no", "add": "yes"})
    # The page has three rows: two people, and then what it costs.
    send("/who", {"q-costs-what": "Tolls", "q-costs-pounds": "2"}, "?row=2")
    found = journey()
    assert found.answers["people"] == [
        {"name": "Ann", "works": "yes", "job": "Mill"},
        {"name": "Bob", "works": "no"},
    ]
    assert found.answers["costs"] == [{"what": "Tolls", "pounds": "2"}]
    assert found.is_complete
    send("/who", {"remove": "0"})
    assert [row["name"] for row in journey().answers["people"]] == ["Bob"]
    said = client.get(f"/applications/{reference}/check-answers").text
    assert all(words in said for words in ("AB12", "Bob, No", "Tolls, 2"))

    send("/how", {"q-count": "1", "q-how": "bus"})  # nobody else: that page is passed over
    assert [each.path for each in journey().pages] == ["/how", "/summary"]
    assert {"people", "costs"} <= journey().kept_aside.keys()
    send("/how", {"q-count": "3", "q-how": "together"})
    assert [row["name"] for row in journey().answers["people"]] == ["Bob"]
