"""Publishing the words that people are read, and the policy of what a yes may carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import run_transaction

from .models import ConsentPolicy, Statement
from .rules import read_policy
from .rules_statements import StatementText, parse_statement

HERE = Path(__file__).parent
STATEMENTS = HERE / "statements"
POLICY = HERE / "policy.json"


class StatementChanged(Exception):
    """The words of a published version were changed: a new version is a new file's."""


def publish_statements(*, actor: Actor = SYSTEM) -> int:
    """Publish the statements and the policy that come with this version of the program.

    Can be run again: what is published stays as it is. Returns how many were new. Raises
    StatementChanged where a file has other words than its published version, because consents
    point to those words.
    """
    return run_transaction(lambda: _publish(actor))


def _publish(actor: Actor) -> int:
    session = get_session()
    known = {
        (row.kind, row.language, row.version): row
        for row in session.execute(
            select(
                Statement.kind,
                Statement.language,
                Statement.version,
                Statement.text_hash,
                Statement.approved_by,
            )
        )
    }
    new = []
    for file in sorted(STATEMENTS.glob("*.txt")):
        text = parse_statement(file.read_text(encoding="utf-8"))
        published = known.get((text.kind, text.language, text.version))
        if published is None:
            new.append(_values(text))
        elif (published.text_hash, published.approved_by) != (text.hash, text.approved_by):
            raise StatementChanged(
                f"{file.name} differs from its published version {text.version}: "
                "give it a higher version"
            )
    if new:
        session.execute(insert(Statement), new)
    for values in new:
        record(
            Action.STATEMENT_PUBLISHED,
            actor=actor,
            subject=("statement", values["id"]),
            reason=f"{values['kind']}_{values['language']}_{values['version']}",
        )
    return len(new) + _publish_policy(actor)


def _values(text: StatementText) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": str(text.kind),
        "language": text.language,
        "version": text.version,
        "text": text.text,
        "text_hash": text.hash,
        "approved_by": text.approved_by,
        "approved_at": clock.start_of_day(text.approved_on) if text.approved_on else None,
        "published_at": clock.now(),
    }


def _publish_policy(actor: Actor) -> int:
    document = json.loads(POLICY.read_text(encoding="utf-8"))
    policy = read_policy(document)
    session = get_session()
    newest = session.scalar(select(func.max(ConsentPolicy.version)))
    if newest is not None and newest >= policy.version:
        return 0  # two humans may have changed it since: what they decided stands
    values = {"version": policy.version, "document": document, "published_at": clock.now()}
    session.execute(insert(ConsentPolicy), [values])
    record(Action.STATEMENT_PUBLISHED, actor=actor, reason=f"policy_{policy.version}")
    return 1
