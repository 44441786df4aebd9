"""What ties a helper to a document or a letter: as to a form of the case's service (A20)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_
from sqlalchemy.orm import aliased

from assistedaccess.access import Role
from assistedaccess.applications.ties import LEFT_OUT, is_tied
from assistedaccess.audit.explain import BY_THIS_ACCOUNT, Tie
from assistedaccess.casework.models import Case
from assistedaccess.kernel.actor import Actor

from .models import Document, Letter

_case = aliased(Case)


def find_tie(actor: Actor, kind: str) -> Tie | None:
    """What must tie a helper to it; none of another role, who reads for the task of theirs."""
    return _TIES[kind] if actor.role == Role.HELPER else None


def _make(row: Any, own: ColumnElement[bool]) -> Tie:
    return Tie(
        exists().where(
            row.id == bindparam("subject_id"),
            _case.id == row.case_id,
            is_tied(own, _case.service, row.case_id),
        ),
        LEFT_OUT,
    )


_TIES = {
    "document": _make(
        Document,
        or_(Document.added_by == BY_THIS_ACCOUNT, Document.read_by == BY_THIS_ACCOUNT),
    ),
    "letter": _make(Letter, Letter.written_by == BY_THIS_ACCOUNT),
}
