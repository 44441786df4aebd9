"""What of a pending act is sealed, for the person it is about, else for the account that asked."""

from __future__ import annotations

from typing import Any

from assistedaccess.kernel import encryption
from assistedaccess.kernel.arguments import decode_arguments
from assistedaccess.kernel.encryption import KeyForgotten

from .models import PendingAct

ARGUMENTS = "pending_act.arguments"
DECISION_REASON = "pending_act.decision_reason"
HAND_BACK_REASON = "pending_act_draw.words"


def open_arguments(row: PendingAct) -> dict[str, Any] | None:
    """The arguments as the command takes them; None once the person has been erased."""
    try:
        return decode_arguments(encryption.unseal(row.sealed_for, ARGUMENTS, row.arguments))
    except KeyForgotten:
        return None


def open_reason(row: PendingAct) -> str:
    """The reviewer's reason, as whoever asked reads it; empty where there is none (any more)."""
    if row.decision_reason is None:
        return ""
    try:
        return encryption.unseal(row.sealed_for, DECISION_REASON, row.decision_reason)
    except KeyForgotten:
        return ""


def seal_words(row: PendingAct, field: str, words: str | None) -> bytes | None:
    """``words`` sealed like the act itself; None when its key has been forgotten."""
    if words is None:
        return None
    try:
        return encryption.seal(row.sealed_for, field, words)
    except KeyForgotten:
        return None
