"""What a browser may show once: codes that were just issued, sealed in its sign-in for a while.

They are stored as hashes; this is the one place from which they can be read back, by this browser
alone, until the page that shows them is left.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session

from .models import SignIn

_FIELD = "sign_in.shown_once"


@dataclass(frozen=True)
class ShownOnce:
    """``kind`` says which page shows it; ``about`` is the id of what the codes belong to."""

    kind: str
    about: str
    codes: tuple[str, ...]


def keep(row: SignIn, kind: str, about: UUID, codes: list[str]) -> None:
    """Let this sign-in show ``codes``, instead of what it could show before."""
    text = json.dumps({"kind": kind, "about": str(about), "codes": codes})
    row.shown_once = encryption.seal(row.account_id, _FIELD, text)


def find(sign_in_id: UUID, kind: str) -> ShownOnce | None:
    """What this sign-in may show on the page of that kind, or None."""
    row = (
        get_session()
        .execute(
            select(SignIn.account_id, SignIn.shown_once).where(
                SignIn.id == sign_in_id, SignIn.ended_at.is_(None)
            )
        )
        .first()
    )
    if row is None or row.shown_once is None:
        return None
    held = json.loads(encryption.unseal(row.account_id, _FIELD, row.shown_once))
    if held["kind"] != kind:
        return None
    return ShownOnce(kind, held["about"], tuple(held["codes"]))
