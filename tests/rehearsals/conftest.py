"""Rehearsals are played on both databases, on the worker's installation, cleaned before each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from assistedaccess.rehearsing.command import cheap_hashing
from assistedaccess.rehearsing.play import Report, play
from assistedaccess.rehearsing.written import Rehearsal
from tests.support.databases import Sandbox

Player = Callable[[Rehearsal], Report]


@pytest.fixture
def play_it(app: Flask, sandbox: Sandbox, tmp_path: Path) -> Player:
    """Plays a rehearsal that was read."""

    def play_one(rehearsal: Rehearsal) -> Report:
        with cheap_hashing():
            return play(rehearsal, sandbox.settings, tmp_path)

    return play_one
