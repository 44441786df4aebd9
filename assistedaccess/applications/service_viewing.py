"""Looks at applications and records of help: recorded, with why, before anything is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record_look
from assistedaccess.audit.explain import Tie
from assistedaccess.delegation.hidden import AddressKept, is_kept_from
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.people.models import Person
from assistedaccess.people.reach import load_reached

from . import ties
from .known import find_known_facts, load_known_answers
from .queries_drafts import Draft, load_draft
from .queries_help import HelpView, load_help


def _look(
    actor: Actor,
    action: Action,
    person_id: UUID,
    subject: tuple[str, UUID],
    stated_reason: str | None,
    details: dict[str, str] | None = None,
    tie: Tie | None = ties.APPLICATION,
) -> Person:
    person, found = load_reached(actor, person_id, lock=False)
    concerns(subject=subject)
    record_look(
        action,
        actor=actor,
        person_id=person_id,
        subject=subject,
        stated_reason=stated_reason or found.stated,
        details=details,
        needs_details=True,
        tie=tie,
    )
    return person


def _keep_address(actor: Actor, person: Person, draft: Draft) -> None:
    """Raise AddressKept where a named helper would read an address that another has typed.

    What one typed oneself one knows; what a colleague typed for somebody who hides where they live
    is not for whom they let act, and may be afraid of.
    """
    if not is_kept_from(actor, person):
        return
    known = draft.definition.metadata.get("known")
    asked = {key for key, fact in known.items() if fact == "address"} if known else set()
    for page in draft.pages.values():
        if page.saved_by != actor.account_id and any(page.answers.get(key) for key in asked):
            raise AddressKept(
                _("This form is not yours to open."), next_step=_("A colleague goes on with it.")
            )


@command("applications.open_application")
def open_application(*, actor: Actor, reference: str, stated_reason: str | None = None) -> Draft:
    """The organisation's application with that reference, the look recorded first.

    Raises NotFound, OwnRecord, RelativesRecord, ReasonNeeded, NotIncluded.
    """
    return _open(actor, load_draft(actor, reference), stated_reason, ties.APPLICATION)


def open_to_confirm(*, actor: Actor, reference: str) -> Draft:
    """As open_application, for a colleague who asks the person about an account that waits for
    that: nothing need tie them to the form, of which the page shows the account alone."""
    draft = load_draft(actor, reference)
    return _open(actor, draft, None, None if draft.is_to_confirm else ties.APPLICATION)


def _open(actor: Actor, draft: Draft, stated_reason: str | None, tie: Tie | None) -> Draft:
    require(actor, Permission.APPLICATION_VIEW)
    subject = ("application", draft.id)
    person = _look(
        actor, Action.APPLICATION_OPENED, draft.person_id, subject, stated_reason, tie=tie
    )
    _keep_address(actor, person, draft)
    return draft


@command("applications.open_page")
def open_page(
    *, actor: Actor, reference: str, path: str, stated_reason: str | None = None
) -> tuple[Draft, dict[str, Any]]:
    """As open_application, for one page of the form; with what the record knows for it, by key.

    Only of questions that have no answer yet; what was taken from the record stands in the look.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    draft = load_draft(actor, reference)
    page = draft.definition.find_page(path)
    facts = find_known_facts(draft.definition, page) if page is not None else {}
    facts = {key: fact for key, fact in facts.items() if draft.answers.get(key) is None}
    person = _look(
        actor,
        Action.APPLICATION_OPENED,
        draft.person_id,
        ("application", draft.id),
        stated_reason,
        {"from_record": ",".join(sorted(facts.values()))} if facts and draft.is_draft else None,
    )
    _keep_address(actor, person, draft)
    known = load_known_answers(person, facts) if facts and draft.is_draft else {}
    return draft, known


@command("applications.print_application")
def print_application(*, actor: Actor, reference: str, stated_reason: str | None = None) -> Draft:
    """As open_application, to be printed: what is on paper is out of our hands."""
    require(actor, Permission.APPLICATION_VIEW)
    draft = load_draft(actor, reference)
    subject = ("application", draft.id)
    person = _look(actor, Action.APPLICATION_PRINTED, draft.person_id, subject, stated_reason)
    _keep_address(actor, person, draft)
    return draft


@command("applications.open_record_of_help")
def open_record_of_help(
    *, actor: Actor, reference: str, stated_reason: str | None = None
) -> HelpView:
    """The organisation's record of help with that reference, the look recorded first."""
    require(actor, Permission.APPLICATION_VIEW)
    found = load_help(actor, reference)
    subject = ("record_of_help", found.id)
    _look(
        actor,
        Action.RECORD_OF_HELP_VIEWED,
        found.person_id,
        subject,
        stated_reason,
        tie=ties.RECORD_OF_HELP,
    )
    return found


@command("applications.print_receipt")
def print_receipt(*, actor: Actor, reference: str, stated_reason: str | None = None) -> HelpView:
    """As open_record_of_help, as a receipt for the person."""
    require(actor, Permission.APPLICATION_VIEW)
    found = load_help(actor, reference)
    subject = ("record_of_help", found.id)
    _look(
        actor,
        Action.RECEIPT_PRINTED,
        found.person_id,
        subject,
        stated_reason,
        tie=ties.RECORD_OF_HELP,
    )
    return found
