"""Commands about referrals out: name another place, with the person's yes to what it is told.

The case stays where it is. A place inside this system finds the referral in its list, and accepts
it or sends it back; one outside is told, or the person takes a paper along. Two weeks later a task
asks whether they arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.once import Once
from assistedaccess.consent.service import get_person_for_act
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.notices.sites import find_desk
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.models import Person
from assistedaccess.people.queries import find_address
from assistedaccess.people.reach import check_may_begin, load_reached
from assistedaccess.people.routes import choose_route

from . import queries_places, queries_referrals, rules_places
from . import rules_referrals as rules
from .models_referrals import Referral
from .queries_referrals import ReferralPage, ReferralRow
from .rules_referrals import ReferralKind, ReferralState, Shared, Way
from .service import lock_open_case
from .service_handover import lock_open_organisation
from .service_places import read_other_place
from .service_referral_steps import SUBJECT, record_step
from .service_reminders import remind
from .service_spoken_yes import read_yes, record_yes

MAKE = "casework.make_referral"
THROUGH_US = "desk"
"""In place of a contact point: the other place reaches the person through this desk."""


def say_shared(shared: Sequence[str]) -> str:
    """What the other place gets to know, as the person is told it."""
    words = {
        Shared.NAME: _("your name"),
        Shared.CONTACT: _("how to reach you safely"),
        Shared.ABOUT: _("what it is about"),
        Shared.NEEDS: _("what help you need"),
    }
    return ", ".join(words[one] for one in Shared if one in shared) or _("nothing")


@command(MAKE)
def make_referral(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    shared: list[str],
    way: str,
    said_yes: bool,
    how_said: str,
    to_organisation_id: UUID | None = None,
    place_id: UUID | None = None,
    other_place: str | None = None,
    contact: str | None = None,
    mind: str | None = None,
    about: str | None = None,
    needs: str | None = None,
    wants_private: bool = False,
    wants_paper: bool = False,
    request_key: str | None = None,
) -> UUID:
    """Refer the person of a case to another place, with their yes to what it is told.

    The place is an organisation inside, an entry of the directory, or ``other_place``, its name.
    ``contact`` is a safe contact point's id, or THROUGH_US. Only what is in ``shared`` is kept.
    Raises InvalidInput without the yes, for a place that is none, for a contact that is not safe,
    and for words that say where somebody lives who hides it.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    to_where = (case_id, kind, to_organisation_id, place_id, other_place, wants_private)
    told = (shared, contact, mind, about, needs, way, wants_paper)
    once = Once(actor, MAKE, request_key, *to_where, *told)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    case = lock_open_case(actor, case_id)
    person = get_person_for_act(actor, case.person_id)
    check_may_begin(person)
    asked = read_word("kind", kind, ReferralKind, _("Select what help they need"))
    facts, place_kinds = _read_place(actor, to_organisation_id, place_id, other_place)
    facts["kind"] = str(asked)
    is_private = rules.is_private(asked, place_kinds, wished=wants_private)
    chosen_way = read_word("way", way, Way, _("Select how they get to know"))
    if not wants_paper and rules.needs_paper_wish(
        chosen_way, is_private=is_private, is_paper_unsafe=person.is_paper_unsafe
    ):
        raise InvalidInput("wants_paper", _("Ask whether they want it on paper, and tick, or tell"))
    joined = _read_shared(shared, chosen_way, is_inside=to_organisation_id is not None)
    facts |= _read_what_is_told(actor, person, joined, contact, mind, about, needs)
    channel = read_yes(how_said, said_yes=said_yes)
    purpose = _say_purpose(facts["place"], joined, is_private=is_private)
    consent_id = record_yes(actor, case, person, purpose, channel)
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    task_id = remind(
        actor,
        case,
        _("Referral: ask the person, alone, whether they arrived there"),
        due_on=clock.today() + rules.ASK_AFTER,
        added_by=actor.account_id,
    )
    get_session().flush()
    row = Referral(
        id=new_id(),
        organisation_id=case.organisation_id,
        case_id=case.id,
        person_id=person.id,
        to_organisation_id=to_organisation_id,
        is_private=is_private,
        shared=",".join(joined),
        way=chosen_way,
        facts=queries_referrals.seal_facts(person.id, facts),
        consent_id=consent_id,
        task_id=task_id,
        state=ReferralState.MADE,
        made_at=clock.now(),
        made_by=actor.account_id,
        made_by_human=actor.human_id,
    )
    get_session().add(row)
    get_session().flush()
    record_step(Action.REFERRAL_MADE, actor, row)
    queue_notice(
        actor=actor,
        person_id=person.id,
        kind=NoticeKind.REFERRAL_MADE,
        route=choose_route(person.id, actor),
        organisation_id=case.organisation_id,
        is_sensitive=is_private,
    )
    return once.keep(row.id)


def _say_purpose(place: str, shared: Sequence[str], *, is_private: bool) -> str:
    # A private place stands in the referral, which few may read; a consent is printed and listed.
    if is_private:
        return _("Help that they asked for. What was agreed stands in the case.")
    return _("%(name)s gets to know: %(what)s.", name=place, what=say_shared(shared))


def _read_place(
    actor: Actor, to_organisation_id: UUID | None, place_id: UUID | None, other_place: str | None
) -> tuple[dict[str, str], tuple[ReferralKind, ...]]:
    """The one place that is named, as it is kept, and its kinds where the directory has it."""
    name = read_other_place(other_place, to_organisation_id, place_id)
    if to_organisation_id is not None:
        return {"place": lock_open_organisation(actor, to_organisation_id, "place").name}, ()
    if place_id is None:
        return {"place": name}, ()
    row = queries_places.get_outside_place(actor, place_id)
    facts = {"place": row.name, "reach": row.reach, "area": row.area, "hours": row.hours}
    return facts, rules_places.split_kinds(row.kinds)


def _read_shared(shared: list[str], way: Way, *, is_inside: bool) -> tuple[Shared, ...]:
    try:
        chosen = rules.split_shared(rules.join_shared(shared))
    except ValueError as error:
        raise InvalidInput("shared", _("Select what they may know")) from error
    if not chosen and (is_inside or way is Way.TOLD):
        raise InvalidInput("shared", _("Select what they may know"))
    return chosen


def _read_what_is_told(
    actor: Actor,
    person: Person,
    shared: tuple[Shared, ...],
    contact: str | None,
    mind: str | None,
    about: str | None,
    needs: str | None,
) -> dict[str, str]:
    """What was chosen, and nothing else, whatever was typed beside it."""
    told = {}
    if Shared.CONTACT in shared:
        told["contact"] = _read_contact(actor, person, contact)
        # Their record says what makes it safe; how much of it the place hears is theirs to choose.
        has_rule = contact != THROUGH_US and person.safe_contact is not None
        told["mind"] = read_text(
            "mind",
            mind,
            rules.LONGEST_MIND,
            _("Enter what they must mind, so that it is safe") if has_rule else "",
        )
        if person.no_messages_left:
            told["contact"] = _("%(contact)s (leave no message)", contact=told["contact"])
    if Shared.ABOUT in shared:
        told["about"] = read_text(
            "about", about, rules.LONGEST_ABOUT, _("Enter what it is about, or take out the tick")
        )
    if Shared.NEEDS in shared:
        told["needs"] = read_text(
            "needs", needs, rules.LONGEST_ABOUT, _("Enter what they need, or take out the tick")
        )
    if person.hides_address:
        address = find_address(person)
        for field, words in told.items():
            if address and rules.tells_address(words, address.lines, address.postcode):
                raise InvalidInput(
                    field, _("This says where they live, which they hide. Take it out")
                )
    return told


def _read_contact(actor: Actor, person: Person, contact: str | None) -> str:
    if contact == THROUGH_US:
        desk = find_desk(actor.organisation_id, actor.site_id)
        return _("through %(desk)s", desk=", ".join(filter(None, (desk.name, desk.telephone))))
    for point in queries_referrals.list_ways_to_reach(person):
        if point.id == contact:
            return point.words
    raise InvalidInput("contact", _("Select a safe way to reach the person"))


@command("casework.view_referral")
def view_referral(
    *, actor: Actor, referral_id: UUID, stated_reason: str | None = None, prints: bool = False
) -> ReferralPage:
    """One referral as far as its reader may see it, the look recorded first.

    The place inside looks because it was referred to: that explains this page, and no other of the
    person's. ``prints``: for the paper that the person carries; StaleVersion where none was agreed.
    """
    require(actor, Permission.TODAY_VIEW)
    row = queries_referrals.get_referral(actor, referral_id)
    person, found = load_reached(actor, row.person_id, lock=False)
    concerns(subject=(SUBJECT, row.id))
    action = Action.REFERRAL_PRINTED if prints else Action.REFERRAL_OPENED
    if row.organisation_id == actor.organisation_id:
        record_look(
            action,
            actor=actor,
            person_id=row.person_id,
            subject=(SUBJECT, row.id),
            stated_reason=stated_reason or found.stated,
            needs_details=True,
        )
    else:
        record(
            action,
            actor=actor,
            person_id=row.person_id,
            subject=(SUBJECT, row.id),
            reason="private" if row.is_private else "referred",
        )
    page = queries_referrals.load_page(actor, row, person)
    if prints and not page.may_print:
        raise StaleVersion(
            _("There is no paper of this referral."),
            next_step=_("The person did not ask for it on paper. Tell them instead, alone."),
        )
    return page


@command("casework.list_referrals")
def list_referrals(*, actor: Actor) -> list[ReferralRow]:
    """What was referred to the organisation, and what it has made; by initials alone."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="referrals")
    return queries_referrals.list_referrals(actor)
