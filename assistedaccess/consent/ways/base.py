"""What a way of confirming is, and the register of those that there are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel.actor import Actor
from assistedaccess.people.models import Person

from ..models import ConsentRequest
from ..rules import VisitChannel
from ..rules_strength import (
    Assessment,
    Evidence,
    OwnPart,
    compute_strength,
    needs_interpreter,
)


@dataclass(frozen=True)
class Attachment:
    """A picture that belongs to the evidence; ``kind`` says of what."""

    kind: str
    content: bytes
    media_type: str
    likeness: str
    """What is equal in two pictures that show the same: one is not taken twice."""
    traces: tuple[str, ...] = ()
    """What is equal in two signatures of one hand, or nearly; none of a form's photograph."""
    quarters: tuple[str, ...] = ()
    """What stays equal where a copy was changed in one place; none of a form's photograph, since
    all forms are printed alike."""
    field: str = "picture"
    """Where the page says it, if it was used before."""


@dataclass(frozen=True)
class Confirmed:
    """The person confirmed: what to weigh, and what to keep (sealed) as evidence.

    ``promised`` is what the evidence will be once what is still to come has come (a paper, a second
    human's word): powers beyond today's strength wait for it.
    """

    evidence: Evidence
    kept: Mapping[str, str] = field(default_factory=dict)
    contact_point_id: UUID | None = None
    witness_human_id: UUID | None = None
    attachment: Attachment | None = None
    promised: Evidence | None = None
    paper_is_due: bool = False


@dataclass(frozen=True)
class NotConfirmed:
    """What was given does not confirm; it is recorded, and ``words`` are shown at ``field``."""

    field: str
    words: str


@dataclass(frozen=True)
class Asking:
    """Who asks whom for what, as a way sees it. ``channel`` is the visit's."""

    actor: Actor
    person: Person
    request: ConsentRequest
    channel: VisitChannel

    @property
    def is_by_telephone(self) -> bool:
        return self.channel is VisitChannel.TELEPHONE

    @property
    def needs_interpreter(self) -> bool:
        """Whether the person understands the words of the request through an interpreter alone."""
        return _needs_interpreter(self.person, self.request)


class Way(ABC):
    """One way of confirming. ``key`` is its word in the journal, in addresses and in the rules."""

    key: ClassVar[str]

    def find_obstacle(self, asking: Asking) -> str:
        """Why this way is not open now, in words to show; empty where it is."""
        return ""

    def weigh(self, kept: Mapping[str, str], part: OwnPart) -> Evidence:
        """What was kept, with what whoever was named has left of their own, to be weighed anew.

        For the ways in which somebody is named whose own word can come later.
        """
        raise NotImplementedError

    @abstractmethod
    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        """Check what was given, inside the command that records the consent.

        Raises InvalidInput at a field, or Refused: nothing of it is then kept.
        """


def weigh(evidence: Evidence, person: Person, request: ConsentRequest) -> Assessment:
    """What the evidence is worth under the words of a request, which this person heard or read."""
    heard = replace(evidence, needs_interpreter=_needs_interpreter(person, request))
    return compute_strength(heard)


def _needs_interpreter(person: Person, request: ConsentRequest) -> bool:
    return needs_interpreter(
        needed=person.needs_interpreter, spoken=person.spoken_language, language=request.language
    )


def needs_presence(asking: Asking) -> str:
    """The obstacle of every way for which the person has to be there."""
    return _("The person is on the telephone.") if asking.is_by_telephone else ""


_ways: dict[str, Way] = {}


def register_way(way: Way) -> None:
    """Offer ``way`` to whoever asks a person, once, however often this is said."""
    _ways.setdefault(way.key, way)


def list_ways() -> list[Way]:
    """All ways, in the order in which they are offered."""
    return list(_ways.values())


def find_way(key: str) -> Way | None:
    """The way of that name."""
    return _ways.get(key)
