"""What the claim before said, to tell a claim that contradicts it from one that says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from assistedaccess.applications.models import Application, Evidence, Submission
from assistedaccess.applications.rules_changes import Purpose
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session

from . import acts, rules_identity
from .settings import Settings


def count_changed_facts(act: Act, settings: Settings) -> int:
    """How many answers contradict the last claim for the same service, within ``facts_days``.

    None where something new is attached to this one: new evidence may show new facts (L10). One
    statement, and no more than one earlier claim is opened.
    """
    answers, application_id = act.facts.get("answers"), act.facts.get("application")
    if act.name == acts.CHANGE or not isinstance(answers, Mapping):
        return 0
    new_evidence = (
        select(Evidence.id)
        .where(Evidence.application_id == application_id, Evidence.removed_at.is_(None))
        .exists()
    )
    row = (
        get_session()
        .execute(
            select(Submission.body, Submission.application_id, new_evidence.label("has_evidence"))
            .join(Application, Application.id == Submission.application_id)
            .where(
                Application.person_id == act.person_id,
                Application.service == act.service,
                Application.purpose == Purpose.CLAIM,
                Application.id != application_id,
                Application.submitted_at >= clock.now() - timedelta(days=settings["facts_days"]),
            )
            .order_by(Application.submitted_at.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if row is None or row.has_evidence or act.person_id is None:
        return 0
    body = encryption.unseal(act.person_id, f"submission.body.{row.application_id}", row.body)
    return rules_identity.count_contradictions(json.loads(body).get("answers", {}), answers)
