"""How a person is reached, where they live, and what is safe."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from assistedaccess.kernel.transactions import reading
from assistedaccess.people import queries, service_address, service_contact
from assistedaccess.people.queries import PointView
from assistedaccess.people.rules import Housing
from assistedaccess.people.rules_routes import EndReason, PointKind, Whose

from .kinds import Address, ByAccount, Day, OfPerson, Text, Yes, choice
from .register import act
from .stage import Stage

CONTACT = "How a person is reached"
OfPoint = Annotated[str, choice(PointKind)]
OfWhose = Annotated[str, choice(Whose)]


def find_point(person_id: UUID, kind: str, value: str) -> PointView:
    """The contact point of that kind, with that value where one is given. Raises LookupError."""
    with reading():
        points = queries.list_contact_points(person_id)
    wanted = _plain(value)
    for point in points:
        if point.kind == kind and (not wanted or _plain(point.value).endswith(wanted)):
            return point
    named = f" “{value}”" if value else ""
    raise LookupError(f"There is no {kind}{named} in the record. “add contact” gives one.")


def _plain(text: str) -> str:
    return "".join(text.split()).removeprefix("0").lower()


@act(CONTACT)
def add_contact(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: OfPoint,
    value: Text,
    whose: OfWhose = "own",
    is_safe: Yes = True,
    person_is_there: Yes = True,
) -> None:
    """Add a contact point to a person's record."""
    service_contact.add_contact_point(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        kind=kind,
        value=value,
        whose=whose,
        is_safe=is_safe,
        person_is_there=person_is_there,
    )


@act(CONTACT)
def change_contact(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: OfPoint,
    value: Text,
    old: Text = "",
    whose: OfWhose = "own",
    is_safe: Yes = True,
    old_is_unsafe: Yes = False,
    person_is_there: Yes = True,
) -> None:
    """Change a contact point of that kind (`old` says which, where there are several).

    That the person has only rung today is said by an `assist` with `channel: telephone` before.
    Without them, neither here nor on the telephone, it is done with `person_is_there: no`."""
    person_id = stage.person(person)
    service_contact.change_contact_point(
        actor=stage.actor(by, "helper"),
        contact_point_id=find_point(person_id, kind, old).id,
        value=value,
        whose=whose,
        is_safe=is_safe,
        old_is_unsafe=old_is_unsafe,
        person_is_there=person_is_there,
    )


@act(CONTACT)
def end_contact(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: OfPoint,
    value: Text = "",
    reason: Annotated[str, choice(EndReason)] = "gone",
    old_is_unsafe: Yes = False,
    person_is_there: Yes = True,
) -> None:
    """End a contact point."""
    service_contact.end_contact_point(
        actor=stage.actor(by, "helper"),
        contact_point_id=find_point(stage.person(person), kind, value).id,
        reason=reason,
        old_is_unsafe=old_is_unsafe,
        person_is_there=person_is_there,
    )


@act(CONTACT)
def mark_contact_unsafe(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: OfPoint,
    value: Text = "",
    person_was_alone: Yes = True,
) -> None:
    """Note that a contact point is not safe, as the person said."""
    service_contact.mark_contact_point_unsafe(
        actor=stage.actor(by, "helper"),
        contact_point_id=find_point(stage.person(person), kind, value).id,
        person_was_alone=person_was_alone,
    )


@act(CONTACT)
def change_address(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    address: Address = None,
    housing: Annotated[str, choice(Housing)] = "address",
    hides_address: Yes = False,
    old_is_unsafe: Yes = False,
    person_is_there: Yes = True,
) -> None:
    """Change where a person lives."""
    person_id = stage.person(person)
    service_address.change_address(
        actor=stage.actor(by, "helper"),
        person_id=person_id,
        version=version_of(person_id),
        housing=housing,
        address=address,
        hides_address=hides_address,
        old_is_unsafe=old_is_unsafe,
        person_is_there=person_is_there,
    )


def version_of(person_id: UUID) -> int:
    """The version of a person's record, as their page shows it."""
    with reading():
        return queries.get_person(person_id).version


@act(CONTACT)
def set_safe_contact(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    contact_is_unsafe: Yes = False,
    no_messages_left: Yes = False,
    no_paper_at_home: Yes = False,
    preferred_contact: Annotated[str, choice(PointKind)] = "",
    best_times: Text = "",
    safe_words: Text = "",
    person_was_alone: Yes = False,
    reason: Text = "",
    until: Day | None = None,
) -> None:
    """Record how it is safe to contact a person: also how notices are stopped. At the person's own
    word, asked alone, it holds at once; at anybody else's it needs `reason` and `until`, and waits.
    """
    person_id = stage.person(person)
    service_contact.set_safe_contact(
        actor=stage.actor(by, "helper"),
        person_id=person_id,
        version=version_of(person_id),
        contact_is_unsafe=contact_is_unsafe,
        no_messages_left=no_messages_left,
        no_paper_at_home=no_paper_at_home,
        preferred_contact=preferred_contact or None,
        best_times=best_times or None,
        safe_words=safe_words or None,
        person_was_alone=person_was_alone,
        reason=reason or None,
        until_on=stage.day(until),
    )


@act(CONTACT)
def stop_notices(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    reason: Text = "",
    until: Day | None = None,
    person_was_alone: Yes = False,
) -> None:
    """Stop everything that is sent to a person: `set_safe_contact` with nothing that is safe.

    With `person_was_alone` it holds at once, without an end, and another human looks the next day
    (the same once more is that it stands: they are asked again after 180 days, and nothing is sent
    by itself); else it needs `reason` and `until`, and waits. Whoever did it and then changes the
    payee, takes power or replaces a contact point within 90 days is flagged: `silenced`. The stop
    itself stands in the auditors' queue (`told_nothing`), where no way is left to a person who had
    one.
    """
    person_id = stage.person(person)
    service_contact.set_safe_contact(
        actor=stage.actor(by, "helper"),
        person_id=person_id,
        version=version_of(person_id),
        contact_is_unsafe=True,
        no_paper_at_home=True,
        person_was_alone=person_was_alone,
        reason=reason or None,
        until_on=stage.day(until),
    )
