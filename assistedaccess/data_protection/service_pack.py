"""A person is given all that is held about them (UK GDPR, Article 15).

At a desk it is given to the person alone, by somebody whose look at the details the records
explain, and holds what the organisations share and what this one keeps. The copy of the whole, from
all organisations, is made by whoever runs the installation, for the person alone.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import has_app_context
from flask_babel import force_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, Role, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import record_look
from assistedaccess.consent.service import tell_person
from assistedaccess.consent.terms import kind_of
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.my_record import story
from assistedaccess.my_record.languages import LOCALES
from assistedaccess.my_record.rules import HowAsked, Telling
from assistedaccess.my_record.service import get_open_reading, make_telling, registered_at
from assistedaccess.my_record.story import Record
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.sites import Desk, find_desk
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person
from assistedaccess.people.queries_merging import list_records
from assistedaccess.people.reach import reach_person

from . import pack
from .labels import WITHHELD
from .languages import list_languages
from .pack import Scope, Section


class NotByFamily(Refused):
    """A relative or friend does not read what an organisation wrote about the person."""

    reason_code = "not_by_family"


@dataclass(frozen=True)
class Pack:
    """An access pack. ``record`` tells who may act, what was done and who looked; ``sections`` what
    is stored; ``withheld`` what is left out, and why."""

    name: str
    reference: str
    language: str
    made_at: datetime
    is_whole: bool
    no_paper_at_home: bool
    telling: Telling
    desk: Desk
    record: Record
    sections: list[Section]
    withheld: list[str]


@command("data_protection.open_pack")
def open_pack(*, actor: Actor, reference: str, reading_id: UUID) -> Pack:
    """The pack at a desk, within a reading that this account has begun a moment ago.

    Where the person keeps their address hidden it is covered, unless a safeguarding lead gives the
    pack. Raises NotFound where the reading is nobody's, over, or not in private; DetailsCovered
    where the records do not explain this look.
    """
    require(actor, Permission.PACK_GIVE)
    require_may_act(actor)
    reading = get_open_reading(actor, reading_id)
    person = reach_person(actor, reading.person_id)
    if person.reference != reference or not reading.in_private:
        raise NotFound
    concerns(subject=("record_reading", reading.id))
    if kind_of(actor) is MembershipKind.FAMILY:
        raise NotByFamily(
            _("The access pack holds what this organisation wrote down. Family do not print it."),
            next_step=_("Ask a member of staff to give it to the person."),
        )
    record_look(
        Action.PACK_GIVEN,
        actor=actor,
        person_id=person.id,
        subject=("record_reading", reading.id),
        stated_reason="person_is_here",
        needs_details=True,
    )
    is_lead = actor.role == Role.SAFEGUARDING_LEAD
    scope = Scope(actor.organisation_id, covers_address=person.hides_address and not is_lead)
    language = reading.language if reading.language in list_languages() else "en"
    return _make(person.id, scope, language, actor.site_id)


@command("data_protection.make_pack")
def make_pack(*, actor: Actor, person_id: UUID, shows_address: bool = False) -> Pack:
    """The whole pack, from all organisations, made by whoever runs the installation.

    A hidden address is covered unless ``shows_address`` says that nobody but the person gets the
    copy. The person is told. Raises NotFound.
    """
    require(actor, Permission.PACK_GIVE)
    person = get_person(person_id)
    concerns(person_id=person.id, subject=("person", person.id))
    record(
        Action.PACK_GIVEN,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason="with_address" if shows_address else "away_from_desk",
    )
    tell_person(
        actor=actor,
        person_id=person.id,
        kind=NoticeKind.RECORD_PRINTED,
        organisation_id=registered_at(person.id),
    )
    scope = Scope(None, covers_address=person.hides_address and not shows_address)
    return _make(person.id, scope, "en")


def _read_record(record_id: UUID, person_id: UUID, scope: Scope) -> list[Section]:
    """The sections of one record, under its reference where it is another one of theirs.

    What that one covers stays covered, whatever the record that is kept says since.
    """
    if record_id == person_id:
        return pack.read_sections(person_id, scope)
    record = get_person(record_id)
    covered = replace(scope, covers_address=scope.covers_address or record.hides_address)
    return [
        replace(section, title=f"{record.reference}: {section.title}")
        for section in pack.read_sections(record_id, covered)
    ]


def _make(person_id: UUID, scope: Scope, language: str, site_id: UUID | None = None) -> Pack:
    person = get_person(person_id)
    telling = make_telling(person, HowAsked.IN_FRONT, in_private=True)
    with force_locale(LOCALES[language]) if has_app_context() else nullcontext():
        return Pack(
            name=person.name,
            reference=person.reference,
            language=language,
            made_at=clock.now(),
            is_whole=not scope.at_desk,
            no_paper_at_home=person.no_paper_at_home,
            telling=telling,
            desk=find_desk(scope.organisation_id or registered_at(person.id), site_id),
            record=story.read_record(
                person.id,
                telling,
                language,
                organisation_id=scope.organisation_id,
                whole=True,
            ),
            sections=[
                section
                for each in list_records(person.id)
                for section in _read_record(each, person.id, scope)
            ],
            withheld=[str(WITHHELD[why]) for why in pack.list_withheld()],
        )
