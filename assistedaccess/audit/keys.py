"""The journal's keys: the one that signs now, and those before it, each letting in the next.

A key is one of the installation's (kernel.encryption), wrapped by the master key. The public halves
stand in a table that only grows. Who holds the verifier of any key of the past follows the notes
from there to the one of today.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session, metadata
from assistedaccess.kernel.encryption import get_installation_key
from assistedaccess.kernel.transactions import get_transaction

from .models_tree import AuditKey
from .notes import BadNote, Verifier, make_verifier, open_note, read_verifier, sign_note

PURPOSE = "journal"
ORIGIN = "assistedaccess/journal"
"""The name of a journal that is given none."""


@dataclass(frozen=True)
class Signer:
    """The key that signs for the journal now."""

    number: int
    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return make_verifier(self.name, self.key)


def ensure_key(name: str = ORIGIN) -> Signer:
    """The journal's key, made the first time this is asked for, under ``name``."""
    newest = _find_newest()
    if newest is None:
        key = _private_key(1)
        _store(1, name, key, None)
        return Signer(1, name, key)
    return Signer(newest.number, newest.name, _private_key(newest.number))


def current_signer() -> Signer:
    """The key that signs now. A journal that has none yet gets it: within a transaction only."""
    return ensure_key()


def list_keys() -> list[AuditKey]:
    """Every key of the journal, the first first."""
    return list(get_session().scalars(select(AuditKey).order_by(AuditKey.number)))


def list_verifiers() -> list[Verifier]:
    """The verifiers of every key that the one before it has let in, the first first.

    A key in the table that nobody let in counts for nothing, nor does any after it.
    """
    return _follow(list_keys())


def _follow(keys: list[AuditKey]) -> list[Verifier]:
    verifiers: list[Verifier] = []
    for key in keys:
        verifier = Verifier(key.name, key.public_key)
        if verifiers and not is_let_in(verifier, key.endorsement, verifiers[-1]):
            break
        verifiers.append(verifier)
    return verifiers


def write_keys() -> dict[str, str]:
    """The files that tell the keys: ``key.pub``, that of today; ``keys.jsonl``, each with the note
    by which the one before let it in."""
    keys = list_keys()
    verifiers = _follow(keys)
    rows = [
        {"key": str(verifier), "note": key.endorsement}
        for verifier, key in zip(verifiers, keys, strict=False)
    ]
    return {
        "key.pub": f"{verifiers[-1]}\n",
        "keys.jsonl": "".join(json.dumps(row) + "\n" for row in rows),
    }


def is_let_in(new: Verifier, endorsement: str | None, old: Verifier) -> bool:
    """Whether ``endorsement`` is the note by which ``old`` let ``new`` in."""
    try:
        text, _ = open_note(endorsement or "", [old])
        origin, what, given = text.rstrip("\n").split("\n")
        return (origin, what) == (old.name, "next key") and read_verifier(given) == new
    except (BadNote, ValueError):
        return False


def rotate_key() -> Signer:
    """Let a new key sign from now on; the old one says so, and then has nothing more to do.

    Runs inside the caller's transaction, which records it.
    """
    old = ensure_key()
    number = old.number + 1
    key = _private_key(number)
    verifier = make_verifier(old.name, key)
    endorsement = sign_note(f"{old.name}\nnext key\n{verifier}\n", old.name, old.key)
    _store(number, old.name, key, endorsement)
    return Signer(number, old.name, key)


def _private_key(number: int) -> Ed25519PrivateKey:
    purpose = PURPOSE if number == 1 else f"{PURPOSE} {number}"
    return Ed25519PrivateKey.from_private_bytes(get_installation_key(purpose))


_NEWEST = select(AuditKey.number, AuditKey.name).order_by(AuditKey.number.desc()).limit(1)


def _find_newest():
    return get_session().execute(_NEWEST).one_or_none()


def _store(number: int, name: str, key: Ed25519PrivateKey, endorsement: str | None) -> None:
    get_transaction()  # a key that is not committed signs nothing
    get_session().execute(
        insert(metadata.tables[AuditKey.__tablename__]),
        [
            {
                "number": number,
                "name": name,
                "public_key": make_verifier(name, key).public_key,
                "endorsement": endorsement,
                "started_at": clock.now(),
            }
        ],
    )
