"""What is held about people, why, and what of it a person's access pack shows. Pure.

Each table is declared once (``Held``), with the activity it serves and each of its columns. Columns
whose name says what they are (a key, who acted, when) need not be named again: ``sort_column``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Activity(StrEnum):
    """What data are processed for (UK GDPR, Article 30(1)(b)): one closed list."""

    IDENTIFY = "identify"
    REACH = "reach"
    AUTHORITY = "authority"
    HELP = "help"
    APPLY = "apply"
    MONEY = "money"
    TELL = "tell"
    PROTECT = "protect"
    ANSWER = "answer"
    STAFF = "staff"
    SIGN_IN = "sign_in"
    OVERSEE = "oversee"
    RUN = "run"


class Sort(StrEnum):
    """What a column is, by its name alone; each sort has one purpose wherever it stands."""

    KEY = "key"
    ACTOR = "actor"
    MOMENT = "moment"
    PLACE = "place"
    REFERENCE = "reference"
    TRACE = "trace"
    WORKING = "working"


class Withheld(StrEnum):
    """Why a column is not in the pack: what the law lets, or tells, the controller leave out."""

    STORY = "story"  # told in words, in the list of what was done and who looked
    NUMBER = "number"  # ties rows together or keeps work in order; says nothing by itself
    SECRET = "secret"  # noqa: S105  would let somebody else in: codes, keys, printed numbers
    HARM = "harm"  # DPA 2018, Schedule 3, paragraph 5: serious harm; and silent help
    OTHERS = "others"  # DPA 2018, Schedule 2, paragraph 16: data about somebody else
    OVERSIGHT = "oversight"  # DPA 2018, Schedule 2, paragraphs 2 and 7: crime, audit
    COPY = "copy"  # given as a copy of the paper itself, at the desk that keeps it


class Kept(StrEnum):
    """How long a kind of record is kept: one line each in the table of retention rules."""

    PERSON = "person"
    CASE = "case"
    MONEY = "money"
    CONCERN = "concern"
    COMPLAINT = "complaint"
    COMPLAINT_WAY = "complaint_way"
    STAFF = "staff"
    JOURNAL = "journal"
    NOTICE = "notice"
    CODE = "code"
    QUEUE = "queue"
    UNSENT = "unsent"
    SIGN_IN = "sign_in"
    CERTIFICATE = "certificate"
    SETTINGS = "settings"


ACTORS = frozenset(
    {"account_id", "human_id", "assigned_to", "author_id", "declared_to", "asked_for"}
)
PLACES = frozenset({"organisation_id", "site_id", "place_id"})
KEYS = frozenset({"id", "sealed_for", "authority_kind"})
WORKING = frozenset(
    {
        "version",
        "attempts",
        "claim_token",
        "claimed_until",
        "last_failure",
        "tries",
        "position",
        "size",
        "due_at",
    }
)


def sort_column(name: str, *, is_fingerprint: bool = False) -> Sort | None:
    """What a column is by its name; None where its table has to say what it is for."""
    if is_fingerprint or name.endswith("_hash"):
        return Sort.TRACE
    if name in WORKING:
        return Sort.WORKING
    if name == "reference":
        return Sort.REFERENCE
    if name in PLACES or name.endswith("_organisation_id"):
        return Sort.PLACE
    is_actor = name.endswith(("_by", "_account_id", "_human_id", "_by_human"))
    if name in ACTORS or is_actor:
        return Sort.ACTOR
    if name in KEYS or name.endswith("_id"):
        return Sort.KEY
    if name.endswith(("_at", "_on", "_until")):
        return Sort.MOMENT
    return None


SHOWN_SORTS = frozenset({Sort.MOMENT, Sort.REFERENCE})
"""What the pack shows of these; the others are withheld as numbers, or told in the story."""


def withhold(columns: str, why: Withheld) -> dict[str, Withheld]:
    """The same reason for several columns, whose names are parted by spaces."""
    return dict.fromkeys(columns.split(), why)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Held:
    """One table: what it is for, how long it is kept, and what the pack does with its columns.

    ``shown``, ``away`` and ``settings`` are names parted by spaces. ``shown``: in the pack, under
    ``title``. ``away``: only in the copy that no colleague at a desk reads. ``address``: those of
    the shown that tell, or may tell, where somebody lives. ``withheld``: by name, and why.
    ``settings``: columns that are about no person who is helped. ``all_withheld``: no column is
    shown, for this reason. ``is_shared``: the organisations share it, so that any desk may give it;
    everything else is given by the organisation that keeps it (design, section 4, rule 12).
    """

    activity: Activity
    kept: Kept
    title: str = ""
    shown: str = ""
    away: str = ""
    address: str = ""
    settings: str = ""
    is_shared: bool = False
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    all_withheld: Withheld | None = None

    @property
    def named(self) -> frozenset[str]:
        """Every column that the declaration names."""
        return _words(f"{self.shown} {self.away} {self.settings}") | frozenset(self.withheld)

    def shows(self, column: str, *, is_fingerprint: bool = False, at_desk: bool = True) -> bool:
        """Whether the pack has this column."""
        if self.all_withheld or column in self.withheld:
            return False
        if column in _words(self.away):
            return not at_desk
        sort = sort_column(column, is_fingerprint=is_fingerprint)
        return column in _words(self.shown) or sort in SHOWN_SORTS

    def why_withheld(self, column: str, *, is_fingerprint: bool = False) -> Withheld | None:
        """Why a column that the pack does not show is left out; None where nobody has decided."""
        if column in self.withheld:
            return self.withheld[column]
        if self.all_withheld:
            return self.all_withheld
        if column in _words(f"{self.shown} {self.away}"):
            return None
        return {
            Sort.KEY: Withheld.NUMBER,
            Sort.WORKING: Withheld.NUMBER,
            Sort.TRACE: Withheld.SECRET,
            Sort.ACTOR: Withheld.STORY,
            Sort.PLACE: Withheld.STORY,
        }.get(sort_column(column, is_fingerprint=is_fingerprint) or Sort.MOMENT)

    def tells_address(self, column: str) -> bool:
        return column in _words(self.address)
