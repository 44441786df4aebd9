"""Reads are acts: a look at a record is recorded with its reason before the data are shown.

The explain port: packages that know why somebody may be looking (an open case, a delegation)
register; the first reason found is stored with the look. Where none is found, the reason is asked
of the one who looks: the record then opens with its details covered, and the look stands in the
auditors' queue as *stated*. *Break glass* uncovers everything at once, and is always reviewed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    false,
    literal,
    select,
    true,
    union_all,
)

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import DomainError, NotFound, Refused
from assistedaccess.kernel.events import publish

from .actions import Action
from .journal import record


@dataclass(frozen=True, eq=False)
class Tie:
    """What ties a helper to one record, where a reason to see its person is too little for it.

    Both may use the parameters of an explainer, and ``subject_id``. ``holds``: something ties them
    to this very record. ``left_out``: the person has said yes to this helper, to something else.
    """

    holds: ColumnElement[bool]
    left_out: ColumnElement[bool]


@dataclass(frozen=True)
class Explanation:
    """Why a look is explained: a code such as ``open_case``, and the record that shows it.

    ``is_tied``: it goes for the record too, not for its person alone; see Tie.
    """

    code: str
    subject: tuple[str, UUID]
    is_tied: bool = True
    is_left_out: bool = False


Reasons = Select[tuple[str, str, UUID]]
Explainer = Callable[[Actor], Reasons | None]

_explainers: list[Explainer] = []
_for_family: set[Explainer] = set()
_theirs: dict[str, Select[Any]] = {}


BREAKS_GLASS = frozenset({"risk_to_life", "safeguarding"})
"""The stated reasons that open everything at once, and are reviewed every time."""


@dataclass(frozen=True)
class Look:
    """A look that was recorded. ``reason`` is its code in the journal."""

    event_id: UUID
    reason: str

    @property
    def is_full(self) -> bool:
        """Whether details may be shown: the records explain the look, or glass was broken."""
        return not self.reason.startswith("stated.")


@dataclass(frozen=True)
class LookUnexplained:
    """Published with each look that the records do not explain: it waits for an auditor."""

    look: Look
    actor: Actor
    person_id: UUID

    @property
    def broke_glass(self) -> bool:
        return self.look.is_full


class DetailsCovered(Refused):
    """This look has a stated reason alone, and the page would show more than that opens."""

    reason_code = "details_covered"

    def __init__(self, person_id: UUID) -> None:
        super().__init__(
            _("Nothing that is open here explains this look, so the details stay covered."),
            next_step=_("Record the person’s yes to your help first. Then everything opens."),
        )
        self.person_id = person_id


class NotIncluded(Refused):
    """What the person agreed to does not cover this service, or this kind of act or look."""

    reason_code = "out_of_scope"

    def __init__(self, person_id: UUID, subject: tuple[str, UUID]) -> None:
        super().__init__(
            _("What the person agreed with you does not include this."),
            next_step=_(
                "Ask the person. If they want your help with it, record a new yes. Or leave it to "
                "whoever looks after the case."
            ),
        )
        self.person_id = person_id
        self.subject = subject


class GlassNotForFamily(Refused):
    """Nobody breaks glass as a relative or friend: they are whom some people hide from."""

    reason_code = "glass_not_for_family"


class ReasonNeeded(DomainError):
    """Nothing explains this look: ask the reason first."""

    def __init__(self, person_id: UUID) -> None:
        super().__init__("")
        self.person_id = person_id


def register_explainer(
    explainer: Explainer, *, first: bool = False, for_family: bool = False
) -> None:
    """Have ``explainer`` asked about each look, once, however often this is said.

    It answers with a statement, the same object each time, that finds ``code``, the kind of record
    and its id (see ``reasons``); or None where it has nothing to say about such an actor. The
    statements of all are sent as one. They may use the parameters person_id, account_id, site_id,
    organisation_id, now, today and this_morning. ``first``: its reason goes before the others'.
    ``for_family``: it speaks for a helper of the family too, for it is the person's own word; what
    an organisation has begun explains no look of theirs (ADR 0048).
    """
    if for_family:
        _for_family.add(explainer)
    if explainer not in _explainers:
        _explainers.insert(0 if first else len(_explainers), explainer)


def find_explanation(
    actor: Actor, person_id: UUID, tie: Tie | None = None, subject_id: UUID | None = None
) -> Explanation | None:
    """The first reason that the records themselves give for this actor to look; one statement.

    With a ``tie``, it also says whether that ties them to the record ``subject_id``.
    """
    if actor.account_id is None:
        return None
    asked = tuple(
        found
        for explainer in _explainers
        if not actor.is_family or explainer in _for_family
        if (found := explainer(actor)) is not None
    )
    if not asked:
        return None
    given = {
        "person_id": person_id,
        "account_id": actor.account_id,
        "human_id": actor.human_id,
        "organisation_id": actor.organisation_id,
        "site_id": actor.site_id,
        "now": clock.now(),
        "today": clock.today(),
        "this_morning": clock.start_of_day(clock.today()),
        "subject_id": subject_id,
    }
    row = get_session().execute(_all_of(asked, tie), given).first()
    if row is None:
        return None
    subject = (row.kind, row.id)
    return Explanation(row.code, subject, bool(row.holds), bool(row.left_out))


def reasons(code: str, kind: str, id_: Any) -> Reasons:
    """The beginning of an explainer's statement: its code, and the record that shows it."""
    return select(literal(code).label("code"), literal(kind).label("kind"), id_.label("id"))


@cache
def _all_of(asked: tuple[Reasons, ...], tie: Tie | None) -> Select[Any]:
    """The statement of every look, built once a process for each kind of actor and of record."""
    ranked = [
        select(part.limit(1).subquery(), literal(rank).label("rank"))
        for rank, part in enumerate(asked)
    ]
    found = union_all(*ranked).subquery()
    holds, left_out = (tie.holds, tie.left_out) if tie is not None else (true(), false())
    return (
        select(
            found.c.code, found.c.kind, found.c.id, holds.label("holds"), left_out.label("left_out")
        )
        .order_by(found.c.rank)
        .limit(1)
    )


BY_THIS_ACCOUNT: BindParameter[UUID] = bindparam("account_id")


def theirs(id_: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    """The statement for register_theirs: the record of that key, where it is this helper's own.

    ``conditions`` may use the parameters account_id, now and today.
    """
    return select(id_).where(id_ == bindparam("subject_id"), *conditions)


def register_theirs(kind: str, statement: Select[Any]) -> None:
    """Say which records of a kind are a helper's own, who is of the family.

    ``statement`` is one that theirs() makes. Of kinds that nobody registers, none are.
    """
    _theirs[kind] = statement


def check_theirs(actor: Actor, subject: tuple[str, UUID]) -> None:
    """Keep a helper of the family to what they began themself (ADR 0048). Raises NotFound.

    What an organisation holds about somebody, and its helpers' notes of what they see at home, is
    none of a relative's. No statement for anybody else, one for them.
    """
    kind, subject_id = subject
    if not actor.is_family or kind == "person":
        return
    statement = _theirs.get(kind)
    given = {
        "subject_id": subject_id,
        "account_id": actor.account_id,
        "now": clock.now(),
        "today": clock.today(),
    }
    if statement is None or get_session().execute(statement, given).first() is None:
        raise NotFound


def note_look(event_id: UUID, *, actor: Actor, person_id: UUID, stated_reason: str) -> None:
    """Say of an event that is recorded already that somebody saw a person's details by it.

    For what is shown at a person's word: it needs no reason, and still waits for an auditor where
    the records explain nothing.
    """
    if find_explanation(actor, person_id) is None:
        look = Look(event_id, f"stated.{stated_reason}")
        publish(LookUnexplained(look, actor, person_id))


def say_stated(reason: str) -> str:
    """The code under which the journal keeps a reason that was stated."""
    return f"{'break_glass' if reason in BREAKS_GLASS else 'stated'}.{reason}"


def check_glass(actor: Actor, stated_reason: str | None) -> None:
    """Raise GlassNotForFamily where a relative or friend would break glass."""
    if actor.is_family and stated_reason in BREAKS_GLASS:
        raise GlassNotForFamily(
            _("A relative or friend cannot open a record in this way."),
            next_step=_("Where somebody may be in danger, ring 999. Tell any desk what you know."),
        )


def record_look(
    action: Action,
    *,
    actor: Actor,
    person_id: UUID,
    subject: tuple[str, UUID] | None = None,
    stated_reason: str | None = None,
    details: dict[str, str] | None = None,
    needs_details: bool = False,
    tie: Tie | None = None,
) -> Look:
    """Record a look at what concerns a person, with why.

    The reason code is ``explained.<code>``, ``stated.<code>`` or ``break_glass.<code>``; the last
    two are published for the auditors' queue. Raises ReasonNeeded when the records explain nothing
    and ``stated_reason`` is not given; DetailsCovered when what follows ``needs_details`` and the
    reason is no more than stated.

    ``tie``: what must tie the helper to the record itself. Where only its person's record is open
    to them, a reason is asked and opens it; where the person has said yes to this helper, and not
    to this, only broken glass does: else NotIncluded. What is a relative's own is tied by that.
    """
    about = subject or ("person", person_id)
    check_theirs(actor, about)
    check_glass(actor, stated_reason)
    tie = None if actor.is_family else tie
    explanation = find_explanation(actor, person_id, tie, about[1])
    if explanation is not None and not explanation.is_tied:
        if explanation.is_left_out and stated_reason not in BREAKS_GLASS:
            raise NotIncluded(person_id, about)
        explanation, needs_details = None, False
    if explanation is not None:
        reason, authority = f"explained.{explanation.code}", explanation.subject
    elif stated_reason:
        reason, authority = say_stated(stated_reason), None
    else:
        raise ReasonNeeded(person_id)
    event_id = record(
        action,
        actor=actor,
        person_id=person_id,
        subject=subject,
        authority=authority,
        reason=reason,
        details=details,
    )
    look = Look(event_id, reason)
    if needs_details and not look.is_full:
        raise DetailsCovered(person_id)
    if explanation is None:
        publish(LookUnexplained(look, actor, person_id))
    return look
