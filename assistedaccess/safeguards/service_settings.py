"""The numbers are changed by two humans, with a reason and a day's notice (scenario A48)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert

from assistedaccess.access import Permission, require
from assistedaccess.approvals.describe import Row
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, StaleVersion
from assistedaccess.kernel.inputs import read_text

from . import queries_settings, words
from .models import SafeguardSettings
from .reasons import Reason
from .settings import list_changes, read_numbers

CHANGE = "safeguards.change_settings"
LONGEST_REASON = 500


@command(CHANGE)
def change_settings(
    *, actor: Actor, base_version: int, numbers: dict[str, Any], reason: str
) -> int:
    """Put a new version of the numbers into force; returns its number. Always held first.

    ``base_version`` is the one that the page showed. It can be released a day after it was asked
    for (approvals.rules.find_notice), never before. Verdicts keep the version under which they were
    given. Raises StaleVersion, InvalidInput at the number or at ``reason``, Held.
    """
    require(actor, Permission.POLICY_CHANGE)
    concerns(organisation_id=actor.organisation_id)
    newest = queries_settings.get_newest()
    if newest.version != base_version:
        raise StaleVersion(
            _("Somebody else has changed these numbers meanwhile."),
            next_step=_("Open them again, see what is new, and decide then."),
        )
    try:
        after = read_numbers({**newest.numbers, **numbers})
    except ValueError as error:
        raise InvalidInput(str(error), _("Enter a number within what is allowed")) from error
    why = read_text("reason", reason, LONGEST_REASON, _("Enter why they are to change"))
    changes = list_changes(newest, after)
    if not changes:
        raise InvalidInput("", _("Nothing was changed"))
    controls.decide(Act(CHANGE, actor, organisation_id=actor.organisation_id))
    # Nothing is locked: of two who make it at once, the second collides on its key.
    version = newest.version + 1
    get_session().execute(
        insert(SafeguardSettings),
        [{"version": version, "numbers": after, "reason": why, "agreed_at": clock.now()}],
    )
    record(
        Action.SAFEGUARD_SETTINGS_CHANGED,
        actor=actor,
        reason=f"settings_{version}",
        details={
            "why": why,
            "before": {name: before for name, before, _now in changes},
            "after": {name: now for name, _before, now in changes},
        },
    )
    return version


def hold_for_second_human(act: Act) -> Iterable[Finding]:
    """The control: nobody sets alone what others are held by (design, section 4, rule 7)."""
    if act.name == CHANGE:
        yield Finding(
            Verdict.HOLD,
            str(Reason.SETTINGS_SECOND_HUMAN),
            _(
                "A second person has to agree, and not before a day has passed. Until then the "
                "numbers stay as they are."
            ),
        )


def describe_change(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What would be another number, and why, for whoever decides."""
    newest = queries_settings.get_newest()
    try:
        after = read_numbers({**newest.numbers, **arguments["numbers"]})
    except ValueError:
        after = {}
    rows: list[Row] = [
        (
            words.NUMBERS[name].label,
            _(
                "%(before)s, to become: %(after)s",
                before=words.spell(name, before),
                after=words.spell(name, now),
            ),
        )
        for name, before, now in list_changes(newest, after)
    ]
    return [*rows, (_("Why"), arguments["reason"])]
