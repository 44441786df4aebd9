"""What is sent twice happens once: a double click, the back button, two tabs of one page.

The page carries a random key in a hidden field. Inside its transaction the command claims the key;
the second of two equal requests waits for the first, and is answered with what the first made.

    made = idempotency.claim(actor, "people.register_person", request_key)
    if made is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("person", made))
        return made
    …
    idempotency.settle(actor, "people.register_person", request_key, person_id)
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .actor import Actor
from .database import Base, get_session
from .errors import InvalidInput

_FORM = re.compile(r"[A-Za-z0-9_-]{16,64}")


class RequestKey(Base):
    """A key that a command has seen: a hash of it with who sent it and for what.

    ``result_id`` is what the command made; None while it has made nothing (it asked back).
    """

    __tablename__ = "request_key"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    result_id: Mapped[UUID | None]
    claimed_at: Mapped[datetime] = mapped_column(index=True)


def new_request_key() -> str:
    """A key for a page that is about to be shown: the default of its hidden field."""
    return secrets.token_urlsafe(18)


def claim(actor: Actor, purpose: str, key: str) -> UUID | None:
    """What this actor's request with that key has already made, or None: go on, then settle.

    Two requests with one key run one after the other. Raises InvalidInput for a key that no page
    of ours carries.
    """
    if not _FORM.fullmatch(key or ""):
        raise InvalidInput("request_key", "Open the page again and send it once more.")
    session = get_session()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    key_hash = _hash(actor, purpose, key)
    is_new = session.scalar(
        insert(RequestKey)
        .values(key_hash=key_hash, claimed_at=clock.now())
        .on_conflict_do_nothing()
        .returning(RequestKey.key_hash)
    )
    if is_new is not None:
        return None
    result: UUID | None = session.scalars(
        select(RequestKey.result_id).where(RequestKey.key_hash == key_hash).with_for_update()
    ).one()
    return result


def settle(actor: Actor, purpose: str, key: str, result_id: UUID) -> None:
    """Keep what the request has made, for its repeats."""
    get_session().execute(
        update(RequestKey)
        .where(RequestKey.key_hash == _hash(actor, purpose, key))
        .values(result_id=result_id)
        .execution_options(synchronize_session=False)
    )


def _hash(actor: Actor, purpose: str, key: str) -> bytes:
    # Bound to the actor: nobody learns of another's result by a key seen on their screen, nor an
    # account, under one of its hats, of what it made at another organisation.
    whose = actor.account_id or actor.person_id or actor.kind
    bound = f"{purpose}|{whose}|{actor.organisation_id}|{key}"
    return hashlib.sha256(bound.encode()).digest()
