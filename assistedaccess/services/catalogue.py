"""The catalogue as files: what each service is, for whom, by when, and who may declare.

One ``<slug>.service.json`` beside its form definition. Facts carry their sources; a file that is
incomplete is an error at start-up and in the tests, never a half-filled page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from assistedaccess.kernel.text import fold_text
from assistedaccess.organisations.rules import RegulatedHelp
from assistedaccess.services.text import Text, read_text

DEFINITIONS = Path(__file__).resolve().parent / "definitions"
NATIONS = {"E": "England", "W": "Wales", "S": "Scotland", "N": "Northern Ireland"}
DECLARERS = {
    "person",
    "partner",
    "parent",
    "helper_under_delegation",
    "appointee",
    "attorney",
    "deputy",
    "guardian",
    "controller",
    "third_party_special_rules",
}
RISKS = {"ordinary", "risky"}
WAYS_OUT = {"typed_elsewhere", "data", "posted"}
REGULATED = {str(kind) for kind in RegulatedHelp}
DRAFT = "-draft"
AUTHORITIES = {"explicit_consent", "signed_letter"}
"""What the other side takes as the person's word that somebody else may deal with it for them."""


class IncompleteEntry(ValueError):
    """A catalogue file lacks something, or says what has no meaning; the text says what."""


@dataclass(frozen=True)
class Fee:
    """What applying costs, in pence; ``by_nation`` where it differs."""

    pence: int
    by_nation: Mapping[str, int]
    words: Text

    def for_nation(self, nation: str) -> int:
        """The fee in ``nation`` (E, W, S or N)."""
        return self.by_nation.get(nation, self.pence)


@dataclass(frozen=True)
class EmergencyHelp:
    """What a fund gives at once: at most so much to one person in so many days, in pence; and how
    much of it at one time without a second human before."""

    most_pence: int
    within_days: int
    at_once_pence: int


@dataclass(frozen=True)
class ChallengeStep:
    """One step of challenging a decision; ``months`` or ``days`` where the limit is a number."""

    what: Text
    to: Text
    within: Text
    months: int | None = None
    days: int | None = None


@dataclass(frozen=True)
class Challenge:
    """How a decision is challenged in some nations, and where that is laid down."""

    nations: tuple[str, ...]
    steps: tuple[ChallengeStep, ...]
    source: str


@dataclass(frozen=True)
class ClaimDate:
    """Whether the date of a claim is protected from the first contact, and for how many days."""

    protected: bool
    words: Text
    days: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Source:
    """Where a fact comes from."""

    title: str
    publisher: str
    url: str


@dataclass(frozen=True)
class AcceptedAuthority:
    """What the other side asks to see before it deals with somebody else than the person.

    ``months``: for how long it surely counts there; None where it counts as long as it says.
    """

    kind: str
    accepts: Text
    lasts: Text
    months: int | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ServiceEntry:
    """One service of the catalogue; ``form_file`` is None where only help elsewhere is recorded."""

    slug: str
    name: Text
    summary: Text
    run_by: Text
    nations: tuple[str, ...]
    who_can_get_it: Text
    worth: Text
    fee: Fee
    decision_weeks: int | None
    decision_words: Text
    evidence: tuple[Text, ...]
    may_declare: frozenset[str]
    declaring: Text
    authority: AcceptedAuthority
    claim_date: ClaimDate
    challenges: tuple[Challenge, ...]
    special_rules: Text
    regulated_help: str
    risk: str
    ways_out: tuple[str, ...]
    where_to_get_help: tuple[Text, ...]
    search_words: Mapping[str, tuple[str, ...]]
    sources: tuple[Source, ...]
    form_file: Path | None
    changes_to: str  # the service whose changes this form tells of; empty where it tells of none
    pays_money: bool  # to the person, so that there are payment details to change
    is_sensitive: bool  # its very name may tell of an illness: unless the file says otherwise
    emergency_help: EmergencyHelp | None = None

    def challenge_in(self, nation: str) -> Challenge | None:
        """How a decision is challenged in ``nation`` (E, W, S or N)."""
        return next((c for c in self.challenges if nation in c.nations), None)

    @cached_property
    def search_texts(self) -> tuple[str, ...]:
        """What is searched, folded, the best first: names, search words, all that is said of it."""
        names = list(self.name.in_all_languages())
        said = [word for words in self.search_words.values() for word in words]
        about = [words for text in self._list_texts() for words in text.in_all_languages()]
        texts = (names, names + said, names + said + about)
        return tuple(f" {fold_text(' '.join(words))}" for words in texts)

    def _list_texts(self) -> Iterator[Text]:
        yield from (self.summary, self.run_by, self.who_can_get_it, self.worth, self.fee.words)
        yield from (self.decision_words, self.declaring, self.claim_date.words, self.special_rules)
        yield from (self.authority.accepts, self.authority.lasts)
        yield from (*self.evidence, *self.where_to_get_help)
        for challenge in self.challenges:
            for step in challenge.steps:
                yield from (step.what, step.to, step.within)


def read_entry(raw: Mapping[str, Any], folder: Path, *, with_drafts: bool = False) -> ServiceEntry:
    """The entry in ``raw``, whose form lies in ``folder``. Raises IncompleteEntry.

    A text in a language that nobody has approved yet stands under its code and ``-draft``. It is
    searched, and shown with ``with_drafts`` alone: otherwise the English stands in its place.
    """
    reader = _Reader(_take_drafts(raw) if with_drafts else raw)
    nations = reader.codes("nations", set(NATIONS))
    decision = reader.part("decision")
    entry = ServiceEntry(
        slug=reader.word("slug"),
        name=reader.text("name"),
        summary=reader.text("summary"),
        run_by=reader.text("run_by"),
        nations=nations,
        who_can_get_it=reader.text("who_can_get_it"),
        worth=reader.text("worth"),
        fee=_read_fee(reader),
        decision_weeks=decision.number("weeks"),
        decision_words=decision.text("words"),
        evidence=tuple(read_text(item) for item in reader.list("evidence")),
        may_declare=frozenset(reader.codes("may_declare", DECLARERS)),
        declaring=reader.text("declaring"),
        authority=_read_authority(reader.part("authority")),
        claim_date=_read_claim_date(reader.part("claim_date")),
        challenges=tuple(_read_challenge(_Reader(c)) for c in reader.list("challenge")),
        special_rules=read_text(reader.raw.get("special_rules")),
        regulated_help=reader.choice("regulated_help", REGULATED | {None}) or "",
        risk=str(reader.choice("risk", RISKS)),
        ways_out=reader.codes("ways_out", WAYS_OUT),
        where_to_get_help=tuple(read_text(item) for item in reader.list("where_to_get_help")),
        search_words={
            language: tuple(map(str, words))
            for language, words in reader.part("search_words").raw.items()
        },
        sources=tuple(_read_source(_Reader(s)) for s in reader.list("sources")),
        form_file=folder / reader.word("form") if "form" in raw else None,
        changes_to=str(raw.get("changes_to", "")),
        pays_money=raw.get("pays_money") is True,
        is_sensitive=raw.get("sensitive") is not False,
        emergency_help=_read_emergency_help(reader) if "emergency_help" in raw else None,
    )
    covered = {nation for challenge in entry.challenges for nation in challenge.nations}
    if covered != set(nations):
        raise IncompleteEntry(f"{entry.slug}: how to challenge a decision is not said everywhere")
    return entry


def _take_drafts(raw: Any) -> Any:
    """``raw`` with each draft in the place of the text of its language, where there is none."""
    if isinstance(raw, list):
        return [_take_drafts(each) for each in raw]
    if not isinstance(raw, Mapping):
        return raw
    drafts = {k.removesuffix(DRAFT): v for k, v in raw.items() if k.endswith(DRAFT)}
    said = {k: _take_drafts(v) for k, v in raw.items() if not k.endswith(DRAFT)}
    return drafts | said


class _Reader:
    """Takes a raw object apart and insists on what must be there."""

    def __init__(self, raw: object) -> None:
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}

    def word(self, key: str) -> str:
        value = self.raw.get(key)
        if not isinstance(value, str) or not value:
            raise IncompleteEntry(f"“{key}” is missing in {self.raw.get('slug', 'an entry')}")
        return value

    def text(self, key: str) -> Text:
        text = read_text(self.raw.get(key))
        if not text:
            raise IncompleteEntry(f"“{key}” is missing in {self.raw.get('slug', 'an entry')}")
        return text

    def part(self, key: str) -> _Reader:
        return _Reader(self.raw.get(key))

    def list(self, key: str) -> list[Any]:
        value = self.raw.get(key)
        if not isinstance(value, list) or not value:
            raise IncompleteEntry(f"“{key}” is missing in {self.raw.get('slug', 'an entry')}")
        return value

    def number(self, key: str) -> int | None:
        value = self.raw.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def codes(self, key: str, allowed: set[str]) -> tuple[str, ...]:
        values = tuple(str(value) for value in self.list(key))
        if not set(values) <= allowed:
            raise IncompleteEntry(f"“{key}” holds an unknown word: {set(values) - allowed}")
        return values

    def choice(self, key: str, allowed: set[Any]) -> Any:
        value = self.raw.get(key)
        if value not in allowed:
            raise IncompleteEntry(f"“{key}” holds an unknown word: {value}")
        return value


def _read_fee(reader: _Reader) -> Fee:
    fee = reader.part("fee")
    pence = fee.number("pence")
    if pence is None or pence < 0:
        raise IncompleteEntry("the fee is missing")
    return Fee(pence, dict(fee.part("by_nation").raw), fee.text("words"))


def _read_authority(reader: _Reader) -> AcceptedAuthority:
    sources = reader.raw.get("sources") or []
    return AcceptedAuthority(
        kind=str(reader.choice("kind", AUTHORITIES)),
        accepts=reader.text("accepts"),
        lasts=reader.text("lasts"),
        months=reader.number("months"),
        sources=tuple(_read_source(_Reader(one)) for one in sources),
    )


def _read_emergency_help(reader: _Reader) -> EmergencyHelp:
    part = reader.part("emergency_help")
    numbers = [part.number(name) for name in ("most_pence", "within_days", "at_once_pence")]
    if any(number is None or number <= 0 for number in numbers):
        raise IncompleteEntry("the terms of emergency help are not whole")
    most, days, at_once = (number or 0 for number in numbers)
    return EmergencyHelp(most, days, at_once)


def _read_claim_date(reader: _Reader) -> ClaimDate:
    protected = reader.raw.get("protected")
    if not isinstance(protected, bool):
        raise IncompleteEntry("whether the date of the claim is protected is missing")
    source = reader.word("source") if protected else ""
    return ClaimDate(protected, reader.text("words"), reader.number("days"), source)


def _read_challenge(reader: _Reader) -> Challenge:
    steps = tuple(
        ChallengeStep(
            step.text("what"),
            step.text("to"),
            step.text("within"),
            step.number("months"),
            step.number("days"),
        )
        for step in map(_Reader, reader.list("steps"))
    )
    return Challenge(reader.codes("nations", set(NATIONS)), steps, reader.word("source"))


def _read_source(reader: _Reader) -> Source:
    return Source(reader.word("title"), reader.word("publisher"), reader.word("url"))


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = DEFINITIONS) -> tuple[ServiceEntry, ...]:
    """All entries in ``folder``, by name. Raises IncompleteEntry for a file that is not whole."""
    entries = []
    for file in sorted(folder.glob("*.service.json")):
        entries.append(read_entry(json.loads(file.read_text(encoding="utf-8")), folder))
    return tuple(sorted(entries, key=lambda entry: entry.name.en))


__all__ = ["DEFINITIONS", "NATIONS", "ServiceEntry", "load_catalogue", "read_entry"]
