"""What may stand in the way of a new yes though its terms are right: a stop, or company. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Act, Finding

from .rules import GRANT, DelegationFrozen, ask_second_look

_WORDS = re.compile(r"[^\W\d_]+")
CLOSE = frozenset({"interpreter_not_independent", "witness_at_same_address", "witness_is_family"})
"""Reasons of a strength by which somebody close to the person took part in their yes."""


class StopStands(DelegationFrozen):
    """Whom the person has stopped takes no new yes of theirs, of any mode, while it stands."""

    reason_code = "stop_stands"


def check_no_stop(*, is_stopped: bool) -> None:
    """Raise StopStands where the person has stopped what the taker of this yes does for them.

    Stop is instant, and the person lifts it before any other helper (design, section 4, rule 6):
    so they give a new yes before any other, too, whether to be represented or helped on the day.
    """
    if is_stopped:
        raise StopStands(
            _("The person has stopped what you or your organisation do for them."),
            next_step=_(
                "Nothing that the person says to you steps around that. Another helper can help "
                "them at once. They can lift the stop, or say a new yes, in front of another "
                "helper, at any other desk or by telephone."
            ),
        )


def needs_private_moment(
    *,
    present: str,
    in_private: bool,
    reasons: Collection[str],
    holder_is_family: bool,
    taken_by_holder: bool,
    holder: str = "",
) -> bool:
    """Whether another member of staff has to speak with the person alone before this begins.

    Where company was named and the yes was not asked alone; where somebody close interpreted or
    witnessed it; or where a relative is to act, and nobody but that relative heard the yes alone.
    ``holder``: the name of the helper who is to act; where they are among the company, the helper's
    word that it was asked alone is not enough.
    Source: the coercive partner who sits beside and becomes the representative (scenario A24).
    """
    if present.strip() and not in_private:
        return True
    if holder and set(_split(holder)) <= set(_split(present)):
        return True
    if CLOSE.intersection(reasons):
        return True
    return holder_is_family and not (in_private and not taken_by_holder)


def _split(name: str) -> list[str]:
    return _WORDS.findall(name.casefold())


def check_company(act: Act) -> Iterable[Finding]:
    """The control: a yes in company waits until somebody has spoken with the person alone.

    It reads as any wait: who sits beside the person hears nothing about a private moment.
    """
    if act.name == GRANT and act.facts.get("needs_private_moment"):
        yield ask_second_look()


def spell_missing(missing: bool) -> str:
    """What has to be done before a second human can release it; empty where nothing has."""
    if not missing:
        return ""
    return _(
        "Nobody has spoken with the person alone since somebody else was there or is to act who "
        "is close to them. Have another member of staff do that first: at the next visit, or at "
        "the safe contact. It is recorded at “A private moment” on the person’s page."
    )
