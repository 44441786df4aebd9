"""What others may want to know of consents: told inside the command's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assistedaccess.kernel.actor import Actor


@dataclass(frozen=True)
class ConsentRecorded:
    """A person said yes. ``mode`` is assisting or representing; ``case_id`` where there is one."""

    consent_id: UUID
    person_id: UUID
    organisation_id: UUID
    mode: str
    case_id: UUID | None


@dataclass(frozen=True)
class ConsentWithdrawn:
    """A person took back their yes: whatever rests on it ends now. ``how`` they said so."""

    consent_id: UUID
    person_id: UUID
    mode: str
    how: str
    actor: Actor


@dataclass(frozen=True)
class SilentHelpAsked:
    """A call for help that the leads have to be told of. ``occasion``: a models_silent.Occasion.
    ``reference`` is of the yes in which it was given, else empty.

    Published once for each, behind the answer. Whoever hears it may leave no trace in the person's
    history.
    """

    reference: str
    person_id: UUID
    organisation_id: UUID
    occasion: str


@dataclass(frozen=True)
class VisitEnded:
    """Helper and person have parted."""

    visit_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class ConsentStrengthened:
    """What was still to come of the evidence has come: the yes may now carry more. ``why``:
    paper_is_in or own_word."""

    consent_id: UUID
    person_id: UUID
    actor: Actor
    why: str


@dataclass(frozen=True)
class ConsentDenied:
    """Somebody who was named in a yes (``called``: as what) says that it was not so. ``said``: what
    they wrote with it. Whatever rests on the yes stops; there may be none yet, only its request."""

    consent_id: UUID
    reference: str
    person_id: UUID
    organisation_id: UUID
    called: str
    said: str
    actor: Actor
