"""Where somebody lives, kept from the helper whom they let act: they print no letter to it, and
open no form into which somebody else has typed it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from assistedaccess.access import Role
from assistedaccess.consent.rules import HolderKind
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Refused
from assistedaccess.notices.models import Notice
from assistedaccess.notices.service_letters import LetterOpened
from assistedaccess.organisations.models import Membership, RoleGrant
from assistedaccess.people.models import ContactPoint, Person
from assistedaccess.people.rules_routes import PointKind

from .models import Delegation


class AddressKept(Refused):
    """The person hides where they live from who acts for them."""

    reason_code = "address_kept"


def is_kept_from(actor: Actor, person: Person) -> bool:
    """Whether this person hides where they live, and has named this human to act, now or ever."""
    if not person.hides_address or actor.human_id is None:
        return False
    named = exists().where(
        Delegation.person_id == person.id,
        Delegation.holder_human_id == actor.human_id,
        Delegation.starts_at <= clock.now(),
    )
    return bool(get_session().scalar(select(named)))


def keep_address(event: LetterOpened) -> None:
    """Raise AddressKept where a letter to the home of who hides it is opened by who acts for them.

    A delegation counts in force or not: it may have ended because they are afraid. One that an
    organisation holds lets each of its helpers act, those too who are so no more. Somebody else at
    the desk prints it, so that the person is told all the same.
    """
    helps_at = (
        select(RoleGrant.organisation_id)
        .join(Membership, Membership.id == RoleGrant.membership_id)
        .where(Membership.human_id == event.actor.human_id, RoleGrant.role == Role.HELPER)
    )
    held = (
        select(Delegation.id)
        .join(Person, Person.id == Delegation.person_id)
        .join(Notice, Notice.person_id == Delegation.person_id)
        .join(ContactPoint, ContactPoint.id == Notice.contact_point_id)
        .where(
            Notice.id == event.notice_id,
            ContactPoint.kind == PointKind.POSTAL,
            Person.hides_address,
            or_(
                Delegation.holder_human_id == event.actor.human_id,
                (Delegation.holder_kind == HolderKind.ORGANISATION)
                & Delegation.organisation_id.in_(helps_at),
            ),
            Delegation.starts_at <= clock.now(),
        )
        .limit(1)
    )
    if get_session().scalar(held) is not None:
        raise AddressKept(
            _("This letter is not yours to print."),
            next_step=_("A colleague prints it."),
        )
