"""Asking whoever looked for the reason, and their saying so themselves.

A message the same night to somebody whose look had no reason brought repeats down from 40 % to 2 %
in one hospital's study (SCENARIOS.md, A30). It goes only after an auditor has looked, accuses
nobody, and asks; nobody but the auditors, and of a mistake the person, hears of the answer.
"""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.accounts.mails import tell
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.notices.rules import AccountMail

from . import queries_asked, queries_flags
from .rules_flags import LOOKS, AlreadyDecided
from .service_flags import read_words

LONGEST = 1000


@command("oversight.ask_about_look")
def ask_about_look(*, actor: Actor, flag_id: UUID) -> UUID:
    """Ask whoever looked why, by a mail now and on their pages; once a flag.

    Raises NotFound outside the remit and for what is no look, AlreadyDecided.
    """
    require(actor, Permission.FINDING_WRITE)
    row = queries_flags.lock_flag(actor, flag_id)
    if row is None or row.kind not in LOOKS or row.account_id is None:
        raise NotFound
    concerns(person_id=row.person_id, subject=("flag", row.id))
    if row.decided_at is not None:
        raise AlreadyDecided(_("Somebody has decided about this already."))
    if queries_asked.find_answered(row.id, row.event_id).asked_at is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("flag", row.id))
        return row.id
    record(
        Action.LOOK_ASKED_ABOUT,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("flag", row.id),
    )
    tell(actor, get_session().get_one(Account, row.account_id), AccountMail.LOOK_ASKED)
    return row.id


@command("oversight.answer_look")
def answer_look(*, actor: Actor, person_id: UUID, was_mistake: bool, words: str) -> None:
    """Whoever looked says that it was the wrong record, or gives the reason, asked or not; once.

    What waits for an auditor about it keeps waiting, with what was said beside it: nobody decides
    about their own look. Raises NotFound where this account did not open the record lately.
    """
    require(actor, Permission.PERSON_VIEW)
    said = read_words("words", words, LONGEST, _("Enter the reason")) if words.strip() else ""
    if not said and not was_mistake:
        raise InvalidInput("words", _("Enter the reason"))
    looks = queries_asked.list_looks_at(actor, person_id)
    if not looks:
        raise NotFound
    concerns(person_id=person_id)
    done = queries_asked.list_said(looks)
    for event_id in looks:
        if event_id in done:
            record(Action.REQUEST_REPEATED, actor=actor, subject=("look", event_id))
            continue
        record(
            Action.LOOK_WAS_MISTAKE if was_mistake else Action.LOOK_REASON_GIVEN,
            actor=actor,
            person_id=person_id,
            subject=("look", event_id),
            details={"words": said} if said else None,
        )
