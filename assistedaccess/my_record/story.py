"""A person's record as one story, from the journal itself: across all organisations, oldest first.

Five statements, whatever the rows: facts, delegations, objections, services, what waits. Looks of
the same helper on the same day for the same reason are one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask_babel import get_locale
from markupsafe import Markup, escape
from sqlalchemy import Row, Select, Uuid, and_, bindparam, select

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.applications.models import Application
from assistedaccess.applications.queries_changes import open_told
from assistedaccess.audit import Action as A
from assistedaccess.audit.models import AuditEvent
from assistedaccess.delegation.queries import DelegationRow, list_delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Organisation
from assistedaccess.services.queries import list_services

from . import words
from .rules import PAGE, Sensitivity, Telling
from .rules_objections import PENDING
from .story_objections import ObjectionLine, list_told
from .waiting import Waits, list_waiting
from .words import LOOKED, Sentence

MOST_DELEGATIONS = 200
LISTED = frozenset(words.SENTENCES)


@dataclass(frozen=True)
class Line:
    """One thing that happened, in words. ``count``: so many looks of that day in one line.

    ``reference`` is of the delegation concerned, or of the one under which it was done.
    ``differences``, of a change that was told: question, before and after; to the person alone.
    """

    event_id: UUID
    kind: str
    at: datetime
    words: Markup
    place: str
    why: str
    service: str
    reference: str
    count: int = 1
    differences: tuple[Mapping[str, Any], ...] = ()

    @property
    def day(self) -> date:
        return clock.local(self.at).date()

    @property
    def plain(self) -> str:
        """The words without markup, for a choice in a form."""
        return self.words.striptags()

    @property
    def spelt_day(self) -> str:
        """The day as the page's language writes it."""
        return str(format_date(self.day, "d MMMM y", locale=get_locale() or "en_GB"))


@dataclass(frozen=True)
class Chapter:
    """What follows each other on one day and is of one kind, under a heading of its own."""

    day: date
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MayAct:
    """Somebody who may act for the person now, or could if the person lifts their stop.

    ``frozen_until``: when a stop ends by itself, of a caller who could not be recognised.
    ``is_resting``: nobody can act on it until the person says so again.
    """

    id: UUID
    reference: str
    holder: str
    place: str
    services: str
    powers: tuple[str, ...]
    money_limit_pence: int | None
    money_period: str | None
    act_limit_pence: int | None
    since: datetime
    expires_at: datetime
    is_frozen: bool
    frozen_until: datetime | None = None
    is_resting: bool = False

    @property
    def last_day(self) -> date:
        return clock.local(self.expires_at - timedelta(seconds=1)).date()


@dataclass(frozen=True)
class Record:
    """Who may act now, what was objected to, what waits, and a page of what happened; ``older`` is
    the key of the page before, ``facts`` what the page tells of, each fact of the journal."""

    may_act: list[MayAct]
    objections: list[ObjectionLine]
    lines: list[Line]
    older: UUID | None
    waits: list[Waits] = field(default_factory=list)
    facts: tuple[UUID, ...] = ()

    @property
    def chapters(self) -> list[Chapter]:
        """The lines as they are read on paper: by day, and by what kind of thing happened."""

        def belongs(line: Line) -> tuple[date, str]:
            kind = line.kind if line.kind in words.HEADINGS else words.DONE
            return line.day, str(words.HEADINGS[kind])

        return [
            Chapter(day, heading, tuple(lines))
            for (day, heading), lines in groupby(self.lines, key=belongs)
        ]


def read_record(
    person_id: UUID,
    telling: Telling,
    language: str,
    *,
    before: UUID | None = None,
    organisation_id: UUID | None = None,
    whole: bool = False,
) -> Record:
    """A page of the record as ``telling`` allows; all of it where ``whole``, as an access pack has
    it. The caller has recorded the look.

    ``organisation_id`` is whose desk tells it: what stood in a form is told by who sent it alone.
    """
    delegations = list_delegations(person_id, limit=MOST_DELEGATIONS)
    teller = _Teller(person_id, organisation_id, telling, language, delegations)
    rows = _list_facts(person_id, before, whole=whole)
    shown = rows if whole else rows[:PAGE]
    told = [line for row in shown if (line := teller.tell(row)) is not None]
    waits = list_waiting(person_id, telling)
    named = {("event", line.event_id): line.plain.rstrip(".") for line in told}
    named |= {("delegation", row.id): teller.name_delegation(row) for row in delegations}
    named |= {(PENDING, one.id): one.title for one in waits}
    return Record(
        may_act=[teller.tell_delegation(row) for row in delegations if row.state in _STANDING],
        objections=list_told(person_id, telling, named),
        lines=join_looks(reversed(told)),
        older=shown[-1].id if len(rows) > len(shown) else None,
        waits=waits,
        facts=tuple(line.event_id for line in told),
    )


_STANDING = ("live", "frozen", "resting")


def _list_facts(
    person_id: UUID, before: UUID | None, *, whole: bool = False
) -> Sequence[Row[tuple[Any, ...]]]:
    given = {"person_id": person_id, "before": before}
    statement = _facts(before is not None)
    return get_session().execute(statement.limit(None) if whole else statement, given).all()


@cache
def _facts(is_later_page: bool) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            AuditEvent.id,
            AuditEvent.occurred_at,
            AuditEvent.action,
            AuditEvent.reason_code,
            AuditEvent.actor_kind,
            AuditEvent.account_id,
            AuditEvent.role,
            AuditEvent.organisation_id,
            AuditEvent.subject_kind,
            AuditEvent.subject_id,
            AuditEvent.authority_kind,
            AuditEvent.authority_id,
            AuditEvent.service,
            Account.name.label("who"),
            Organisation.name.label("place"),
            Application.told,
        )
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .outerjoin(
            Application,
            and_(
                AuditEvent.action.in_([str(A.CHANGE_SUBMITTED), str(A.PAYMENT_DETAILS_CHANGED)]),
                Application.id == AuditEvent.subject_id,
            ),
        )
        .where(
            AuditEvent.person_id == bindparam("person_id", type_=Uuid()),
            AuditEvent.action.in_([str(action) for action in sorted(LISTED)]),
        )
        .order_by(AuditEvent.id.desc())
        .limit(PAGE + 1)
    )
    if is_later_page:
        query = query.where(AuditEvent.id < bindparam("before", type_=Uuid()))
    return query


class _Teller:
    """Puts facts into words for one telling."""

    def __init__(
        self,
        person_id: UUID,
        organisation_id: UUID | None,
        telling: Telling,
        language: str,
        delegations: Iterable[DelegationRow],
    ) -> None:
        self.person_id = person_id
        self.organisation_id = organisation_id
        self.telling = telling
        self.language = language
        self.by_id = {row.id: row for row in delegations}
        self.by_consent = {
            row.consent_id: row for row in self.by_id.values() if row.consent_id is not None
        }
        self.services = {view.key: view for view in list_services()}

    def tell(self, row: Row[tuple[Any, ...]]) -> Line | None:
        if row.action == A.ACT_UNDONE and row.reason_code not in LISTED:
            return None
        special = words.SPECIAL.get((row.action, row.reason_code or ""))
        sentence = special or words.SENTENCES[row.action]
        if not self.telling.tells(sentence.sensitivity):
            return None
        delegation = self._find_delegation(row)
        holder = self._name_holder(delegation) if delegation else str(words.A_HELPER)
        who = self._name_actor(row)
        services = [row.service] if row.service else delegation.services if delegation else []
        return Line(
            event_id=row.id,
            kind=sentence.kind,
            at=row.occurred_at,
            words=_say(sentence, who=who, holder=holder),
            place=self._name_place(row, sentence),
            why=self._why(row, sentence),
            service=self._name_services(services) if sentence.kind != LOOKED else "",
            reference=delegation.reference if delegation else "",
            differences=self._find_differences(row),
        )

    def _find_differences(self, row: Row[tuple[Any, ...]]) -> tuple[Mapping[str, Any], ...]:
        # An organisation's applications are there for its own members alone.
        if row.told is None or row.organisation_id != self.organisation_id:
            return ()
        if not self.telling.tells(Sensitivity.SENSITIVE):
            return ()
        return tuple(open_told(self.person_id, row.subject_id, row.told).get("differences", ()))

    def name_delegation(self, row: DelegationRow) -> str:
        """Who may act and in what, in a few words."""
        return f"{self._name_holder(row)} ({self._name_services(row.services)})"

    def tell_delegation(self, row: DelegationRow) -> MayAct:
        return MayAct(
            id=row.id,
            reference=row.reference,
            holder=self._name_holder(row),
            place=row.organisation_name if self.telling.tells_place else "",
            services=self._name_services(row.services),
            powers=tuple(str(words.POWERS[power]) for power in row.powers),
            money_limit_pence=row.money_limit_pence,
            money_period=row.money_period,
            act_limit_pence=row.act_limit_pence,
            since=row.starts_at,
            expires_at=row.expires_at,
            is_frozen=row.state == "frozen",
            frozen_until=row.frozen_until,
            is_resting=row.state == "resting",
        )

    def _find_delegation(self, row: Row[tuple[Any, ...]]) -> DelegationRow | None:
        """The one that the fact is about, or under which it was done."""
        for kind, key in (
            (row.subject_kind, row.subject_id),
            (row.authority_kind, row.authority_id),
        ):
            found = {"delegation": self.by_id, "consent": self.by_consent}.get(kind or "", {})
            if key in found:
                return found[key]
        return None

    def _name_holder(self, row: DelegationRow) -> str:
        # An organisation's name says where its desks are.
        if row.holder_kind == "organisation" and not self.telling.tells_place:
            return str(words.A_HELPER_BEGINS)
        return row.holder_name

    def _name_actor(self, row: Row[tuple[Any, ...]]) -> str:
        if row.actor_kind == ActorKind.PERSON:
            return str(words.YOU)
        if row.actor_kind == ActorKind.SYSTEM:
            return str(words.THE_COMPUTER)
        return row.who or str(words.A_HELPER_BEGINS)

    def _name_place(self, row: Row[tuple[Any, ...]], sentence: Sentence) -> str:
        # What the person does online is done at no desk, whichever is told of it.
        is_told = sentence.names_place and self.telling.tells_place
        return (row.place or "") if is_told and row.actor_kind != ActorKind.PERSON else ""

    def _name_services(self, keys: Iterable[str]) -> str:
        """The services by name; one that tells what somebody is ill with only in private."""
        names = []
        for key in keys:
            view = self.services.get(key)
            is_sensitive = view is None or view.entry.is_sensitive
            kept = Sensitivity.SENSITIVE if is_sensitive else Sensitivity.ORDINARY
            if not self.telling.tells(kept):
                names.append(str(words.TOLD_IN_PERSON))
            else:
                names.append(view.name(self.language) if view else key)
        return ", ".join(dict.fromkeys(names))

    def _why(self, row: Row[tuple[Any, ...]], sentence: Sentence) -> str:
        if sentence.kind == LOOKED and row.role == Role.AUDITOR:
            return str(words.BY_THE_AUDITOR)
        if row.action in words.WITHOUT_WHY:
            return ""
        known = words.WHY if sentence.kind == LOOKED else words.HOW_ENDED
        return str(known.get(row.reason_code or "", ""))


def _say(sentence: Sentence, **names: str) -> Markup:
    isolated = {key: Markup("<bdi>{}</bdi>").format(name) for key, name in names.items()}
    return escape(str(sentence.words)) % isolated


def join_looks(lines: Iterable[Line]) -> list[Line]:
    """Looks of one helper, place, day and reason as one line, where the first of them stood."""
    joined: list[Line] = []
    places: dict[tuple[object, ...], int] = {}
    for line in lines:
        key = (line.day, line.words, line.place, line.why)
        if line.kind == LOOKED and key in places:
            at = places[key]
            joined[at] = replace(joined[at], count=joined[at].count + 1)
            continue
        if line.kind == LOOKED:
            places[key] = len(joined)
        joined.append(line)
    return joined
