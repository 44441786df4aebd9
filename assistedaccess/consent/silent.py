"""Silent help: a yes with the agreed sign in it looks like any other, and lets nothing take effect.

Plain functions inside the transaction of whoever takes the yes. They record nothing: what is told
to the safeguarding leads stands where they alone read it (SilentHelpAsked).
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Exists, exists, or_, update

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.people import private

from .events import SilentHelpAsked
from .models import ConsentRequest
from .models_silent import SilentHelp


def heed(actor: Actor, request: ConsentRequest, answers: Iterable[str]) -> None:
    """Keep that help was asked, if the sign is in one of the answers or was given by the card."""
    if not private.was_given(request.person_id, answers):
        return
    if get_session().get(SilentHelp, request.id) is not None:
        return
    get_session().add(
        SilentHelp(
            request_id=request.id,
            person_id=request.person_id,
            organisation_id=request.organisation_id,
            asked_at=clock.now(),
        )
    )
    get_session().flush()
    publish(SilentHelpAsked(request.reference, request.person_id, request.organisation_id, actor))


def was_asked_by(consent_id: UUID) -> bool:
    """Whether this very yes was a call for help; for who decides on it."""
    return get_session().get(SilentHelp, consent_id) is not None


def must_wait(consent_id: UUID, person_id: UUID, organisation_id: UUID) -> Exists:
    """Whether a safeguarding lead decides: help was asked with this yes, or is still open.

    A second yes, taken a minute later from somebody who is afraid, waits like the first. A part of
    a statement, for who asks more by it.
    """
    return exists().where(
        SilentHelp.person_id == person_id,
        SilentHelp.organisation_id == organisation_id,
        or_(SilentHelp.request_id == consent_id, SilentHelp.settled_at.is_(None)),
    )


def settle(person_id: UUID, organisation_id: UUID) -> None:
    """A safeguarding lead has decided on what this person agreed to at this organisation."""
    get_session().execute(
        update(SilentHelp)
        .where(
            SilentHelp.person_id == person_id,
            SilentHelp.organisation_id == organisation_id,
            SilentHelp.settled_at.is_(None),
        )
        .values(settled_at=clock.now())
        .execution_options(synchronize_session=False)
    )
