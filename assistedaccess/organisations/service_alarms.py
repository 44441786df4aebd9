"""A manager says what they found out about a sign of a break-in, and puts it away.

The alarm stays in the journal, and what was found beside it, where auditors read both
(docs/adr/0042-alarms-and-fresh-sign-in.md).
"""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.accounts.rules_alarms import Found
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.inputs import read_text, read_word

from . import alarms

LONGEST_WORDS = 1_000


class OwnAlarm(Refused):
    """Nobody puts away an alarm about themself, or one that their own act raised."""

    reason_code = "own_work"


@command("organisations.settle_alarm")
def settle_alarm(*, actor: Actor, alarm_id: UUID, found: str, words: str) -> UUID:
    """Say what was found out about an alarm of one's organisation; it then stands there no more.

    Said twice: the first counts. Raises NotFound, OwnAlarm, InvalidInput.
    """
    require(actor, Permission.TEAM_SUPERVISE)
    assert actor.organisation_id is not None  # noqa: S101  (the permission is a member's)
    alarm = alarms.find_alarm(actor.organisation_id, alarm_id, lock=True)
    if alarm is None:
        raise NotFound
    concerns(subject=("account", alarm.account_id))
    if alarms.is_settled(alarm_id):
        record(Action.REQUEST_REPEATED, actor=actor, subject=("account", alarm.account_id))
        return alarm_id
    check_not_own(actor, alarm)
    said = read_word("found", found, Found, _("Select what you found out"))
    how = read_text("words", words, most=LONGEST_WORDS)
    if not how:
        raise InvalidInput("words", _("Enter how you found it out"))
    record(
        Action.BREAK_IN_SETTLED,
        actor=actor,
        subject=("account", alarm.account_id),
        authority=("event", alarm_id),
        reason=str(said),
        details={"words": how},
    )
    return alarm_id


def is_own(actor: Actor, alarm: alarms.AlarmRow) -> bool:
    """Whether an alarm is about an account of the actor's, or was raised by an act of theirs."""
    accounts = [each for each in (alarm.account_id, alarm.raised_by) if each is not None]
    humans = get_session().scalars(select(Account.human_id).where(Account.id.in_(accounts)))
    return actor.human_id in set(humans)


def check_not_own(actor: Actor, alarm: alarms.AlarmRow) -> None:
    """Raise OwnAlarm for an alarm that somebody else has to look at."""
    if is_own(actor, alarm):
        raise OwnAlarm(
            _("This is about your own sign-in, or about what you did, so somebody else looks."),
            next_step=_("Ask another manager. After a week it stands in the journal alone."),
        )
