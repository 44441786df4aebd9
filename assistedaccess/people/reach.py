"""What every command about a person begins and ends with: reach them, and tell them.

Reaching checks that the helper is a stranger to the person; whether they may do the act at all is
asked before, by ``require`` and ``require_may_act``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, insert, select

from assistedaccess.audit.explain import ReasonNeeded, find_explanation
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import find_transaction
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations.models import DeclaredInterest
from assistedaccess.organisations.queries_interests import (
    counting_interests_since,
    interest_counts,
)

from . import rules
from .models import IdentityEvidence, LookReason, Person
from .routes import choose_route
from .rules import LookWhy

REASON_IS_GOOD_FOR = timedelta(minutes=60)


_standing: dict[str, ColumnElement[bool]] = {}


def register_standing(key: str, condition: ColumnElement[bool]) -> None:
    """Say something that may stand about a person, to be read with their row: ``condition`` uses
    Person and parameters of its own alone. For packages above; see find_standing."""
    _standing[key] = condition
    _reached.cache_clear()


def find_standing(person_id: UUID, key: str) -> bool | None:
    """Whether that stood when this command reached the person; None where it did not."""
    transaction = find_transaction()
    row = transaction.notes.get("people.standing") if transaction is not None else None
    return bool(row[key]) if row is not None and row["person_id"] == person_id else None


def reach_person(actor: Actor, person_id: UUID, *, lock: bool = False) -> Person:
    """The person's row, for a command about them, once it is known that the helper is a stranger.

    Raises NotFound, OwnRecord, RelativesRecord. One statement.
    """
    return load_reached(actor, person_id, lock=lock)[0]


def load_reached(actor: Actor, person_id: UUID, *, lock: bool) -> tuple[Person, Any]:
    given = {
        "person_id": person_id,
        "account_id": actor.account_id,
        "human_id": actor.human_id,
        "now": clock.now(),
        "interests_since": counting_interests_since(),
    }
    row = get_session().execute(_reached(lock), given).one_or_none()
    if row is None or row.Person.erased_at is not None:
        raise NotFound
    concerns(person_id=row.Person.id, subject=("person", row.Person.id))
    transaction = find_transaction()
    if transaction is not None:
        # The session forgets what nobody holds, and would fetch it again for their route.
        transaction.notes["people.reached"] = row.Person
        standing = {key: getattr(row, key) for key in _standing}
        transaction.notes["people.standing"] = {"person_id": person_id, **standing}
    # Who helps as family is mostly a relative, and reaches nobody but at the person's own word.
    is_relative = bool(row.is_relative) and not actor.is_family
    rules.check_stranger(row.Person.human_id, actor.human_id, is_relative)
    return row.Person, row


@cache
def _reached(lock: bool) -> Select[*tuple[Any, ...]]:
    """The statement of every page about a person, built once a process."""
    stated = (
        select(LookReason)
        .where(
            LookReason.account_id == bindparam("account_id"),
            LookReason.person_id == Person.id,
            LookReason.good_until > bindparam("now"),
        )
        .order_by(LookReason.good_until.desc(), LookReason.id.desc())
        .limit(1)
    )
    level = (
        select(func.max(IdentityEvidence.level))
        .where(IdentityEvidence.person_id == Person.id, IdentityEvidence.ended_at.is_(None))
        .scalar_subquery()
    )
    relative = exists().where(
        DeclaredInterest.human_id == bindparam("human_id"),
        interest_counts(bindparam("interests_since")),
        DeclaredInterest.person_reference == Person.reference,
    )
    statement = select(
        Person,
        relative.label("is_relative"),
        level.label("level"),
        stated.with_only_columns(LookReason.reason).scalar_subquery().label("stated"),
        stated.with_only_columns(LookReason.words).scalar_subquery().label("words"),
        *(condition.label(key) for key, condition in _standing.items()),
    ).where(Person.id == bindparam("person_id"))
    if lock:
        statement = statement.with_for_update(of=Person)
    return statement.execution_options(populate_existing=lock)


def check_open_record(person: Person) -> None:
    """Raise RecordClosed when the person has died, RecordMerged when it leads to another record."""
    check_alive(person)
    check_not_merged(person)


def check_not_merged(person: Person) -> None:
    """Raise RecordMerged, with the way to the record that is kept, where nothing new begins here.

    For whoever has the person's row locked: a merge locks it too, so that what is written is
    either there before the merge, or is refused with these words.
    """
    if person.merged_into_id is None:
        return
    kept = get_session().scalar(select(Person.reference).where(Person.id == person.merged_into_id))
    raise rules.RecordMerged(
        _("This record was merged into %(reference)s. Nothing new begins here.", reference=kept),
        next_step=_("Go on with %(reference)s. It is the same person.", reference=kept),
    )


def check_may_begin(person: Person) -> None:
    """Raise RecordMerged, or RecordRestricted, where nothing new begins under this record."""
    check_not_merged(person)
    if person.restricted is not None:
        raise _restricted(person, _("The person asked us to begin nothing new with their record."))


def check_may_go_on(person: Person) -> None:
    """Raise RecordClosed when the person has died, RecordRestricted when they want nothing done."""
    check_alive(person)
    if person.restricted == rules.GoesOn.NOTHING:
        raise _restricted(person, _("The person asked us to keep their record and not to use it."))


def _restricted(person: Person, words: str) -> rules.RecordRestricted:
    return rules.RecordRestricted(
        words,
        next_step=_(
            "If they want this now, they can say so: open %(reference)s and choose what they asked "
            "about their data.",
            reference=person.reference,
        ),
    )


def check_alive(person: Person) -> None:
    """Raise RecordClosed when the person has died."""
    if person.died_on is not None:
        raise rules.RecordClosed(
            _("This person has died. Their record can be read, but not changed."),
            next_step=_("Help the family with the steps after a death."),
        )


def check_version(person: Person, version: int | None) -> None:
    """Raise StaleVersion when the record is no longer as the page showed it."""
    if person.version != version:
        raise StaleVersion(
            _("Somebody else changed this record after you opened the page."),
            next_step=_("Open the record again, see what is new, and decide then."),
        )


def touch(person: Person) -> None:
    """Note that the record has changed."""
    person.version += 1
    person.changed_at = clock.now()


def tell(
    actor: Actor, person_id: UUID, kind: NoticeKind, facts: Mapping[str, str] | None = None
) -> None:
    """Tell the person of an act by the route that is theirs now."""
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    queue_notice(
        actor=actor,
        person_id=person_id,
        kind=kind,
        route=choose_route(person_id, actor),
        organisation_id=actor.organisation_id,
        facts=facts,
    )


def check_reason(actor: Actor, person_id: UUID) -> None:
    """Raise ReasonNeeded where no record explains that this account sees the person, unless it has
    said today why it does.

    For what explains its own looks from then on, such as a case: the page that leads there asks,
    and a request that was made by hand, without the page, is asked too (ADR 0008).
    """
    stated = select(LookReason.id).where(
        LookReason.account_id == actor.account_id,
        LookReason.person_id == person_id,
        LookReason.good_until > clock.start_of_day(clock.today()),
    )
    if get_session().scalar(stated.limit(1)) is None and find_explanation(actor, person_id) is None:
        raise ReasonNeeded(person_id)


def insert_reasons(
    actor: Actor, people: Mapping[UUID, str | None], why: LookWhy, search_id: UUID | None = None
) -> None:
    """Keep the reason stated for each of ``people`` (their words, where it was *other*)."""
    now = clock.now()
    get_session().execute(
        insert(LookReason),
        [
            {
                "id": new_id(),
                "account_id": actor.account_id,
                "person_id": person_id,
                "search_id": search_id,
                "reason": str(why),
                "words": (
                    encryption.seal(person_id, "look_reason.words", words) if words else None
                ),
                "stated_at": now,
                "good_until": now + REASON_IS_GOOD_FOR,
            }
            for person_id, words in people.items()
        ],
    )
