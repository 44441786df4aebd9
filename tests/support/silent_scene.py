"""Fixtures of the tests of silent help: a desk, its lead, its reviewer, and a ticking clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from tests.factories import consent as make
from tests.factories import people
from tests.factories.silent import Ticking

from .clocks import Hand


@pytest.fixture
def hand(app: Flask) -> Iterator[Hand]:
    made = Ticking()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand) -> make.Scene:
    return make.make_scene()


@pytest.fixture
def lead(scene: make.Scene) -> Actor:
    return people.make_helper(scene.desk, "safeguarding_lead")


@pytest.fixture
def reviewer(scene: make.Scene) -> Actor:
    return people.make_helper(scene.desk, "reviewer")
