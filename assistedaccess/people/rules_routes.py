"""By which way a person is told: safest, live, not in the hands of the helper. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from assistedaccess.kernel import clock
from assistedaccess.notices.rules import Channel


class PointKind(StrEnum):
    """A way to reach somebody. No notice goes to a landline: it is for calls."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"
    POSTAL = "postal"
    HELD_AT_DESK = "held_at_desk"


class Whose(StrEnum):
    """Whose the contact point is."""

    OWN = "own"
    SHARED = "shared"
    OTHER = "other"
    TRUSTED = "trusted"  # somebody whom the person named to get a copy; never the way to the person


class EndReason(StrEnum):
    """Why a contact point is no longer used."""

    CHANGED = "changed"
    GONE = "gone"
    NOT_SAFE = "not_safe"
    MISTAKE = "mistake"


CHANNELS: dict[PointKind, Channel] = {
    PointKind.MOBILE: Channel.TEXT,
    PointKind.EMAIL: Channel.EMAIL,
    PointKind.POSTAL: Channel.LETTER,
    PointKind.HELD_AT_DESK: Channel.LETTER,
}
_KINDS = list(PointKind)
_WHOSE = list(Whose)

OLD_ROUTE = timedelta(days=30)
"""How long a contact point that was changed is still told of what is risky (SCENARIOS, A13)."""
INDEPENDENT_AFTER = timedelta(days=30)
"""How old a number has to be before a code to it shows more than who holds the phone (SCENARIOS:
*independent* is what this helper neither made nor changed, and older than 30 days)."""
SLEPT = timedelta(days=365)
"""A record of which nothing was done for so long tells what is risky by two ways (SCENARIOS, A13,
names 18 months; a year, as the setting ``dormant_record_days`` begins)."""
MOST_OLD_WAYS = 12
"""How many such points a record may have before no more are put in their place. Each change is told
to each of them, so that without an end a script would send thousands of texts; no person needs a
thirteenth number in a month. The number is ours: a start, to be set by what desks meet."""


@dataclass(frozen=True)
class Point:
    """What the choice depends on. ``is_helpers``: the helper declared it as their own.

    ``may_be_told``: nobody said, asked alone, that telling it is unsafe.
    """

    id: UUID
    kind: PointKind
    whose: Whose
    is_safe: bool
    created_at: datetime
    created_by_human_id: UUID | None
    ended_at: datetime | None = None
    ended_by_human_id: UUID | None = None
    may_be_told: bool = True
    is_helpers: bool = False


@dataclass(frozen=True)
class Wishes:
    """What the person's record says about being told."""

    has_died: bool = False
    contact_is_unsafe: bool = False
    no_paper_at_home: bool = False
    preferred: PointKind | None = None


@dataclass(frozen=True)
class Chosen:
    """The channel, the point where there is one, and whether the helper has no hand in it."""

    channel: Channel
    point: Point | None = None
    independent: bool = False

    @property
    def is_brief(self) -> bool:
        """Whether somebody else may read it first. Letters are closed and bear a name."""
        if self.point is None or self.point.whose is Whose.OWN:
            return False
        return self.channel is not Channel.LETTER or self.point.whose is Whose.OTHER


def is_independent(point: Point, *, human_id: UUID | None, since: datetime) -> bool:
    """Whether this helper's human neither made nor changed the point, nor declared it as their
    own, and it is older than ``since``, the visit."""
    if point.is_helpers or point.created_at >= since:
        return False
    hands = (point.created_by_human_id, point.ended_by_human_id)
    return human_id is None or human_id not in hands


def is_unproven(since: datetime, proven_at: datetime | None, *, now: datetime) -> bool:
    """Whether a number that the record has ``since`` then may be anybody's still.

    Today's always is (design, section 4, rule 5). A younger one than INDEPENDENT_AFTER is none
    where whoever entered it wrote down, on that day or later (``proven_at``), what showed them who
    the person is: it is the person before another member of staff (SCENARIOS, *independent*).
    """
    if clock.local(since).date() == clock.local(now).date():
        return True
    if now - since >= INDEPENDENT_AFTER:
        return False
    return proven_at is None or clock.local(proven_at).date() < clock.local(since).date()


def choose(
    points: Sequence[Point], wishes: Wishes, *, human_id: UUID | None, since: datetime
) -> Chosen:
    """The way to tell. ``none`` for who has died; ``in_person`` where contact is unsafe, or
    where there is no safe way yet; else the best point, independent ones first."""
    if wishes.has_died:
        return Chosen(Channel.NONE)
    if wishes.contact_is_unsafe:
        return Chosen(Channel.IN_PERSON)
    ranked = rank(points, wishes, human_id=human_id, since=since)
    return ranked[0] if ranked else Chosen(Channel.IN_PERSON)


def rank(
    points: Iterable[Point], wishes: Wishes, *, human_id: UUID | None, since: datetime
) -> list[Chosen]:
    """The live, safe points that a notice can go to, best first."""
    usable = [
        Chosen(
            CHANNELS[point.kind],
            point,
            independent=is_independent(point, human_id=human_id, since=since),
        )
        for point in points
        if point.ended_at is None and point.is_safe and _is_allowed(point, wishes)
    ]
    return sorted(usable, key=lambda chosen: _order(chosen, wishes))


def may_still_be_told(point: Point, wishes: Wishes) -> bool:
    """Whether what was queued for this point may still leave: safe, live or told once more."""
    if wishes.has_died or wishes.contact_is_unsafe or not _is_allowed(point, wishes):
        return False
    return point.is_safe and (point.ended_at is None or point.may_be_told)


def choose_copies(
    points: Iterable[Point], wishes: Wishes, *, human_id: UUID | None
) -> list[Chosen]:
    """Whom the person trusts to get a copy of what is risky, that it was done and nothing more.

    Not where telling anybody is unsafe, and not a number or an address of this helper's own.
    """
    if wishes.has_died or wishes.contact_is_unsafe:
        return []
    return [
        Chosen(CHANNELS[point.kind], point, independent=point.created_by_human_id != human_id)
        for point in points
        if point.whose is Whose.TRUSTED
        and point.is_safe
        and point.ended_at is None
        and not point.is_helpers
        and point.kind in CHANNELS
    ]


def _is_allowed(point: Point, wishes: Wishes) -> bool:
    if point.whose is Whose.TRUSTED:
        return False
    if point.kind is PointKind.POSTAL and wishes.no_paper_at_home:
        return False
    return point.kind in CHANNELS


def _order(chosen: Chosen, wishes: Wishes) -> tuple[object, ...]:
    point = chosen.point
    assert point is not None  # noqa: S101
    return (
        not chosen.independent,
        point.kind is not wishes.preferred,
        _WHOSE.index(point.whose),
        _KINDS.index(point.kind),
        point.created_at,  # the older one has proved itself
        point.id,
    )


def choose_seconds(
    points: Collection[Point],
    wishes: Wishes,
    *,
    first: Chosen,
    human_id: UUID | None,
    since: datetime,
    now: datetime,
    slept: bool = False,
) -> list[Chosen]:
    """Other ways that a risky act is told as well: points that were in use until lately.

    What was changed or ended within OLD_ROUTE, safe, and not forbidden by the person's own word.
    ``slept``: of a record that nobody used for long, two ways that are no newer than
    INDEPENDENT_AFTER, by two channels where there are: a number of years ago may be somebody
    else's by now.
    """
    if wishes.has_died or wishes.contact_is_unsafe:
        return []
    found = []
    for point in points:
        lately = point.ended_at is not None and now - point.ended_at <= OLD_ROUTE
        if not lately or not point.is_safe or not point.may_be_told:
            continue
        if not _is_allowed(point, wishes) or (first.point and first.point.id == point.id):
            continue
        made_by_other = human_id is None or point.created_by_human_id != human_id
        independent = made_by_other and not point.is_helpers and point.created_at < since
        found.append(Chosen(CHANNELS[point.kind], point, independent))
    found.sort(key=lambda chosen: _order(chosen, wishes))
    if slept:
        told = {chosen.point for chosen in (first, *found)}
        ranked = rank(points, wishes, human_id=human_id, since=now - INDEPENDENT_AFTER)
        best = {one.channel: one for one in reversed(ranked) if one.independent}
        two = sorted(best.values(), key=ranked.index)[:2]
        found.extend(one for one in two if one.point not in told)
    return found
