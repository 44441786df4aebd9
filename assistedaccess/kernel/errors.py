"""The errors that a command may end with, each with plain words for the one who sees it.

Subclasses are named for the rule they enforce (``DelegationExpired``) and live beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .commands import Call


class DomainError(Exception):
    """Something that a person can understand and mend. ``words`` is shown as it stands.

    ``call`` is the command that ended so; the command's wrapper sets it.
    """

    call: Call | None = None

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class NotFound(DomainError):
    """No such record, or none that this actor may know of: the two are told alike."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)


class InvalidInput(DomainError):
    """A value that no rule allows; ``field`` names the form field to show it at."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Refused(DomainError):
    """A rule says no. The refusal is recorded in a transaction of its own.

    ``reason_code`` is for the journal and for tests, ``words`` say what happened, ``next_step``
    what can be done lawfully instead. ``rules``: the versions of the rules behind it, for the
    journal.
    """

    reason_code: ClassVar[str] = "refused"

    def __init__(self, words: str, *, next_step: str = "", reason_code: str | None = None) -> None:
        super().__init__(words)
        self.next_step = next_step
        self.code = reason_code or self.reason_code
        self.rules: dict[str, str] = {}


class RefusedInput(InvalidInput, Refused):
    """A value that goes against what is so already, shown at ``field``: no slip of the pen but an
    attempt, and a fact as any refusal."""


class StaleVersion(Refused):
    """Somebody else changed the record since this page was opened."""

    reason_code = "stale_version"


class TooManyAttempts(Refused):
    """A counter is full; ``retry_after`` is in seconds."""

    reason_code = "too_many_attempts"

    def __init__(self, words: str, *, retry_after: int, next_step: str = "") -> None:
        super().__init__(words, next_step=next_step)
        self.retry_after = retry_after


class Held(DomainError):
    """The act waits for a second human; nothing of it has taken effect.

    ``reasons`` are the reason codes of the verdict; ``approvals`` stores the pending act from the
    act_held event and puts its reference here. ``deciding_role``: the one role that may decide.
    ``rules``: for each reason, the version of the rule that gave it, for the journal.
    """

    def __init__(
        self, words: str, *, reasons: tuple[str, ...], deciding_role: str | None = None
    ) -> None:
        super().__init__(words)
        self.reasons = reasons
        self.deciding_role = deciding_role
        self.pending_reference = ""
        self.rules: dict[str, str] = {}
