"""The command about a moment alone with the person, and the silent sign agreed in it."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.organisations.models import Membership
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.organisations.service import require_may_act

from . import cards, private, rules_private
from .models_private import PrivateMoment, SilentSign
from .reach import check_open_record, reach_person
from .rules_private import SignKind

HOLD = "people.hold_private_moment"
KEEP, REMOVE = "keep", "remove"


class NotForFamily(Refused):
    """A private moment is with somebody who works or volunteers at a desk."""

    reason_code = "private_moment_at_a_desk"


@command(HOLD)
def hold_private_moment(
    *,
    actor: Actor,
    person_id: UUID,
    was_alone: bool,
    request_key: str,
    sign: str = KEEP,
    word: str | None = None,
) -> UUID:
    """Record that the actor spoke with the person alone; returns the moment's id.

    ``sign``: keep (as it is, or none), word, card, remove. What was agreed cannot be read again
    by anybody, and nothing says whether there is one. The event names the person in its sealed
    details alone, so that no history shows it. Nobody is told: this is not an act in their name.
    """
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    _check_kind(actor)
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.human_id is not None  # noqa: S101
    assert actor.organisation_id is not None  # noqa: S101
    once = Once(actor, HOLD, request_key)
    made = once.find("private_moment")
    if made is not None:
        return made
    if not was_alone:
        raise InvalidInput("was_alone", _("Speak with the person alone first"))
    agreed = _read_word(word) if sign == SignKind.WORD else None
    if sign == SignKind.CARD and cards.find_card(person_id, actor.human_id) is None:
        raise InvalidInput("sign", _("The person has no access card. Agree a word"))
    if sign not in {KEEP, REMOVE, *SignKind}:
        raise InvalidInput("sign", _("Select what you agreed"))
    moment = PrivateMoment(
        id=new_id(),
        person_id=person_id,
        account_id=actor.account_id,
        human_id=actor.human_id,
        organisation_id=actor.organisation_id,
        held_at=clock.now(),
    )
    get_session().add(moment)
    get_session().flush()
    if sign != KEEP:
        _end_sign(person_id)
    if sign in set(SignKind):
        get_session().add(
            SilentSign(
                id=new_id(),
                person_id=person_id,
                kind=sign,
                word=private.hash_word(person_id, agreed) if agreed else None,
                private_moment_id=moment.id,
                agreed_at=moment.held_at,
            )
        )
    get_session().flush()
    record(
        Action.PRIVATE_MOMENT_HELD,
        actor=actor,
        subject=("private_moment", moment.id),
        details={"person": str(person_id)},
    )
    return once.keep(moment.id)


def _check_kind(actor: Actor) -> None:
    kind = get_session().scalar(select(Membership.kind).where(Membership.id == actor.membership_id))
    if kind in (None, MembershipKind.FAMILY):
        raise NotForFamily(
            _("This is done at a desk, by somebody who works or volunteers there."),
            next_step=_("Any desk can do it."),
        )


def _read_word(text: str | None) -> str:
    word = rules_private.read_word(text or "")
    if word is None:
        raise InvalidInput(
            "word", _("Enter one word of 5 letters or more that people do not say every day")
        )
    return word


def _end_sign(person_id: UUID) -> None:
    sign = private.find_sign(person_id)
    if sign is not None:
        sign.ended_at = clock.now()
        get_session().flush()
