"""The draft keeper: what somebody typed and could not save is kept for them, and for nobody else.

A save that is refused or held is rolled back with all that was typed; the refusal is then told in a
transaction of its own, in which this keeps the text beside the journal's event.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.card_numbers import holds_card_number
from assistedaccess.kernel.commands import Call, command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.events import ActHeld, ActRefused
from assistedaccess.kernel.ids import new_id

from . import rules
from .models import Application, KeptText

SAVE = "applications.save_page"
LATER = "later"
"""The reason of a text that was put aside by choice, before it was right."""

Posted = Mapping[str, Sequence[str]]


@command("applications.keep_text")
def keep_text(*, actor: Actor, application_id: UUID, path: str, posted: dict[str, Any]) -> UUID:
    """Keep what was typed so far, to be gone on with later; needs no authority. Raises NotFound."""
    require(actor, Permission.APPLICATION_FILL_IN)
    row = get_session().get(Application, application_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    check_theirs(actor, ("application", row.id))
    concerns(person_id=row.person_id, subject=("application", row.id))
    _keep(actor, row, path, posted, LATER)
    return row.id


@command("applications.drop_kept_text")
def drop_kept_text(*, actor: Actor, kept_id: UUID) -> UUID:
    """Delete a text of one's own that is not wanted any more. Raises NotFound."""
    require(actor, Permission.APPLICATION_FILL_IN)
    row = get_session().get(KeptText, kept_id, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound
    get_session().delete(row)
    record(
        Action.FORM_DROPPED,
        actor=actor,
        person_id=get_session().get_one(Application, row.application_id).person_id,
        subject=("application", row.application_id),
    )
    return row.application_id


def forget_kept(actor: Actor, application_id: UUID, path: str) -> None:
    """Delete what this account had kept of a page: it has saved the page now. One statement."""
    get_session().execute(
        delete(KeptText)
        .where(
            KeptText.application_id == application_id,
            KeptText.account_id == actor.account_id,
            KeptText.path == path,
        )
        .execution_options(synchronize_session=False)
    )


def keep_refused(event: ActRefused) -> None:
    """Keep the text of a save that a rule refused."""
    _keep_call(event.refusal.call, event.refusal.code)


def keep_held(event: ActHeld) -> None:
    """Keep the text of a save that waits for a second human."""
    _keep_call(event.held.call, event.held.reasons[0])


def _keep_call(call: Call | None, reason: str) -> None:
    while call is not None and call.name != SAVE:
        call = call.outer
    if call is None or not call.actor.is_account:
        return
    row = get_session().get(Application, call.arguments["application_id"])
    if row is None or row.organisation_id != call.actor.organisation_id:
        return
    _keep(call.actor, row, call.arguments["path"], call.arguments["posted"], reason)


def _without_cards(posted: Posted) -> dict[str, list[str]]:
    return {
        name: [value for value in values if not holds_card_number(value)]
        for name, values in posted.items()
    }


def _keep(actor: Actor, row: Application, path: str, posted: Posted, reason: str) -> None:
    session = get_session()
    kept_id = new_id()
    text = json.dumps(_without_cards(posted), ensure_ascii=False)
    try:
        sealed = encryption.seal(row.person_id, f"kept_text.posted.{kept_id}", text)
    except KeyForgotten:  # the person was erased meanwhile
        return
    session.add(
        KeptText(
            id=kept_id,
            application_id=row.id,
            path=path,
            account_id=actor.account_id,
            posted=sealed,
            reason=reason[:60],
            kept_at=clock.now(),
        )
    )
    session.flush()
    own = (KeptText.application_id == row.id, KeptText.account_id == actor.account_id)
    newest = select(KeptText.id).where(*own).order_by(KeptText.id.desc()).limit(rules.MOST_KEPT)
    session.execute(
        delete(KeptText)
        .where(*own, KeptText.id.not_in(newest))
        .execution_options(synchronize_session=False)
    )
    record(
        Action.ANSWERS_KEPT,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        service=row.service,
        reason=reason[:60],
        details={"page": path},
    )
