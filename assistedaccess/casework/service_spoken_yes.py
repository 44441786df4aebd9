"""The yes that a person says to what another organisation gets to know: a consent of its own."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.consent.queries import list_statements
from assistedaccess.consent.rules import Mode, VisitChannel
from assistedaccess.consent.service import record_assisting_consent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.inputs import read_word
from assistedaccess.people.models import Person

from .models import Case
from .rules_handover import HowSaid


def read_yes(how_said: str, *, said_yes: bool) -> VisitChannel:
    """Where the person said it. Raises InvalidInput where they did not."""
    said = read_word("how_said", how_said, HowSaid, _("Select how the person said yes"))
    if not said_yes:
        raise InvalidInput("said_yes", _("Tell the person the words, and tick when they say yes"))
    return VisitChannel.TELEPHONE if said is HowSaid.TELEPHONE else VisitChannel.IN_PERSON


def record_yes(
    actor: Actor, case: Case, person: Person, purpose: str, channel: VisitChannel
) -> UUID:
    """Record it for this very purpose; whoever calls tells the person of what it allows."""
    # In the person's own language where the statement is approved in it, else in English.
    offered = {one.language for one in list_statements(Mode.ASSISTING)}
    return record_assisting_consent(
        actor=actor,
        person_id=person.id,
        case_id=case.id,
        service=None,
        purpose=purpose,
        channel=channel,
        language=person.language if person.language in offered else "en",
        tell=False,
    )
