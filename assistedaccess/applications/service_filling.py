"""Saving a page of answers: authority, version and answers are checked anew, under the lock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.consent.rules import Power
from assistedaccess.delegation.authority import Authority
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.card_numbers import words_for_card
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, StaleVersion
from assistedaccess.kernel.foreign_passwords import words_for_password
from assistedaccess.people.queries import get_person
from assistedaccess.services.definition import Definition, Page
from assistedaccess.services.journey import find_journey, next_path
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.pages import has_row, read_page, remove_row
from assistedaccess.services.queries import get_definition

from . import evidence, rules, rules_payee
from .answers import SavedPage, load_pages, merge, seal_page
from .kept import SAVE, forget_kept
from .known import find_known_facts, load_known_answers
from .models import AnswerPage, Application
from .rules import NotFit
from .rules_changes import Purpose
from .service import authorise_for, check_draft, lock_application


@dataclass(frozen=True)
class PageSaved:
    """``next_path`` follows the page, None at the end; ``unanswered`` is the first page that still
    needs an answer, empty where none does."""

    application_id: UUID
    next_path: str | None
    unanswered: str


def load_definition_of(row: Application) -> Definition:
    """The form under which the application was begun."""
    form_hash = get_session().scalar(
        select(FormDefinition.hash).where(FormDefinition.id == row.form_definition_id)
    )
    return get_definition(form_hash or "")


@command(SAVE)
def save_page(
    *,
    actor: Actor,
    application_id: UUID,
    path: str,
    posted: dict[str, list[str]],
    version: int,
    from_record: bool = False,
    row_to_remove: int | None = None,
    row_to_change: int | None = None,
    request_key: str | None = None,
) -> PageSaved:
    """Save what was posted to the page at ``path``; the page's ``version`` as it was shown.

    ``from_record``: the record's details were offered and the person confirmed them.
    ``row_to_remove`` (from 0) takes a row out of a page that repeats; ``posted`` is then not read.
    ``row_to_change`` puts what was posted in the place of that row.
    Answers to questions that the page does not ask now stay, kept aside. Raises NotFit at a
    control; StaleVersion when somebody else saved other answers meanwhile; ApplicationClosed; and
    what authorise() raises. What was posted is then kept for this account alone.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    row = lock_application(actor, application_id)
    definition = load_definition_of(row)
    page = definition.find_page(path)
    if page is None or not page.questions:
        raise NotFound
    check_draft(row)
    authority = authorise_for(actor, row, Power.FILL_IN)
    pages = load_pages(row.id, row.person_id)
    typed = json.dumps([page.path, posted, row_to_remove, row_to_change], sort_keys=True)
    once = Once(actor, SAVE, request_key, application_id, typed)
    if once.find("application") is not None:
        return _outcome(row, definition, page, merge(pages))
    saved = pages.get(page.path)
    stored = merge(pages)
    if row_to_change is not None and not has_row(page, stored, row_to_change):
        raise _stale()  # somebody else took it out: what was typed is kept
    if row_to_remove is not None:
        answers = remove_row(page, stored, row_to_remove)
    else:
        answers = _read_answers(row, definition, page, stored, posted, row_to_change)
        evidence.check_ids(row, page, answers)
        evidence.remove_unlisted(actor, row, page, answers, authority.pair)
    if saved is not None:
        answers = {**saved.answers, **answers}
    if saved is None or saved.answers != answers:
        _check_version(saved, version)
        confirmed = _list_confirmed(row, definition, page, answers, saved, from_record)
        _store(actor, row, page, answers, confirmed, saved, authority)
    forget_kept(actor, row.id, page.path)
    record(
        Action.ANSWERS_SAVED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        details={"page": page.path},
    )
    once.keep(row.id)
    return _outcome(row, definition, page, {**merge(pages), **answers})


def _read_answers(
    row: Application,
    definition: Definition,
    page: Page,
    stored: dict[str, Any],
    posted: dict[str, list[str]],
    row_to_change: int | None,
) -> dict[str, Any]:
    """The canonical answers in what was posted. Raises NotFit for the first that is none."""
    reading = read_page(
        definition,
        page,
        posted,
        answers=stored,
        now=clock.local(clock.now()),
        language=row.language,
        translate=_,
        row=row_to_change,
    )
    for fault in reading.faults:
        raise NotFit(fault.anchor, fault.words(_))
    for key in rules_payee.PAYEE_KEYS & set(reading.answers):
        if row.purpose == Purpose.CHANGE and reading.answers[key] != stored.get(key):
            raise NotFit(
                definition.questions[key].anchor(definition.questions[key].first_part),
                _("Where the money is paid is changed on its own: go back to what was sent"),
            )
    for key in rules.find_passwords(reading.answers):
        question = definition.questions[key]
        raise NotFit(question.anchor(question.first_part), words_for_password())
    for key in rules.find_card_numbers(reading.answers):
        question = definition.questions[key]
        raise NotFit(question.anchor(question.first_part), words_for_card())
    return dict(reading.answers)


def _check_version(saved: SavedPage | None, version: int) -> None:
    if saved is not None and saved.version != version:
        raise _stale()


def _stale() -> StaleVersion:
    return StaleVersion(
        _("Somebody else saved other answers on this page after you opened it."),
        next_step=_("Look at both, and choose with the person which is right."),
    )


def _list_confirmed(
    row: Application,
    definition: Definition,
    page: Page,
    answers: Mapping[str, Any],
    saved: SavedPage | None,
    from_record: bool,
) -> list[str]:
    """The keys whose answers are the record's own: offered now, or before and not changed since."""
    before = saved.from_record if saved is not None else frozenset()
    kept = [key for key in before if saved and saved.answers.get(key) == answers.get(key)]
    if not from_record:
        return kept
    facts = find_known_facts(definition, page)
    known = load_known_answers(get_person(row.person_id), facts) if facts else {}
    return [*kept, *(key for key, answer in known.items() if answers.get(key) == answer)]


def _store(
    actor: Actor,
    row: Application,
    page: Page,
    answers: Mapping[str, Any],
    confirmed: list[str],
    saved: SavedPage | None,
    authority: Authority,
) -> None:
    assert actor.account_id is not None  # noqa: S101  (authorise refused it)
    session = get_session()
    now = clock.now()
    sealed = seal_page(row.person_id, row.id, page.path, answers, confirmed)
    values = {
        "answers": sealed,
        "version": 1 if saved is None else saved.version + 1,
        "saved_at": now,
        "saved_by": actor.account_id,
        "authority_kind": authority.kind,
        "authority_id": authority.id,
    }
    key = {"application_id": row.id, "path": page.path}
    if saved is None:
        session.execute(insert(AnswerPage), [{**key, **values}])
    else:
        session.execute(update(AnswerPage).filter_by(**key).values(**values))
    row.version += 1
    row.changed_at = now
    row.changed_by = actor.account_id
    session.flush()


def _outcome(
    row: Application, definition: Definition, page: Page, answers: dict[str, Any]
) -> PageSaved:
    now = clock.local(clock.now())
    journey = find_journey(definition, answers, now)
    return PageSaved(
        row.id,
        next_path(definition, page, answers, now),
        rules.first_unanswered(definition, journey),
    )
