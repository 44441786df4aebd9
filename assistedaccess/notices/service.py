"""Queueing what people are told, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.audit import Action, find_recorded, record
from assistedaccess.kernel import clock, encryption, undo
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.transactions import Busy, get_transaction

from . import rules
from .models import Notice, NoticeEntry
from .rules import AccountMail, Channel, NoticeKind, Route, State
from .sending import SendResult, send_due_notices
from .sites import Desk, find_desk

__all__ = [
    "SendResult",
    "queue_account_mail",
    "queue_notice",
    "release_digest",
    "reroute_notice",
    "send_due_notices",
]


ENTRY = "notice_entry"
"""What an undo takes off again, by service_withdrawing."""


def queue_notice(
    *,
    actor: Actor,
    person_id: UUID,
    kind: NoticeKind,
    route: Route,
    organisation_id: UUID,
    visit_id: UUID | None = None,
    facts: Mapping[str, str] | None = None,
    second_routes: Sequence[Route] = (),
    is_sensitive: bool = False,
) -> UUID:
    """Queue the telling of one act, inside the caller's transaction. Returns the notice's id.

    A risky kind is a notice of its own, due now, to ``route`` and to each of ``second_routes``.
    An ordinary one joins the digest of its visit (of this helper, site and day without one), which
    is due when the visit ends, at the latest in the evening; ``second_routes`` are told at once.
    ``facts`` are what the words of the kind use: helper, service, need, until, their_reference,
    code. An act that ``is_sensitive`` is only announced; what it was is told in person.
    """
    kind = NoticeKind(kind)
    facts = dict(facts or {})
    now = clock.now()
    if kind.is_risky:
        notice_id = _insert_notice(actor, person_id, kind, route, organisation_id, visit_id, now)
    else:
        notice_id = _find_or_start_digest(actor, person_id, kind, route, organisation_id, visit_id)
    _add_entry(notice_id, person_id, kind, facts, actor, is_sensitive)
    copies = []
    for second in second_routes:
        if second.channel in (Channel.IN_PERSON, Channel.NONE) or _is_same(second, route):
            continue
        copy = _insert_notice(
            actor, person_id, kind, second, organisation_id, visit_id, now, second_of=notice_id
        )
        _add_entry(copy, person_id, kind, facts, actor, is_sensitive)
        copies.append(copy)
    for queued in (notice_id, *copies):
        record(
            Action.NOTICE_QUEUED,
            actor=actor,
            person_id=person_id,
            organisation_id=organisation_id,
            subject=("notice", queued),
            reason=str(kind),
        )
    return notice_id


def _is_same(one: Route, other: Route) -> bool:
    return (one.channel, one.address) == (other.channel, other.address)


def _insert_notice(
    actor: Actor,
    person_id: UUID,
    kind: NoticeKind,
    route: Route,
    organisation_id: UUID,
    visit_id: UUID | None,
    due_at: datetime,
    second_of: UUID | None = None,
) -> UUID:
    values = _notice_values(actor, person_id, kind, route, organisation_id, visit_id)
    values |= {"due_at": due_at, "second_of": second_of}
    get_session().execute(insert(Notice), [values])
    notice_id: UUID = values["id"]
    return notice_id


def _notice_values(
    actor: Actor,
    person_id: UUID,
    kind: NoticeKind,
    route: Route,
    organisation_id: UUID,
    visit_id: UUID | None,
) -> dict[str, Any]:
    desk = _desk(organisation_id, actor.site_id)
    return {
        "id": new_id(),
        "reference": new_reference("N"),
        "person_id": person_id,
        "kind": str(kind),
        "is_risky": kind.is_risky,
        "visit_id": visit_id,
        "organisation_id": organisation_id,
        "site_id": actor.site_id,
        **route_values(person_id, route),
        "facts": _seal(person_id, "facts", {"place": desk.name, "telephone": desk.telephone}),
        "queued_at": clock.now(),
        "queued_by_account_id": actor.account_id,
        "queued_by_human_id": actor.human_id,
        "state": str(State.QUEUED),
        "attempts": 0,
        "is_rerouted": False,
    }


def _desk(organisation_id: UUID, site_id: UUID | None) -> Desk:
    # Asked once a transaction, however many notices it queues.
    known = get_transaction().notes.setdefault("notices.desks", {})
    key = (organisation_id, site_id)
    if key not in known:
        known[key] = find_desk(organisation_id, site_id)
    desk: Desk = known[key]
    return desk


def route_values(person_id: UUID, route: Route) -> dict[str, Any]:
    """The columns that say where a notice goes, its address sealed."""
    return {
        "channel": str(Channel(route.channel)),
        "contact_point_id": route.contact_point_id,
        "independent": route.independent,
        "language": route.language,
        "is_brief": route.brief,
        "is_large_print": route.large_print,
        "address": _seal(person_id, "address", _address_of(route)),
    }


def _address_of(route: Route) -> dict[str, str]:
    address = {"to": route.address or "", "name": route.name}
    return {**address, "copy_of": route.copy_of} if route.copy_of else address


def _seal(subject_id: UUID, column: str, value: Mapping[str, str]) -> bytes:
    text = json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
    return encryption.seal(subject_id, f"notice.{column}", text)


def seal_facts(person_id: UUID, facts: Mapping[str, str]) -> bytes:
    """The facts of a notice or of one of its entries, sealed as their columns hold them."""
    return _seal(person_id, "facts", facts)


def _add_entry(
    notice_id: UUID,
    person_id: UUID,
    kind: NoticeKind,
    facts: Mapping[str, str],
    actor: Actor,
    is_sensitive: bool,
) -> None:
    entry_id = new_id()
    values = {
        "id": entry_id,
        "notice_id": notice_id,
        "kind": str(kind),
        "is_sensitive": is_sensitive,
        "facts": _seal(person_id, "facts", facts),
        "happened_at": clock.now(),
        "human_id": actor.human_id,
        "event_id": find_recorded(person_id),
    }
    get_session().execute(insert(NoticeEntry), [values])
    undo.note_step(ENTRY, entry_id)


def _find_or_start_digest(
    actor: Actor,
    person_id: UUID,
    kind: NoticeKind,
    route: Route,
    organisation_id: UUID,
    visit_id: UUID | None,
) -> UUID:
    session = get_session()
    now = clock.now()
    today = clock.local(now).date()
    # Who has no site helps from the organisation at large; a digest tells of one organisation.
    place = actor.site_id or organisation_id
    key = rules.digest_key(person_id, actor.account_id, place, str(today), visit_id)
    found = (
        select(Notice.id, Notice.visit_id, Notice.independent, Notice.channel)
        .where(
            Notice.person_id == person_id,
            Notice.state == State.QUEUED,
            Notice.digest_key.is_not(None),
            Notice.queued_by_account_id == actor.account_id,
            Notice.site_id == actor.site_id,
            Notice.organisation_id == organisation_id,
            Notice.queued_at >= clock.start_of_day(today),
        )
        .order_by(Notice.id)
        .with_for_update()
    )
    start = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for _ in range(3):  # another of the same visit may start it, or send it, in between
        open_digests = [rules.OpenDigest(*row) for row in session.execute(found)]
        digest = rules.pick_digest(open_digests, visit_id)
        if digest is not None and digest.is_too_open_for(route.channel):
            _close_digest(digest.id)
        elif digest is not None:
            _join_digest(digest, person_id, route, visit_id, key)
            return digest.id
        values = _notice_values(actor, person_id, kind, route, organisation_id, visit_id)
        values |= {"digest_key": key, "due_at": rules.digest_due_at(now)}
        session.execute(start(Notice).values(**values).on_conflict_do_nothing())
    raise Busy


def _close_digest(notice_id: UUID) -> None:
    """It leaves when it was to leave, and takes no more entries."""
    get_session().execute(
        update(Notice)
        .where(Notice.id == notice_id)
        .values(digest_key=None)
        .execution_options(synchronize_session=False)
    )


def _join_digest(
    digest: rules.OpenDigest, person_id: UUID, route: Route, visit_id: UUID | None, key: str
) -> None:
    changes: dict[str, Any] = {}
    if visit_id is not None and digest.visit_id is None:
        changes |= {"visit_id": visit_id, "digest_key": key}
    if route.independent and not digest.independent:
        # The person has gained a route that this helper does not hold: the better one.
        changes |= route_values(person_id, route)
    if changes:
        get_session().execute(
            update(Notice)
            .where(Notice.id == digest.id)
            .values(**changes)
            .execution_options(synchronize_session=False)
        )


def release_digest(*, visit_id: UUID) -> None:
    """Make the digest of a visit due now: ``consent`` says so when the visit ends."""
    get_session().execute(
        update(Notice)
        .where(
            Notice.visit_id == visit_id,
            Notice.digest_key.is_not(None),
            Notice.state == State.QUEUED,
        )
        .values(due_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def reroute_notice(*, notice_id: UUID, route: Route) -> None:
    """Try a notice whose address has failed by another route; ``people`` chooses it.

    Inside the transaction in which the failure is recorded. A notice that can only be told in
    person then waits at the desk.
    """
    session = get_session()
    person_id = session.scalar(select(Notice.person_id).where(Notice.id == notice_id))
    if person_id is None:
        return
    session.execute(
        update(Notice)
        .where(Notice.id == notice_id)
        .values(**route_values(person_id, route), **begun_anew())
        .execution_options(synchronize_session=False)
    )


def begun_anew() -> dict[str, Any]:
    """The columns of a notice that is queued once more, by another route."""
    # A digest that was on its way takes no more entries: it is no digest any more.
    return {
        "digest_key": None,
        "state": str(State.QUEUED),
        "due_at": clock.now(),
        "attempts": 0,
        "is_rerouted": True,
        "provider_reference": None,
        "claim_token": None,
        "claimed_until": None,
    }


def queue_account_mail(
    *,
    actor: Actor,
    account_id: UUID,
    kind: AccountMail,
    address: str,
    name: str = "",
    facts: Mapping[str, str] | None = None,
) -> UUID:
    """Queue an e-mail to an account's holder, inside the caller's transaction; returns its id.

    ``facts``: link, expires, organisation, when, device, passkey, as the kind's words use them.
    They are sealed with the account's key.
    """
    kind = AccountMail(kind)
    notice_id = new_id()
    values = {
        "id": notice_id,
        "reference": new_reference("N"),
        "account_id": account_id,
        "kind": str(kind),
        "is_risky": True,
        "organisation_id": actor.organisation_id,
        "site_id": actor.site_id,
        "channel": str(Channel.EMAIL),
        "independent": True,
        "language": "en",
        "is_brief": False,
        "is_large_print": False,
        "address": _seal(account_id, "address", {"to": address, "name": name}),
        "facts": _seal(account_id, "facts", facts or {}),
        "queued_at": clock.now(),
        "queued_by_account_id": actor.account_id,
        "queued_by_human_id": actor.human_id,
        "state": str(State.QUEUED),
        "due_at": clock.now(),
        "attempts": 0,
        "is_rerouted": False,
    }
    get_session().execute(insert(Notice), [values])
    record(Action.NOTICE_QUEUED, actor=actor, subject=("notice", notice_id), reason=str(kind))
    return notice_id
