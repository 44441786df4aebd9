"""Undo: for ten seconds what was done by a slip is taken back, as a new fact (docs/adr/0044).

A feature registers a command of its own that tells nobody anything; a page that runs it offers the
undo in its banner:

    undo.register("casework.finish_task", …)

    with undo.offering() as offered:
        service_entries.finish_task(actor=get_actor(), task_id=task_id)
    flash(offered.banner(_("The task is done.")), "success")

While such a command runs, what it changes is kept: of each row the columns as they were and as they
are now, and the facts that it recorded. ``take_back`` puts the columns back where nobody has
touched them since. Nothing is taken back of the journal, and a version only ever rises: a page that
was opened in between is out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Index, LargeBinary, String, Text, event, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import clock
from .actor import Actor
from .arguments import decode_arguments, encode_arguments
from .database import Base, get_session
from .errors import DomainError, NotFound
from .ids import new_id

SHOWN = timedelta(seconds=10)
"""What the banner promises."""

ACCEPTED = timedelta(seconds=20)
"""What is taken. The server counts from its commit and a helper from when the page is there: a slow
line there and back is not theirs to pay for. Longer would be a way to work, not to mend a slip."""

KEPT_AS_IT_IS = frozenset({"data_key"})
"""Tables whose new rows stay: a key that seals something is never taken away."""


class NotUndone(DomainError):
    """Too late, or gone on with. Nobody did what they may not: it is told, and not recorded."""


class UndoOffer(Base):
    """What one act changed, for whoever did it, for as long as it may be undone."""

    __tablename__ = "undo_offer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    command: Mapped[str] = mapped_column(String(80))
    steps: Mapped[str] = mapped_column(Text)
    offered_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_undo_offer_offered_at", "offered_at"),)


@dataclass(frozen=True)
class Undoable:
    """A command that can be undone.

    ``permission``: who may do it may undo it. ``facts``: what it may record; where it recorded
    anything else, such as that a second human looks at it, no undo is offered. ``way_back``: how it
    is put right later, in words. ``check``: raises NotUndone where the rows as they were do not fit
    into the world any more.
    """

    command: str
    permission: str
    facts: frozenset[str]
    way_back: Any
    check: Callable[[Actor, Sequence[Any]], None] | None = None


@dataclass(frozen=True)
class Fact:
    """A fact of the journal that an undo takes back with one of its own."""

    id: UUID
    action: str
    person_id: UUID | None
    organisation_id: UUID | None
    subject: tuple[str, UUID] | None


@dataclass
class Offering:
    """What a page may offer once its command has run; ``id`` is None where nothing is offered."""

    id: UUID | None = None
    way_back: Any = ""

    def banner(self, text: str, href: str = "", return_to: str = "") -> Any:
        """What ``flash`` takes: the words alone, or a mapping with the undo beside them.

        ``href`` leads to the way back where it is not on the page that the banner is shown on;
        ``return_to`` is where one is once it is undone, by default on that page.
        """
        if self.id is None:
            return text
        leads = {"way_back": str(self.way_back), "href": href, "return_to": return_to}
        return {"text": text, "offer": str(self.id), **leads}


@dataclass
class _Watch:
    rows: dict[Any, dict[str, Any] | None] = field(default_factory=dict)  # None: a new row
    facts: list[dict[str, Any]] = field(default_factory=list)
    others: list[tuple[str, UUID]] = field(default_factory=list)
    is_spoilt: bool = False

    def before_flush(self, session: Session, *_: object) -> None:
        self.is_spoilt = self.is_spoilt or bool(session.deleted)
        for row in session.new:
            if row.__tablename__ not in KEPT_AS_IT_IS:
                self.rows.setdefault(row, None)
        for row in session.dirty:
            state = inspect(row)
            for name in state.mapper.columns.keys():  # noqa: SIM118  (no plain mapping)
                history = state.attrs[name].history
                if not history.has_changes():
                    continue
                known = self.rows.setdefault(row, {})
                if known is not None:
                    self.is_spoilt = self.is_spoilt or not history.deleted
                    known.setdefault(name, history.deleted[0] if history.deleted else None)


_register: dict[str, Undoable] = {}
_reversals: dict[str, Callable[[Actor, Sequence[UUID]], None]] = {}
_offering: ContextVar[Offering | None] = ContextVar("offering", default=None)
_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)

BESIDE = {"notice.queued", "route.not_independent"}
"""Facts that come with a message which is taken back itself (note_step)."""


def register(
    command: str,
    *,
    permission: str,
    facts: Sequence[str],
    way_back: Any,
    check: Callable[[Actor, Sequence[Any]], None] | None = None,
) -> None:
    """Let a command be undone: one that nobody was told of, and that no second human saw."""
    _register[command] = Undoable(
        command, str(permission), frozenset(map(str, facts)), way_back, check
    )


def list_undoable() -> list[Undoable]:
    """All of them, by name."""
    return [_register[name] for name in sorted(_register)]


def register_step(kind: str, reverse: Callable[[Actor, Sequence[UUID]], None]) -> None:
    """Say how what ``note_step`` notes is taken back, all of one kind at once."""
    _reversals[kind] = reverse


@contextmanager
def offering() -> Iterator[Offering]:
    """Offer the undo of the command that runs within, where there is one."""
    offered = Offering()
    token = _offering.set(offered)
    try:
        yield offered
    finally:
        _offering.reset(token)


@contextmanager
def watching(command: str, actor: Actor) -> Iterator[None]:
    """Keep what a command changes, where its page offers an undo. For kernel.commands."""
    offered, rule = _offering.get(), _register.get(command)
    if offered is None or rule is None or _watch.get() is not None or actor.account_id is None:
        yield
        return
    offered.id = None  # another attempt of the same transaction
    session, watch = get_session(), _Watch()
    event.listen(session, "before_flush", watch.before_flush)
    token = _watch.set(watch)
    try:
        yield
        session.flush()
    finally:
        _watch.reset(token)
        event.remove(session, "before_flush", watch.before_flush)
    offered.id = _keep(watch, rule, actor)
    offered.way_back = rule.way_back


def note_fact(event_id: UUID, fields: Mapping[str, Any]) -> None:
    """Note what was recorded. For audit.record."""
    watch = _watch.get()
    if watch is not None:
        names = ("action", "person_id", "organisation_id", "subject_kind", "subject_id")
        watch.facts.append({"id": event_id, **{name: fields[name] for name in names}})


def note_step(kind: str, thing_id: UUID) -> None:
    """Note what was done past the session's rows; register_step says how it is taken back."""
    watch = _watch.get()
    if watch is not None:
        watch.others.append((kind, thing_id))


def _keep(watch: _Watch, rule: Undoable, actor: Actor) -> UUID | None:
    facts = [fact for fact in watch.facts if fact["action"] not in BESIDE]
    changed = [step for row, before in watch.rows.items() if (step := _describe(row, before))]
    hides = any(step is _SEALED for step in changed)
    if watch.is_spoilt or hides or not facts:
        return None
    if not {fact["action"] for fact in facts} <= rule.facts:
        return None
    steps = {"facts": facts, "rows": changed, "others": watch.others}
    offer = UndoOffer(
        id=new_id(),
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        command=rule.command,
        steps=encode_arguments(steps),
        offered_at=clock.now(),
    )
    get_session().add(offer)
    return offer.id


_SEALED: dict[str, Any] = {"sealed": True}


def _describe(row: Any, before: dict[str, Any] | None) -> dict[str, Any]:
    """A row's step: its table, key, and columns as they were (none: it was not) and are."""
    mapper = inspect(row).mapper
    columns = dict(mapper.columns.items())
    names = list(columns) if before is None else list(before)
    sealed = [name for name in names if isinstance(_plain(columns[name]), LargeBinary)]
    if sealed and before is not None:
        return _SEALED  # what somebody typed is not kept in a second place
    (key,) = mapper.primary_key
    now = {name: getattr(row, name) for name in names if name not in sealed}
    step = {"table": row.__tablename__, "key": getattr(row, key.name), "now": now}
    return step | {"before": before}


def _plain(column: Any) -> Any:
    return getattr(column.type, "impl_instance", column.type)


def lock_offer(actor: Actor, offer_id: UUID) -> tuple[UndoOffer, Undoable]:
    """The actor's own offer, locked, and what was registered of it. Raises NotFound."""
    offer = get_session().get(UndoOffer, offer_id, with_for_update=True, populate_existing=True)
    if offer is None or offer.command not in _register:
        raise NotFound
    if (offer.account_id, offer.organisation_id) != (actor.account_id, actor.organisation_id):
        raise NotFound
    return offer, _register[offer.command]


def list_facts(offer: UndoOffer) -> list[Fact]:
    """What the act recorded."""
    return [
        Fact(
            fact["id"],
            fact["action"],
            fact["person_id"],
            fact["organisation_id"],
            (fact["subject_kind"], fact["subject_id"]) if fact["subject_id"] else None,
        )
        for fact in decode_arguments(offer.steps)["facts"]
    ]


def take_back(actor: Actor, offer: UndoOffer, rule: Undoable) -> None:
    """Put everything back as it was, in the caller's transaction, which has the offer locked.

    Raises NotUndone after its time, and where anything of it was changed since.
    """
    if clock.now() - offer.offered_at > ACCEPTED:
        raise NotUndone(_("It is too late to undo this. %(way_back)s", way_back=str(rule.way_back)))
    kept = decode_arguments(offer.steps)
    session = get_session()
    rows = _lock_rows(kept["rows"], rule)
    for row, step in reversed(rows):
        before = step["before"]
        if before is None:
            session.delete(row)
            continue
        for name, value in before.items():
            setattr(row, name, step["now"][name] + 1 if name == "version" else value)
    if rule.check is not None:
        rule.check(actor, [row for row, step in rows if step["before"] is not None])
    for kind, reverse in _reversals.items():
        noted = [thing_id for noted_kind, thing_id in kept["others"] if noted_kind == kind]
        if noted:
            reverse(actor, noted)
    offer.undone_at = clock.now()
    session.flush()


def _lock_rows(steps: Sequence[dict[str, Any]], rule: Undoable) -> list[tuple[Any, dict[str, Any]]]:
    """The rows of an act, locked, what it found before what it made; each as it left them."""
    steps = sorted(steps, key=lambda step: step["before"] is None)
    classes = {mapper.class_.__tablename__: mapper for mapper in Base.registry.mappers}
    found: dict[tuple[str, UUID], Any] = {}
    for table in dict.fromkeys(step["table"] for step in steps):
        mapper = classes[table]
        (key,) = mapper.primary_key
        keys = [step["key"] for step in steps if step["table"] == table]
        query = select(mapper.class_).where(key.in_(keys)).order_by(key).with_for_update()
        for row in get_session().scalars(query.execution_options(populate_existing=True)):
            found[table, getattr(row, key.name)] = row
    rows = []
    for step in steps:
        row = found.get((step["table"], step["key"]))
        if row is None or any(getattr(row, name) != now for name, now in step["now"].items()):
            raise gone_on(rule.way_back)
        rows.append((row, step))
    return rows


def gone_on(way_back: Any) -> NotUndone:
    """The error of an act that cannot be undone because something was done since."""
    return NotUndone(
        _(
            "Something else was done since, so this cannot be undone. %(way_back)s",
            way_back=str(way_back),
        )
    )
