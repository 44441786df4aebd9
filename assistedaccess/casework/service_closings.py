"""Counting the help that a case took, inside the command that closes it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.consent.models import Visit
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.inputs import read_word

from .models import Case
from .models_closings import CaseClosing
from .rules_closings import MINUTES, Alone, Given, main_channel


def count_help(actor: Actor, row: Case, said: Mapping[str, str]) -> None:
    """Keep the counts of a case that is being closed; what was not said stays open.

    ``said`` may hold ``alone``, ``minutes``, ``given`` and ``wants_skills``. A case that is closed
    again is counted again, and no longer as it was before. The visits are those of the person to
    this organisation since the case was opened.
    """
    session = get_session()
    visits = select(Visit.channel).where(
        Visit.person_id == row.person_id,
        Visit.organisation_id == row.organisation_id,
        Visit.visited_on >= clock.local(row.opened_at).date(),
    )
    channels = list(session.scalars(visits))
    counts = session.get(CaseClosing, row.id)
    if counts is None:
        counts = CaseClosing(case_id=row.id, organisation_id=row.organisation_id)
        session.add(counts)
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    counts.visits, counts.channel = len(channels), main_channel(channels)
    counts.alone = _word("alone", said.get("alone"), Alone)
    counts.given = _word("given", said.get("given"), Given)
    counts.minutes = _minutes(said.get("minutes"))
    counts.wants_skills = said.get("wants_skills") == "yes"
    counts.counted_at, counts.counted_by = clock.now(), actor.account_id


def _word(field: str, value: str | None, words: type[Alone] | type[Given]) -> str | None:
    if not value:
        return None
    return str(read_word(field, value, words, _("Select one of the answers, or none")))


def _minutes(value: str | None) -> int | None:
    if not value:
        return None
    if value not in {str(each) for each in MINUTES}:
        raise InvalidInput("minutes", _("Select one of the answers, or none"))
    return int(value)
