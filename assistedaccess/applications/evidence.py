"""The files that answers name: which questions take them, whether they are there, which are gone.

Called inside the command that saves a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, delete, or_, select, update

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.services.components import FileQuestion
from assistedaccess.services.definition import Definition, Page

from .models import Application, Evidence, EvidenceContent
from .rules import NotFit


def list_file_questions(definition: Definition) -> dict[str, FileQuestion]:
    """The questions that are answered with files, those in rows among them, by their keys."""
    found: dict[str, FileQuestion] = {}
    for question in definition.questions.values():
        inner = getattr(question, "inner", None) or question
        for each in (inner, *getattr(inner, "cells", ())):
            if isinstance(each, FileQuestion):
                found.setdefault(each.key, each)
    return found


def check_ids(row: Application, page: Page, answers: Mapping[str, Any]) -> None:
    """Raise NotFit where an answer names a file that this application does not have for it."""
    named = list_ids(page, answers)
    if not any(named.values()):
        return
    found = get_session().execute(
        select(Evidence.id, Evidence.question).where(
            Evidence.application_id.in_(_select_family(row)), Evidence.removed_at.is_(None)
        )
    )
    known: dict[str, set[str]] = {}
    for evidence_id, key in found:
        known.setdefault(key, set()).add(str(evidence_id))
    for question in files_of(page):
        if not named[question.key] <= known.get(question.key, set()):
            raise NotFit(question.control, _("Select the file again: it is not there any more"))


def _select_family(row: Application) -> Select[UUID]:
    """The application; of a change report also the claim and its other changes."""
    family = [Application.id == row.id]
    if row.changes_id is not None:
        claim = row.changes_id
        family += [Application.id == claim, Application.changes_id == claim]
    return select(Application.id).where(or_(*family))


def remove_unlisted(
    actor: Actor,
    row: Application,
    page: Page,
    answers: Mapping[str, Any],
    authority: tuple[str, UUID],
) -> None:
    """Erase the files of ``page`` that its ``answers`` do not name: they were taken off the page.

    Part of saving the page, under its lock. The row stays, without name and content.
    """
    keys = [question.key for question in files_of(page)]
    if not keys:
        return
    session = get_session()
    found = session.execute(
        select(Evidence.id).where(
            Evidence.application_id == row.id,
            Evidence.question.in_(keys),
            Evidence.removed_at.is_(None),
        )
    ).scalars()
    named = list_ids(page, answers)
    wanted = {file_id for ids in named.values() for file_id in ids}
    gone = [evidence_id for evidence_id in found if str(evidence_id) not in wanted]
    if not gone:
        return
    session.execute(delete(EvidenceContent).where(EvidenceContent.evidence_id.in_(gone)))
    session.execute(
        update(Evidence)
        .where(Evidence.id.in_(gone))
        .values(removed_at=clock.now(), removed_by=actor.account_id, name=None)
        .execution_options(synchronize_session=False)
    )
    for evidence_id in gone:
        record(
            Action.EVIDENCE_REMOVED,
            actor=actor,
            person_id=row.person_id,
            subject=("evidence", evidence_id),
            authority=authority,
            service=row.service,
        )


def files_of(page: Page) -> list[FileQuestion]:
    """The questions of ``page`` that are answered with files, the cells of rows among them."""
    found: list[FileQuestion] = []
    for question in page.questions:
        inner = getattr(question, "inner", None) or question
        found += [c for c in (inner, *getattr(inner, "cells", ())) if isinstance(c, FileQuestion)]
    return found


def list_ids(page: Page, answers: Mapping[str, Any]) -> dict[str, set[str]]:
    """The ids of files that ``answers`` name, by the key of their question."""
    named: dict[str, set[str]] = {question.key: set() for question in files_of(page)}
    for question in page.questions:
        inner = getattr(question, "inner", None) or question
        answer = answers.get(question.key)
        rows = answer if inner is not question and isinstance(answer, list) else [answer]
        for each in rows:
            if isinstance(inner, FileQuestion) and isinstance(each, list):
                named[inner.key] |= set(map(str, each))
            for cell in getattr(inner, "cells", ()):
                value = each.get(cell.name) if isinstance(each, dict) else None
                if isinstance(cell, FileQuestion) and isinstance(value, list):
                    named[cell.key] |= set(map(str, value))
    return named
