"""The sample of yeses that are looked at again, where a spoken word is all that there is."""

from __future__ import annotations

import secrets

from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import SYSTEM, Actor

from .models import Consent
from .rules import Policy


def draw_sample(actor: Actor, consent: Consent, policy: Policy) -> None:
    """Leave it to chance whether this yes is looked at again: the auditors find those that are.

    Nobody knows beforehand which.
    """
    if secrets.randbelow(100) < policy.sample_percent:
        record(
            Action.CONSENT_SAMPLED,
            actor=SYSTEM,
            person_id=consent.person_id,
            organisation_id=actor.organisation_id,
            subject=("consent", consent.id),
        )
