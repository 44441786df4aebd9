"""Fixtures of a desk with two helpers, on a clock that the test moves by hand.

Import those that a module needs, and name them in its ``__all__``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from tests.factories.people import Desk, make_desk, make_helper, rename

from .clocks import Hand


@pytest.fixture
def hand(app: Flask) -> Iterator[Hand]:
    """The clock of the test."""
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def desk(hand: Hand) -> Desk:
    """An organisation with one site."""
    return make_desk()


@pytest.fixture
def helper(desk: Desk) -> Actor:
    """Somebody at that desk."""
    return make_helper(desk)


@pytest.fixture
def colleague(desk: Desk) -> Actor:
    """Somebody else at the same one."""
    return make_helper(desk)


@pytest.fixture
def manager(desk: Desk) -> Actor:
    """Whoever manages it: Mona."""
    made = make_helper(desk, "manager")
    rename(made, "Mona Manager")
    return made
