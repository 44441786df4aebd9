"""Commands about how a person is reached: contact points, where they live, what is safe.

A contact point is never edited: a change ends the old row and adds a new one. The old one is told,
unless the person, asked alone, says that this is not safe (design, section 4, rule 5).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, find_call
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.replacing import settle_values
from assistedaccess.notices.rules import NoticeKind, Route
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations.service import require_may_act

from . import inputs, queries, rows
from .events import ContactPointChanged
from .inputs import EnteredPoint
from .models import ContactPoint, Person
from .queries_covered import is_typed_by
from .reach import check_open_record, check_version, reach_person, touch
from .routes import call_back_unsent, choose_route, second_routes
from .rules import ChangedTooOften, IdentityLevel
from .rules_routes import MOST_OLD_WAYS, EndReason
from .service_silence import note_said_again, settle_silence

POWER = "change_contact_details"


def _lock_point(actor: Actor, contact_point_id: UUID) -> tuple[Person, ContactPoint]:
    point = get_session().get(
        ContactPoint, contact_point_id, with_for_update=True, populate_existing=True
    )
    if point is None:
        raise NotFound
    person = reach_person(actor, point.person_id)
    check_open_record(person)
    is_shown = actor.is_family and is_typed_by(point, actor.human_id)
    if point.ended_at is not None and not is_shown:
        raise StaleVersion(
            _("This way to reach the person was changed meanwhile, so nothing was done."),
            next_step=_("Look at the ways to reach the person again, and decide then."),
        )
    return person, point


def decide_on(
    actor: Actor,
    person: Person,
    act: str,
    new: EnteredPoint | None,
    old: str,
    *,
    person_is_there: bool,
) -> None:
    """Ask the controls. Without the person there, the helper represents: that needs the power
    which is given by itself, or a second human who asks them by another way."""
    controls.decide(
        Act(
            act,
            actor,
            person_id=person.id,
            organisation_id=actor.organisation_id,
            power=POWER,
            facts={
                "fingerprint": new.fingerprint if new else None,
                "kind": new.kind if new else old,
                "numbers": inputs.list_numbers([new] if new else []),
                "person_is_there": person_is_there,
            },
        )
    )


def end_point(actor: Actor, point: ContactPoint, reason: EndReason, *, may_be_told: bool) -> None:
    """Let a locked contact point be used no longer.

    One that was marked as not safe goes on to be known as that, whatever whoever typed it does.
    """
    if point.ended_at is not None:
        point.end_reason = str(reason)
        get_session().flush()
        return
    point.ended_at = clock.now()
    point.ended_by_account_id = actor.account_id
    point.ended_by_human_id = actor.human_id
    point.end_reason = str(reason)
    point.may_be_told = may_be_told
    get_session().flush()


def tell_all(
    actor: Actor,
    person: Person,
    kind: NoticeKind,
    route: Route | None = None,
    *,
    is_one_more: bool = False,
) -> None:
    """Tell a risky act by the person's route, and by what was in use until lately.

    ``is_one_more``: it adds to the ways that are told; raises ChangedTooOften where they are many.
    """
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    seconds = second_routes(person.id, actor)
    if is_one_more and len(seconds) > MOST_OLD_WAYS:
        raise ChangedTooOften(
            _("How to reach this person was changed very often this month."),
            next_step=_(
                "Mark what is wrong as not safe, or stop using it: that can be done at any time. "
                "Tell your manager, who can find out why it changes."
            ),
        )
    queue_notice(
        actor=actor,
        person_id=person.id,
        kind=kind,
        route=route or choose_route(person.id, actor),
        organisation_id=actor.organisation_id,
        second_routes=seconds,
    )


@command("people.add_contact_point")
def add_contact_point(
    *,
    actor: Actor,
    person_id: UUID,
    kind: str,
    value: str,
    whose: str = "own",
    is_safe: bool = True,
    person_is_there: bool = True,
) -> UUID:
    """Add a way to reach the person; returns its id. ``value`` of a letter's address: its lines.

    ``person_is_there``, of each command here: they are present, or on the telephone, and say so
    themselves. Raises ChangedTooOften.
    """
    require(actor, Permission.CONTACT_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    entered = inputs.read_point(kind=kind, value=value, whose=whose, is_safe=is_safe)
    for existing in queries.list_contact_points(person.id):
        if existing.kind == entered.kind and existing.value == entered.value:
            raise InvalidInput(str(entered.kind), _("This is already in the record"))
    decide_on(
        actor,
        person,
        "people.add_contact_point",
        entered,
        kind,
        person_is_there=person_is_there,
    )
    (new_id,) = rows.insert_points(actor, person.id, [entered])
    touch(person)
    record_point(Action.CONTACT_POINT_ADDED, actor, person.id, new_id, entered)
    tell_all(actor, person, NoticeKind.CONTACT_POINT_ADDED, is_one_more=True)
    publish(ContactPointChanged(person.id, actor, None, new_id))
    return new_id


@command("people.change_contact_point")
def change_contact_point(
    *,
    actor: Actor,
    contact_point_id: UUID,
    value: str,
    whose: str = "own",
    is_safe: bool = True,
    old_is_unsafe: bool = False,
    person_is_there: bool = True,
) -> UUID:
    """Put a new contact point in the place of an old one; returns the new one's id.

    ``old_is_unsafe``: the person, asked alone, says that telling the old one is not safe.
    Raises StaleVersion when somebody changed it meanwhile, ChangedTooOften.
    """
    require(actor, Permission.CONTACT_CHANGE)
    require_may_act(actor)
    person, point = _lock_point(actor, contact_point_id)
    entered = inputs.read_point(kind=point.kind, value=value, whose=whose, is_safe=is_safe)
    old = queries.point_view(point)
    if (old.value, old.whose, old.is_safe) == (entered.value, entered.whose, entered.is_safe):
        raise InvalidInput(point.kind, _("Nothing was changed"))
    decide_on(
        actor,
        person,
        "people.change_contact_point",
        entered,
        point.kind,
        person_is_there=person_is_there,
    )
    # The same number, said to be unsafe, is marked; whatever else changes is another number.
    is_marked = (old.value, old.whose) == (entered.value, entered.whose) and not entered.is_safe
    why = EndReason.NOT_SAFE if is_marked else EndReason.CHANGED
    return _replace(actor, person, point, entered, why, may_be_told=not old_is_unsafe)


@command("people.mark_contact_point_unsafe")
def mark_contact_point_unsafe(
    *,
    actor: Actor,
    contact_point_id: UUID,
    person_was_alone: bool,
    person_is_there: bool = True,
) -> UUID:
    """Note that a contact point is not safe: it stays known, so that nobody uses it again.

    Unless the person was asked alone, it is told of this once more.
    """
    require(actor, Permission.CONTACT_CHANGE)
    require_may_act(actor)
    person, point = _lock_point(actor, contact_point_id)
    old = queries.point_view(point)
    entered = inputs.read_point(kind=old.kind, value=old.value, whose=old.whose, is_safe=False)
    if not point.is_safe:
        raise InvalidInput("contact_point", _("It is marked as not safe already"))
    decide_on(
        actor,
        person,
        "people.mark_contact_point_unsafe",
        entered,
        point.kind,
        person_is_there=person_is_there,
    )
    return _replace(
        actor, person, point, entered, EndReason.NOT_SAFE, may_be_told=not person_was_alone
    )


def _replace(
    actor: Actor,
    person: Person,
    point: ContactPoint,
    entered: EnteredPoint,
    reason: EndReason,
    *,
    may_be_told: bool,
) -> UUID:
    end_point(actor, point, reason, may_be_told=may_be_told)
    (new_id,) = rows.insert_points(actor, person.id, [entered], replaces_id=point.id)
    touch(person)
    record_point(Action.CONTACT_POINT_CHANGED, actor, person.id, new_id, entered, old=point)
    call_back_unsent(person.id, actor)
    # What is marked as not safe is always marked.
    is_one_more = reason is EndReason.CHANGED
    tell_all(actor, person, NoticeKind.CONTACT_POINT_CHANGED, is_one_more=is_one_more)
    publish(ContactPointChanged(person.id, actor, point.id, new_id))
    return new_id


@command("people.end_contact_point")
def end_contact_point(
    *,
    actor: Actor,
    contact_point_id: UUID,
    reason: str,
    old_is_unsafe: bool = False,
    person_is_there: bool = True,
) -> UUID:
    """Stop using a contact point: it is ``gone``, or was a ``mistake``. The row stays."""
    require(actor, Permission.CONTACT_CHANGE)
    require_may_act(actor)
    person, point = _lock_point(actor, contact_point_id)
    why = read_word("reason", reason, EndReason, _("Select why it is no longer used"))
    decide_on(
        actor, person, "people.end_contact_point", None, point.kind, person_is_there=person_is_there
    )
    end_point(actor, point, why, may_be_told=not old_is_unsafe)
    touch(person)
    record_point(Action.CONTACT_POINT_ENDED, actor, person.id, point.id, None, old=point)
    call_back_unsent(person.id, actor)
    tell_all(actor, person, NoticeKind.CONTACT_POINT_ENDED)
    publish(ContactPointChanged(person.id, actor, point.id, None))
    return point.id


def _find_authority() -> tuple[str, UUID] | None:
    """The delegation on which whoever represents the person changes it; a control has found it."""
    call = find_call()
    return call.authority if call is not None else None


def record_point(
    action: Action,
    actor: Actor,
    person_id: UUID,
    point_id: UUID,
    new: EnteredPoint | None,
    old: ContactPoint | None = None,
) -> None:
    details: dict[str, object] = {}
    if new is not None:
        details |= {"value": new.value, "whose": str(new.whose), "is_safe": new.is_safe}
    if old is not None:
        details |= {"before": queries.point_view(old).value, "may_be_told": old.may_be_told}
    record(
        action,
        actor=actor,
        person_id=person_id,
        subject=("contact_point", point_id),
        authority=_find_authority(),
        reason=old.end_reason if old is not None else None,
        details=details,
    )


@command("people.set_safe_contact")
def set_safe_contact(
    *,
    actor: Actor,
    person_id: UUID,
    version: int | None,
    contact_is_unsafe: bool,
    no_messages_left: bool = False,
    no_paper_at_home: bool = False,
    preferred_contact: str | None = None,
    best_times: str | None = None,
    safe_words: str | None = None,
    person_was_alone: bool = False,
    reason: str | None = None,
    until_on: date | None = None,
    replaces: dict[str, Any] | None = None,
) -> UUID:
    """Record how it is safe to contact the person. Raises StaleVersion (kernel.replacing).

    The wish of a person who was asked alone holds at once. Anybody else's, that they be told less,
    needs ``reason`` and ``until_on``, and waits for a second human; the route that they had until
    now is told of it all the same. The same once more, said alone, is that they want it still.
    """
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    if replaces is None:
        check_version(person, version)
    times = read_text("best_times", best_times, most=inputs.LONGEST_SHORT_NOTE, multiline=False)
    before = queries.make_view(person, IdentityLevel.NONE)
    asked = {
        "contact_is_unsafe": contact_is_unsafe,
        "no_messages_left": no_messages_left,
        "no_paper_at_home": no_paper_at_home,
        "preferred_contact": inputs.read_preferred(preferred_contact),
        "best_times": times,
        "safe_words": read_text("safe_words", safe_words, most=inputs.LONGEST_NOTE),
    }
    settled = settle_values({field: getattr(before, field) for field in asked}, asked, replaces)
    until_now = choose_route(person.id, actor)
    why = settle_silence(
        actor,
        person,
        is_unsafe=settled["contact_is_unsafe"],
        is_without_paper=settled["no_paper_at_home"],
        person_was_alone=person_was_alone,
        reason=reason,
        until_on=until_on,
    )
    sealed = settled.pop("best_times"), settled.pop("safe_words")
    person.safe_contact = rows.seal_safe_contact(person.id, *sealed)
    for field, value in settled.items():
        setattr(person, field, value)
    changes = rows.list_changes(before, queries.make_view(person, IdentityLevel.NONE))
    if not changes:
        note_said_again(actor, person, person_was_alone=person_was_alone)
    touch(person)
    get_session().flush()
    record(
        Action.SAFE_CONTACT_CHANGED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason="asked_alone" if person_was_alone else "not_asked_alone",
        details={
            **{field: list(pair) for field, pair in changes.items()},
            **({"reason": why} if why else {}),
        },
    )
    if person_was_alone:  # else what waits is told as it was to be: nobody is silenced by a tick
        call_back_unsent(person.id, actor)
    if changes:
        tell_all(
            actor, person, NoticeKind.SAFE_CONTACT_CHANGED, None if person_was_alone else until_now
        )
    return person.id
