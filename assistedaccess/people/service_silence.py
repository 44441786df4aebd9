"""Whose wish it is that a person is told less, and the end of a wish that was not theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, or_, select

from assistedaccess.approvals.describe import Row
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.controls import Act, decide
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.inputs import read_text

from . import inputs, rules_silence
from .models import Person
from .reach import touch
from .second_looks import COMMAND_SILENCE, look_at_silence

COMMAND = rules_silence.ACT
TITLE = _l("Tell a person less")


def settle_silence(
    actor: Actor,
    person: Person,
    *,
    is_unsafe: bool,
    is_without_paper: bool,
    person_was_alone: bool,
    reason: str | None,
    until_on: date | None,
) -> str | None:
    """Part of set_safe_contact, before anything is changed: hold what is not the person's own wish,
    set the day on which it ends, have the person's own looked at afterwards. Returns the reason,
    which is kept in the event.

    Raises InvalidInput without a reason or an end, and Held.
    """
    silence = rules_silence.is_silence(
        was_unsafe=person.contact_is_unsafe,
        was_without_paper=person.no_paper_at_home,
        is_unsafe=is_unsafe,
        is_without_paper=is_without_paper,
    )
    words, end = None, None
    if silence and not person_was_alone:
        words = read_text("reason", reason, most=inputs.LONGEST_NOTE)
        if not words:
            raise InvalidInput("reason", _("Enter why the person should be told less"))
        end = rules_silence.check_end(until_on, clock.today())
    decide(
        Act(
            rules_silence.ACT,
            actor,
            person_id=person.id,
            organisation_id=actor.organisation_id,
            facts={"is_silence": silence, "person_was_alone": person_was_alone},
        )
    )
    if silence:
        person.told_less_until = end
        if person_was_alone:
            look_at_silence(actor, person.id)
    elif not is_unsafe and not is_without_paper:
        person.told_less_until = None
    person.ask_again_on = rules_silence.find_next_asking(
        person.ask_again_on,
        is_own=(is_unsafe or is_without_paper) and person.told_less_until is None,
        person_was_alone=person_was_alone,
        today=clock.today(),
    )
    return words


def note_said_again(actor: Actor, person: Person, *, person_was_alone: bool) -> None:
    """Somebody who is told less at their own wish says, asked alone, that it stands: a second human
    looks the next day again, as when it was first recorded, and nobody is told, since nothing is
    other than it was. Raises InvalidInput for whoever else changes nothing."""
    if not person_was_alone or person.ask_again_on is None:
        raise InvalidInput("", _("Nothing was changed"))
    look_at_silence(actor, person.id)


def select_silencers(person_id: UUID) -> Select[UUID | None]:
    """The humans by whom the person is told less now: who recorded that it is their own wish, or
    asked for it; nobody where they are told as anybody is. Sources: scenario A44, and that a helper
    cannot silence the person (design, section 4, rule 5)."""
    return select(PendingAct.human_id).where(
        PendingAct.person_id == person_id,
        PendingAct.human_id.is_not(None),
        PendingAct.command.in_((COMMAND, COMMAND_SILENCE)),
        exists().where(
            Person.id == person_id, or_(Person.contact_is_unsafe, Person.no_paper_at_home)
        ),
    )


def list_silencers(person_id: UUID) -> set[UUID]:
    """Those of select_silencers; one statement."""
    found = get_session().scalars(select_silencers(person_id))
    return {human_id for human_id in found if human_id is not None}


def end_silences() -> int:
    """End what somebody else wished and whose day has come; how many.

    Runs inside the caller's transaction (``assistedaccess expire``). From then on the person is
    told as anybody is. Their own wish, said alone, has no end.
    """
    people = get_session().scalars(
        select(Person)
        .where(Person.told_less_until <= clock.today())
        .order_by(Person.id)
        .limit(500)
        .with_for_update(skip_locked=True)
    )
    ended = 0
    for person in people:
        person.contact_is_unsafe = person.no_paper_at_home = False
        person.told_less_until = None
        touch(person)
        record(
            Action.SAFE_CONTACT_CHANGED,
            actor=SYSTEM,
            person_id=person.id,
            subject=("person", person.id),
            reason="end_reached",
        )
        ended += 1
    return ended


def describe_silence(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What a reviewer decides on."""
    asked: list[object] = []
    if arguments.get("contact_is_unsafe"):
        asked.append(_("Nothing is sent to them, and nobody rings"))
    if arguments.get("no_paper_at_home"):
        asked.append(_("No letters go to their home"))
    until_on = arguments.get("until_on")
    return [
        (_("What is asked"), "; ".join(map(str, asked))),
        (_("Why"), arguments.get("reason") or ""),
        (_("Until"), f"{until_on.day} {until_on:%B %Y}" if isinstance(until_on, date) else ""),
        (_("Asked alone"), _("No")),
    ]
