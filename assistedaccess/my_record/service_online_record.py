"""The person's own record as they see it online, once they have proven who they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import exists, update

from assistedaccess.access.policy import require_person
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.notices.rules_reading import ReadHow
from assistedaccess.notices.service_reading import note_read, telling_of
from assistedaccess.notices.sites import Desk
from assistedaccess.people.queries import get_person

from . import story
from .models_online import OnlineAsk, RecordSession
from .rules import HowAsked, Telling
from .service import make_telling
from .story import Record


@dataclass(frozen=True)
class OnlineRecord:
    """The record as the person sees it online."""

    name: str
    reference: str
    language: str
    telling: Telling
    record: Record
    desk: Desk = field(default_factory=Desk)  # which desk is near is not told online


@command("my_record.open_online")
def open_online(
    *,
    actor: Actor,
    session_id: UUID,
    language: str = "en",
    before: UUID | None = None,
    is_to_read: bool = True,
) -> OnlineRecord:
    """Open one's own record online; recorded, and the session goes on for ten minutes more.

    ``is_to_read``: what was told stands on the page, and counts as read. Raises NotFound where the
    session is over, or for an answer alone (service_links.open_link).
    """
    person_id = require_person(actor)
    going_on = (
        update(RecordSession)
        .where(
            RecordSession.id == session_id,
            RecordSession.person_id == person_id,
            RecordSession.proven_at.is_not(None),
            RecordSession.ended_at.is_(None),
            ~exists().where(OnlineAsk.id == RecordSession.ask_id, OnlineAsk.is_new),
        )
        .values(seen_at=clock.now())
        .returning(RecordSession.id)
        .execution_options(synchronize_session=False)
    )
    if get_session().scalar(going_on) is None:
        raise NotFound
    person = get_person(person_id)
    record(
        Action.RECORD_READ,
        actor=actor,
        person_id=person_id,
        subject=("record_session", session_id),
        reason=str(HowAsked.ONLINE),
    )
    telling = make_telling(person, HowAsked.ONLINE)
    told = story.read_record(person_id, telling, language, before=before)
    if is_to_read:
        note_read(actor, person_id, ReadHow.OPENED, telling_of(told.facts))
    return OnlineRecord(
        name=person.name,
        reference=person.reference,
        language=person.language,
        telling=telling,
        record=told,
    )
