"""Changing the policy of what a yes may carry: one human asks, another releases it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, StaleVersion
from assistedaccess.organisations import words as organisation_words
from assistedaccess.organisations.rules import MembershipKind

from . import queries, rules, words
from .models import ConsentPolicy
from .rules import Policy, Power

CHANGE = "consent.change_policy"


@command(CHANGE)
def change_policy(*, actor: Actor, base_version: int, document: dict[str, Any]) -> int:
    """Put a new version of the policy into force; returns its number. Always held first.

    ``document`` is as in policy.json, without its version; ``base_version`` is the one that the
    page showed. Consents that there are keep the version under which they were given; a delegation
    that is still to begin is measured by the new one. Raises StaleVersion, or InvalidInput.
    """
    require(actor, Permission.POLICY_CHANGE)
    now = _lock_newest()
    if now.version != base_version:
        raise StaleVersion(
            _("Somebody else has changed these rules meanwhile."),
            next_step=_("Open the rules again, see what is new, and decide then."),
        )
    policy = read_change(document, now.version + 1)
    concerns(organisation_id=actor.organisation_id)
    controls.decide(Act(CHANGE, actor, organisation_id=actor.organisation_id))
    written = rules.write_policy(policy)
    get_session().execute(
        insert(ConsentPolicy),
        [{"version": policy.version, "document": written, "published_at": clock.now()}],
    )
    get_session().info.pop("consent.policy", None)
    record(
        Action.POLICY_CHANGED,
        actor=actor,
        reason=f"policy_{policy.version}",
        details={"document": written},
    )
    return policy.version


def read_change(document: Mapping[str, Any], version: int) -> Policy:
    """The policy that would be. Raises InvalidInput for one that no rule allows."""
    try:
        return rules.read_policy({**document, "version": version})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("longest_months", _("These rules cannot be used as they are")) from error


def _lock_newest() -> Policy:
    # Rows of the policy are never updated; the newest is locked so that two changes have an order.
    document = get_session().scalar(
        select(ConsentPolicy.document).order_by(ConsentPolicy.version.desc()).limit(1)
    )
    assert document is not None  # noqa: S101  (prepare_installation published one)
    return rules.read_policy(document)


def find_published_at(version: int) -> datetime | None:
    """Since when a version counts."""
    return get_session().scalar(
        select(ConsentPolicy.published_at).where(ConsentPolicy.version == version)
    )


def hold_for_second_human(act: Act) -> Iterable[Finding]:
    """The control: nobody changes what a yes may carry alone (design, section 4, rule 7)."""
    if act.name == CHANGE:
        yield Finding(
            Verdict.HOLD,
            "policy_change",
            _("A second person has to agree before these rules count."),
        )


def describe_change(arguments: Mapping[str, Any]) -> Sequence[tuple[object, object]]:
    """What would be other than it is, for whoever decides."""
    before = queries.get_policy()
    after = read_change(arguments["document"], before.version + 1)
    pairs: list[tuple[object, object, object]] = [
        (
            words.POWERS[power],
            words.STRENGTHS[before.strengths[power]],
            words.STRENGTHS[after.strengths[power]],
        )
        for power in Power
    ]
    pairs += [
        (
            organisation_words.MEMBERSHIP_KINDS[kind],
            name_powers(before.holders[kind]),
            name_powers(after.holders[kind]),
        )
        for kind in MembershipKind
    ]
    pairs += [
        (_("A spoken yes is enough for"), name_powers(before.spoken), name_powers(after.spoken)),
        (_("Per cent looked at again"), before.sample_percent, after.sample_percent),
        (_("Longest term in months"), before.longest_months, after.longest_months),
    ]
    return [
        (label, _("%(before)s, to become: %(after)s", before=old, after=new))
        for label, old, new in pairs
        if str(old) != str(new)
    ]


def name_powers(powers: Iterable[Power]) -> str:
    """The powers in one line, in their usual order."""
    held = set(powers)
    return "; ".join(str(words.POWERS[power]) for power in Power if power in held) or _("nothing")
