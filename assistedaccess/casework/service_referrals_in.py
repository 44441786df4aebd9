"""Commands about referrals in: which place sent somebody here, as it is said at the desk."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.organisations.queries import find_organisation_name
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.reach import load_reached

from . import queries_referrals_in, rules_places
from . import rules_referrals as rules
from .models_referrals_in import ReferralIn
from .queries_places import get_outside_place
from .queries_referrals import seal_facts
from .queries_referrals_in import FACTS, CameByPage
from .rules_referrals import Arrival, ReferralKind, ReferralState
from .service import lock_case
from .service_places import read_other_place
from .service_referral_steps import accept_referral, say_arrived

RECORD = "casework.record_referral_in"
SUBJECT = "referral_in"


@command(RECORD)
def record_referral_in(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    came_on: date,
    referral_id: UUID | None = None,
    place_id: UUID | None = None,
    other_place: str | None = None,
    words: str | None = None,
    wants_private: bool = False,
    request_key: str | None = None,
) -> UUID:
    """Write down which place sent the person of a case here.

    One that was made in this system is accepted with it, and the person has arrived. Raises
    InvalidInput where no place is named, or more than one.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    typed = (case_id, kind, came_on, referral_id, place_id, other_place, words)
    once = Once(actor, RECORD, request_key, *typed)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    case = lock_case(actor, case_id)
    for_what = read_word("kind", kind, ReferralKind, _("Select what they were sent here for"))
    said = read_text("words", words, rules.LONGEST_ABOUT)
    if came_on > clock.today():
        raise InvalidInput("came_on", _("The day must be today or in the past"))
    name = read_other_place(other_place, referral_id, place_id)
    kinds: tuple[ReferralKind, ...] = ()
    if referral_id is not None:
        made = queries_referrals_in.get_expected(actor, case.person_id, referral_id)
        wants_private = wants_private or made.is_private
        name = find_organisation_name(made.organisation_id) or ""
        if made.state == ReferralState.MADE:
            accept_referral(actor=actor, referral_id=made.id)
        say_arrived(actor=actor, referral_id=made.id, arrival=Arrival.ARRIVED)
    elif place_id is not None:
        place = get_outside_place(actor, place_id)
        name, kinds = place.name, rules_places.split_kinds(place.kinds)
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    row = ReferralIn(
        id=new_id(),
        organisation_id=case.organisation_id,
        case_id=case.id,
        person_id=case.person_id,
        referral_id=referral_id,
        is_private=rules.is_private(for_what, kinds, wished=wants_private),
        facts=seal_facts(
            case.person_id, {"place": name, "kind": str(for_what), "words": said}, column=FACTS
        ),
        came_on=came_on,
        noted_at=clock.now(),
        noted_by=actor.account_id,
        noted_by_human=actor.human_id,
    )
    get_session().add(row)
    record(
        Action.REFERRAL_IN_RECORDED,
        actor=actor,
        person_id=case.person_id,
        subject=("case", case.id),
        reason="private" if row.is_private else None,
        details={"referral_in": str(row.id)},
    )
    return once.keep(row.id)


@command("casework.view_referral_in")
def view_referral_in(
    *, actor: Actor, referral_in_id: UUID, stated_reason: str | None = None
) -> CameByPage:
    """How somebody came, as far as its reader may see it, the look recorded first."""
    require(actor, Permission.TODAY_VIEW)
    row = queries_referrals_in.get_referral_in(actor, referral_in_id)
    person, found = load_reached(actor, row.person_id, lock=False)
    concerns(subject=(SUBJECT, row.id))
    record_look(
        Action.REFERRAL_IN_OPENED,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        stated_reason=stated_reason or found.stated,
        needs_details=True,
    )
    return queries_referrals_in.load_page(actor, row, person.name, person.reference)
