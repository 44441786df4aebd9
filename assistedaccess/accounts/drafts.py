"""Nothing typed is lost: what comes in after a sign-in has run out is kept for its own account.

The guard finds no live sign-in behind a POST, but the browser's token is known and ran out (idle,
after twelve hours, or the screen was locked): the fields are sealed for that account, for a day.
After the same account has signed in, the page comes back with them filled in. Passwords, codes,
tokens and files are never kept, and another account never sees any of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.card_numbers import holds_card_number
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.foreign_passwords import mask_password
from assistedaccess.kernel.ids import new_id

from . import rules
from .models import KeptForm

ARGUMENT = "kept"
"""The query argument by which a page is asked to show what was kept."""

_FIELD = "kept_form.fields"
_SECRET_WORDS = {"csrf", "password", "passcode", "code", "codes", "pin", "secret", "token"}
_WORDS = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Kept:
    """What was typed into the page at ``path``, in the order of its fields."""

    id: UUID
    path: str
    kept_at: datetime
    fields: tuple[tuple[str, str], ...]

    def as_form(self) -> MultiDict[str, str]:
        """As a form takes it."""
        return MultiDict(self.fields)


def is_secret(name: str) -> bool:
    """Whether a field of that name may hold a password or a code. A postcode is none."""
    words = _WORDS.findall(name.casefold())
    pairs = zip(["", *words], words, strict=False)
    return any(word in _SECRET_WORDS and before != "post" for before, word in pairs)


def choose_fields(sent: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What of a form is kept: everything that is no secret, no card's number and not empty.

    A password of the person within a longer text is taken out of it.
    """
    return [
        (name, mask_password(value))
        for name, value in sent
        if value and not is_secret(name) and not holds_card_number(value)
    ]


@command("accounts.keep_form")
def keep_form(*, actor: Actor, account_id: UUID, path: str, fields: list[tuple[str, str]]) -> UUID:
    """Keep what was typed for this account, for a day; returns the id to ask for it by.

    The newest twenty are kept.
    """
    session = get_session()
    kept_id = new_id()
    now = clock.now()
    session.add(
        KeptForm(
            id=kept_id,
            account_id=account_id,
            path=path,
            fields=encryption.seal(account_id, _FIELD, json.dumps(fields)),
            kept_at=now,
            expires_at=now + rules.KEPT_FOR,
        )
    )
    session.flush()
    newest = (
        select(KeptForm.id)
        .where(KeptForm.account_id == account_id)
        .order_by(KeptForm.id.desc())
        .limit(rules.MOST_KEPT_FORMS)
    )
    session.execute(
        delete(KeptForm)
        .where(KeptForm.account_id == account_id, KeptForm.id.not_in(newest))
        .execution_options(synchronize_session=False)
    )
    record(Action.FORM_KEPT, actor=actor, subject=("account", account_id))
    return kept_id


def find_kept(account_id: UUID, kept_id: UUID) -> Kept | None:
    """What was kept under this id, where it belongs to this account and its day is not over."""
    row = get_session().get(KeptForm, kept_id)
    if row is None or row.account_id != account_id or row.expires_at <= clock.now():
        return None
    fields = json.loads(encryption.unseal(account_id, _FIELD, row.fields))
    return Kept(row.id, row.path, row.kept_at, tuple((name, value) for name, value in fields))


@command("accounts.drop_kept_form")
def drop_kept_form(*, actor: Actor, kept_id: UUID) -> UUID:
    """Delete what was kept: it has been saved, or is not wanted. Raises NotFound."""
    row = get_session().get(KeptForm, kept_id, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound
    get_session().delete(row)
    record(Action.FORM_DROPPED, actor=actor, subject=("account", row.account_id))
    return row.id


def with_argument(path: str, kept_id: UUID) -> str:
    """``path``, asking for what was kept."""
    return f"{path}{'&' if '?' in path else '?'}{ARGUMENT}={kept_id}"
