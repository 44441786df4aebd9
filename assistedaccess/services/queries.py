"""Questions about services: one statement a minute in each process, however often they are asked.

The catalogue is the same for everybody and holds nobody's data.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.drafts import shows_drafts
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.text import fold_text
from assistedaccess.kernel.transactions import get_database, get_transaction
from assistedaccess.organisations.rules import Nation

from .catalogue import DEFINITIONS, ServiceEntry, read_entry
from .definition import Definition
from .models import FormDefinition, Service
from .parsing import parse_definition
from .words import NATION_NAMES, WORDS

NATION_CODES: dict[str, str] = {
    Nation.ENGLAND: "E",
    Nation.WALES: "W",
    Nation.SCOTLAND: "S",
    Nation.NORTHERN_IRELAND: "N",
}
"""The catalogue's letter for each nation."""


@dataclass(frozen=True)
class ServiceView:
    """A service with its form in force: ``form_definition_id`` and ``form_hash``, or None."""

    entry: ServiceEntry
    form_definition_id: UUID | None
    form_version: int | None
    form_hash: str | None

    @property
    def key(self) -> str:
        return self.entry.slug

    @property
    def has_form(self) -> bool:
        return self.form_definition_id is not None

    def name(self, language: str) -> str:
        """The name as people say it."""
        return self.entry.name.in_language(language)


class DefinitionAltered(RuntimeError):
    """The bytes of a form in the database are not those that were published."""


# By the hash of the file, and whether drafts are shown; a few dozen at most.
_ENTRIES: dict[tuple[str, bool], ServiceEntry] = {}


@cache
def _services() -> Select[*tuple[Any, ...]]:
    return select(
        Service.facts,
        Service.facts_hash,
        FormDefinition.id,
        FormDefinition.version,
        FormDefinition.hash,
    ).outerjoin(FormDefinition, FormDefinition.id == Service.form_definition_id)


def _view(row: Row[Any]) -> ServiceView:
    key = (row.facts_hash, shows_drafts())
    if key not in _ENTRIES:
        _ENTRIES[key] = read_entry(row.facts, DEFINITIONS, with_drafts=key[1])
    return ServiceView(_ENTRIES[key], row.id, row.version, row.hash)


_KEPT = "services"
_PUBLISHING = "services.publishing"
KEPT_FOR = timedelta(minutes=1)
"""How long a process goes by the catalogue that it has read. An upgrade changes it, or a form that
two humans put in force: for so long other processes may still begin under the one before."""


def _list_all() -> dict[str, ServiceView]:
    """The whole catalogue by its keys: a few dozen rows."""
    kept = get_database().remembered
    read_at, found = kept.get(_KEPT, (None, {}))
    publishes = _PUBLISHING in get_session().info
    if read_at is None or publishes or abs(clock.now() - read_at) >= KEPT_FOR:
        found = {view.key: view for view in map(_view, get_session().execute(_services()))}
        if not publishes:  # what is not committed is nobody else's to see
            kept[_KEPT] = (clock.now(), found)
    return found


def forget_found() -> None:
    """Have services asked for anew: this transaction publishes some."""
    get_session().info[_PUBLISHING] = True
    kept = get_database().remembered
    get_transaction().after_commit.append(lambda: kept.pop(_KEPT, None))


def find_service(key: str) -> ServiceView | None:
    """The service of that key."""
    return _list_all().get(key)


def find_change_service(key: str) -> ServiceView | None:
    """The service by whose form changes of the service of that key are told, where there is one."""
    return next((v for v in _list_all().values() if v.entry.changes_to == key), None)


def get_service(key: str) -> ServiceView:
    """As find_service. Raises NotFound."""
    found = find_service(key)
    if found is None:
        raise NotFound
    return found


def list_services(nation: str | None = None, words: str = "") -> list[ServiceView]:
    """The services there are in ``nation`` (everywhere when None).

    With ``words``: those of which each word is said in a name, in the search words or in anything
    else that the catalogue says, in English or Welsh, the best first; without, all by name.
    """
    code = NATION_CODES.get(nation or "")
    found = [view for view in _list_all().values() if code is None or code in view.entry.nations]
    wanted = fold_text(words).split()
    if not wanted:
        return sorted(found, key=lambda view: view.entry.name.en)
    ranked = [(_rank(view.entry, wanted), view) for view in found]
    return [
        view
        for rank, view in sorted(ranked, key=lambda pair: (pair[0], pair[1].entry.name.en))
        if rank < _NO_MATCH
    ]


def get_newest_form(key: str) -> UUID:
    """The newest version of a form that belongs to no one service. Raises NotFound."""
    found: UUID | None = get_session().scalar(
        select(FormDefinition.id)
        .where(FormDefinition.service_key == key)
        .order_by(FormDefinition.version.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


_NO_MATCH = 9


def _rank(entry: ServiceEntry, wanted: list[str]) -> int:
    """How well an entry is meant: 0 by name, 1 by its search words, 2 by anything else it says."""
    names, searched, said = entry.search_texts
    for rank, text in enumerate((names, searched, f"{said} {_say_codes(entry)}")):
        # A word is found where one begins with it: "park" finds "parking".
        if all(f" {word}" in text for word in wanted):
            return rank
    return _NO_MATCH


def _say_codes(entry: ServiceEntry) -> str:
    """What the pages say for the codes of an entry, in the reader's language, folded."""
    codes = (*entry.ways_out, entry.regulated_help, entry.risk)
    said = [WORDS[code] for code in codes] + [NATION_NAMES[code] for code in entry.nations]
    return fold_text(" ".join(map(str, said)))


@lru_cache(maxsize=200)
def get_definition(form_hash: str) -> Definition:
    """The parsed form whose bytes have that SHA-256; at most one statement a process.

    Raises NotFound, and DefinitionAltered where the stored bytes have another hash.
    """
    body = get_session().scalar(
        select(FormDefinition.body).where(FormDefinition.hash == form_hash).limit(1)
    )
    if body is None:
        raise NotFound
    return parse_definition(decode_form(body, form_hash))


def decode_form(body: bytes, form_hash: str) -> Any:
    """The JSON of a stored form. Raises DefinitionAltered where the bytes have another hash."""
    if hashlib.sha256(body).hexdigest() != form_hash:
        raise DefinitionAltered(form_hash)
    return json.loads(body)
