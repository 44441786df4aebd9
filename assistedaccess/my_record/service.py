"""A record is given to the person: in front of any helper, or on the telephone.

Beginning a reading and each opening of it are facts of the journal, with how the person asked,
before anything is shown (design, section 4, rule 4). No reason but the person's own wish is asked.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from uuid import UUID

from flask import has_app_context
from flask_babel import force_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import note_look
from assistedaccess.audit.once import Once
from assistedaccess.consent.service import tell_person
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.rules_reading import ReadHow
from assistedaccess.notices.service_reading import note_read, telling_of
from assistedaccess.notices.sites import Desk, find_desk
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import reach_person

from . import rules, story
from .languages import LOCALES, list_languages
from .models import RecordReading
from .rules import HowAsked, Style, Telling
from .story import Record


@dataclass(frozen=True)
class Asking:
    """As much of the person as the question needs how they want their record."""

    reference: str
    name: str
    language: str
    formats: tuple[str, ...]


@command("my_record.ask_for_record")
def ask_for_record(*, actor: Actor, person_id: UUID) -> Asking:
    """Open the question how a person wants their record. Raises NotFound, OwnRecord,
    RelativesRecord."""
    require(actor, Permission.MY_RECORD_PRINT)
    person = reach_person(actor, person_id)
    record(
        Action.RECORD_ASKED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason="for_the_person",
    )
    return Asking(person.reference, person.name, person.language, tuple(person.formats.split(",")))


@command("my_record.begin_reading")
def begin_reading(
    *,
    actor: Actor,
    person_id: UUID,
    how: str,
    in_private: bool,
    style: str,
    language: str = "en",
    request_key: str | None = None,
) -> UUID:
    """Begin to print or read out a record to the person who asks for it; returns the reading's id.

    ``how`` they ask: in_front or telephone. ``in_private``: nobody else hears; only then is what
    is sensitive told, and never by telephone. The person is told of it like of any act.
    """
    require(actor, Permission.MY_RECORD_PRINT)
    person = reach_person(actor, person_id)
    typed = (person_id, how, in_private, style, language)
    once = Once(actor, "my_record.begin_reading", request_key, *typed)
    if (repeated := once.find("record_reading")) is not None:
        return repeated
    asked = HowAsked(how)
    if asked is HowAsked.ONLINE:
        raise InvalidInput("how", _("Select how the person asks"))
    if language not in list_languages():
        raise InvalidInput("language", _("Select a language in which the words are approved"))
    assert actor.account_id is not None and actor.organisation_id is not None  # noqa: S101, PT018
    reading = RecordReading(
        id=new_id(),
        person_id=person.id,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        how=str(asked),
        in_private=in_private and asked is HowAsked.IN_FRONT,
        style=str(Style(style)),
        language=language,
        begun_at=clock.now(),
    )
    get_session().add(reading)
    get_session().flush()
    event_id = record(
        Action.RECORD_PRINTED,
        actor=actor,
        person_id=person.id,
        subject=("record_reading", reading.id),
        reason=f"{asked}{'_in_private' if reading.in_private else ''}",
    )
    note_look(event_id, actor=actor, person_id=person.id, stated_reason=str(asked))
    tell_person(
        actor=actor,
        person_id=person.id,
        kind=NoticeKind.RECORD_PRINTED,
        organisation_id=actor.organisation_id,
    )
    return once.keep(reading.id)


@dataclass(frozen=True)
class OpenedReading:
    """The record, ready to be shown to the person it is about."""

    id: UUID
    name: str
    reference: str
    style: Style
    language: str
    telling: Telling
    record: Record
    desk: Desk


@command("my_record.open_reading")
def open_reading(
    *,
    actor: Actor,
    reference: str,
    reading_id: UUID,
    before: UUID | None = None,
    is_to_read: bool = True,
) -> OpenedReading:
    """Open a reading that this account has begun a moment ago; each opening is recorded.

    ``is_to_read``: what was told stands on the page, and counts as read out or given.
    Raises NotFound for anybody else's, and once the time for it is over.
    """
    require(actor, Permission.MY_RECORD_PRINT)
    reading = get_open_reading(actor, reading_id)
    person = reach_person(actor, reading.person_id)
    if person.reference != reference:
        raise NotFound
    concerns(subject=("record_reading", reading.id))
    record(
        Action.RECORD_READ,
        actor=actor,
        person_id=person.id,
        subject=("record_reading", reading.id),
        reason=f"{reading.how}{'_in_private' if reading.in_private else ''}",
    )
    telling = make_telling(person, HowAsked(reading.how), in_private=reading.in_private)
    with force_locale(LOCALES[reading.language]) if has_app_context() else nullcontext():
        told = story.read_record(
            person.id,
            telling,
            reading.language,
            before=before,
            organisation_id=actor.organisation_id,
        )
    if is_to_read:
        is_aloud = telling.how is HowAsked.TELEPHONE or reading.style == Style.AUDIO
        how = ReadHow.READ_OUT if is_aloud else ReadHow.HANDED
        note_read(actor, person.id, how, telling_of(told.facts))
    return OpenedReading(
        id=reading.id,
        name=person.name,
        reference=person.reference,
        style=Style(reading.style),
        language=reading.language,
        telling=telling,
        record=told,
        desk=find_desk(actor.organisation_id, actor.site_id),
    )


def get_open_reading(actor: Actor, reading_id: UUID) -> RecordReading:
    """The reading that this account has begun a moment ago. Raises NotFound."""
    reading = get_session().get(RecordReading, reading_id)
    if (
        reading is None
        or reading.account_id != actor.account_id
        or reading.organisation_id != actor.organisation_id
        or clock.now() - reading.begun_at >= rules.READING_IS_OPEN_FOR
    ):
        raise NotFound
    return reading


def registered_at(person_id: UUID) -> UUID:
    """The organisation that registered a person: whose desk letters name where no other is known.

    Raises NotFound.
    """
    found = get_person(person_id).created_by_organisation_id
    if found is None:
        raise NotFound
    return found


def make_telling(person: Person, how: HowAsked, *, in_private: bool = False) -> Telling:
    """How much of this person's record may be told there."""
    return Telling(
        how=how,
        in_private=in_private,
        hides_place=person.hides_address or person.contact_is_unsafe,
    )
