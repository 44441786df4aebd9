"""What the claim before said, to tell a claim that contradicts it from one that says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from assistedaccess.applications.models import Application, Evidence, Submission
from assistedaccess.applications.models_outcomes import Outcome
from assistedaccess.applications.rules_changes import Purpose
from assistedaccess.applications.rules_outcomes import OutcomeKind
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session, spelt

from . import acts, rules_identity
from .settings import Settings

MOST = 6
"""So many earlier claims for one service in ``facts_days`` are compared."""


def count_changed_facts(act: Act, settings: Settings) -> int:
    """How many answers contradict a claim for the same service within ``facts_days``: the last, or
    one that was refused, whichever they contradict more (A15: a little other facts each time).

    None where something new is attached to this one: new evidence may show new facts (L10). One
    statement, and no more than ``MOST`` earlier claims are opened.
    """
    answers, application_id = act.facts.get("answers"), act.facts.get("application")
    if act.name == acts.CHANGE or not isinstance(answers, Mapping):
        return 0
    given = {
        "person": act.person_id,
        "service": act.service,
        "application": application_id,
        "since": clock.now() - timedelta(days=settings["facts_days"]),
    }
    rows = get_session().execute(_select_claims(), given).all()
    if not rows or rows[0].has_evidence or act.person_id is None:
        return 0
    told = [
        encryption.unseal(act.person_id, f"submission.body.{row.application_id}", row.body)
        for number, row in enumerate(rows)
        if row.was_refused or number == 0
    ]
    return max(
        rules_identity.count_contradictions(json.loads(body).get("answers", {}), answers)
        for body in told
    )


@cache
def _select_claims() -> Select[*tuple[Any, ...]]:
    new_evidence = (
        select(Evidence.id)
        .where(
            Evidence.application_id == bindparam("application"),
            Evidence.removed_at.is_(None),
        )
        .exists()
    )
    was_refused = (
        select(Outcome.id)
        .where(Outcome.awaited_id == Application.id, Outcome.kind == OutcomeKind.REFUSED)
        .exists()
    )
    return (
        select(
            Submission.body,
            Submission.application_id,
            new_evidence.label("has_evidence"),
            was_refused.label("was_refused"),
        )
        .join(Application, Application.id == Submission.application_id)
        .where(
            Application.person_id == bindparam("person"),
            Application.service == bindparam("service"),
            Application.purpose == Purpose.CLAIM,
            Application.id != bindparam("application"),
            Application.submitted_at >= bindparam("since"),
        )
        .order_by(Application.submitted_at.desc())
        .limit(spelt(MOST))
    )
