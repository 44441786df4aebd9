"""What others may want to know of cases: told inside the command's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from assistedaccess.kernel.actor import Actor


@dataclass(frozen=True)
class CaseClosed:
    """Nothing is done for a case any more, until somebody opens it again."""

    case_id: UUID
    actor: Actor


@dataclass(frozen=True)
class CasesReassigned:
    """A manager gave somebody's open cases to a colleague."""

    case_ids: Sequence[UUID]
    former: UUID
    account_id: UUID
    actor: Actor


@dataclass(frozen=True)
class CaseHandedOver:
    """Another organisation took a case: ``new_case_id`` is its own."""

    case_id: UUID
    new_case_id: UUID
    actor: Actor
