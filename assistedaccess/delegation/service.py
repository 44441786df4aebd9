"""Granting a delegation on a consent; and the other commands of this package by one name.

authorise() and reserve() stand in authority, ending and freezing in service_stops.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.approvals.queries import find_asked
from assistedaccess.approvals.rules import State
from assistedaccess.audit import Action, record
from assistedaccess.consent.models import Consent
from assistedaccess.consent.rules import HolderKind, Mode
from assistedaccess.consent.rules_terms import Terms
from assistedaccess.consent.service import get_person_for_act, tell_person
from assistedaccess.consent.service_confirming import MADE_NOW, Answer, confirm_request
from assistedaccess.consent.stops import check_may_take_yes
from assistedaccess.consent.terms import check_asked, find_other_holder, kind_of, terms_of
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, NotFound
from assistedaccess.kernel.events import ActHeld, publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.transactions import get_transaction, run_transaction
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import Holder
from assistedaccess.people.models import Person
from assistedaccess.people.reach import check_may_begin

from . import rules, surroundings
from .authority import Authority, Reserved, authorise, give_back, reserve, use_reserve
from .events import DelegationGranted
from .models import Delegation
from .queries import make_facts, name_holders
from .rules import EndedHow
from .rules_term import Replaced, RestsOnLaw, check_replacing, find_check_in
from .service_capacity import check_can_decide
from .service_papers import find_last_on, list_carried
from .service_stops import end_all, end_delegation, end_replaced, freeze, lift

__all__ = [
    "Authority",
    "Reserved",
    "authorise",
    "confirm_and_grant",
    "end_all",
    "end_delegation",
    "freeze",
    "give_back",
    "grant_delegation",
    "lift",
    "reserve",
    "use_reserve",
]


GRANT_COMMAND = "delegation.grant_delegation"


def confirm_and_grant(
    *, actor: Actor, request_id: UUID, terms_hash: str, way: str, given: dict[str, str]
) -> Answer:
    """The person confirms, and it begins: the yes and what rests on it in one transaction.

    Where a second human has to look first, the yes is kept at once and what rests on it waits:
    raises Held then. Otherwise answers and raises as consent's confirm_request and
    grant_delegation do; sent again, it answers with the same consent.
    """
    held = False

    def work() -> Answer:
        nonlocal held
        held = False
        check_can_decide(request_id)
        answer = confirm_request(
            actor=actor, request_id=request_id, terms_hash=terms_hash, way=way, given=given
        )
        if answer.consent_id is not None:
            try:
                grant_delegation(actor=actor, consent_id=answer.consent_id)
            except Held:  # the controls are asked before anything is changed
                held = True
            except (rules.PaperMissing, rules.WordMissing):
                pass  # the yes is kept; nothing of it begins before what is to come is there
        return answer

    answer = run_transaction(work)
    if held and answer.consent_id is not None:
        grant_delegation(actor=actor, consent_id=answer.consent_id)
    return answer


@command(GRANT_COMMAND)
def grant_delegation(*, actor: Actor, consent_id: UUID) -> UUID:
    """Make a consent to represent take effect; returns the delegation's id.

    Only for the account that took the consent. Everything is asked anew, because a release by a
    second human comes later: the consent stands, its last day is not over, its strength carries
    its powers under the policy of today, the helper may act, the person lives. Asked again for the
    same consent, it answers with the same delegation.

    Raises Held where a control wants a second human, or a refusal; NotFound for others' consents.
    """
    require(actor, Permission.DELEGATION_GRANT)
    consent = get_transaction().notes.get(MADE_NOW, {}).get(consent_id)
    is_new = consent is not None
    if not is_new:
        consent = get_session().get(
            Consent, consent_id, with_for_update=True, populate_existing=True
        )
    if (
        consent is None
        or consent.mode != Mode.REPRESENTING
        or (consent.account_id, consent.organisation_id)
        != (actor.account_id, actor.organisation_id)
    ):
        raise NotFound
    _concern(consent)
    if not is_new:
        made = _find_made(actor, consent)
        if made is not None:
            return made
    if consent.withdrawn_at is not None:
        raise rules.ConsentWithdrawn(
            _(
                "The person took back their yes on %(day)s.",
                day=rules.spell_moment(consent.withdrawn_at),
            ),
            next_step=_("Ask the person. If they want it, record a new yes."),
        )
    check_may_begin(get_person_for_act(actor, consent.person_id))
    _concern(consent)
    terms = terms_of(consent)
    check_asked(actor, terms)
    carried = list_carried(consent)
    is_doubted = check_can_decide(consent.id)
    holder = _find_holder(actor, terms)
    surroundings.check_people(holder, consent.person_id)
    replaced = lock_replaced(terms.replaces_id, consent.person_id)
    check_may_take_yes(actor, consent.person_id)
    around = surroundings.look_around(consent, holder)
    controls.decide(
        Act(
            rules.GRANT,
            actor,
            person_id=consent.person_id,
            organisation_id=consent.organisation_id,
            amount_pence=consent.money_limit_pence,
            facts={
                "way": consent.way,
                "powers": tuple(consent.powers),
                "services": tuple(consent.services),
                "strength": consent.strength,
                "holder_kind": consent.holder_kind,
                "capacity_doubted": is_doubted,
                "standing_pence": around.standing_pence,
                "asks_for_help": around.asks_for_help,
                "needs_private_moment": around.misses_private_moment,
            },
        )
    )
    return _grant(actor, consent, holder, replaced, carried)


def _find_holder(actor: Actor, terms: Terms) -> Holder | None:
    """Who is to act, by account and human; None: the organisation."""
    if terms.holder_kind is not HolderKind.ACCOUNT:
        return None
    other = find_other_holder(actor, terms)
    if other is not None:
        return other
    assert actor.account_id is not None  # noqa: S101
    assert actor.human_id is not None  # noqa: S101
    return Holder(actor.account_id, actor.human_id, kind_of(actor))


def lock_replaced(replaces_id: UUID | None, person_id: UUID) -> Delegation | None:
    """The edition whose place is to be taken, locked, if another can take it.

    Raises what rules_term.check_replacing raises, and NotFound.
    """
    if replaces_id is None:
        return None
    row = get_session().get(Delegation, replaces_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.consent_id is None:
        raise RestsOnLaw(
            _("The law lets somebody act here, not the person. It cannot be changed by a yes."),
            next_step=_("Record the legal authority anew. The person can say stop at any desk."),
        )
    check_replacing(
        Replaced(row.person_id, row.ended_at, row.frozen_at, row.frozen_until),
        person_id,
        clock.now(),
    )
    return row


def _find_made(actor: Actor, consent: Consent) -> UUID | None:
    """The delegation that this consent has become. Raises GrantRefused where a reviewer said no."""
    made = get_session().scalar(select(Delegation.id).where(Delegation.consent_id == consent.id))
    if made is not None:
        record(
            Action.REQUEST_REPEATED,
            actor=actor,
            person_id=consent.person_id,
            subject=("delegation", made),
        )
        return made
    asked = find_asked(actor, GRANT_COMMAND, {"consent_id": consent.id})
    if asked is not None and asked[1] is State.REFUSED:
        # Asked again, another reviewer would be drawn: a refusal stands until the person is asked.
        raise rules.GrantRefused(
            _("A second person looked at this and did not agree."),
            next_step=_("Read why. You can ask the person anew, with other limits."),
        )
    return None


def _concern(consent: Consent) -> None:
    concerns(
        person_id=consent.person_id,
        organisation_id=consent.organisation_id,
        subject=("consent", consent.id),
        authority=("consent", consent.id),
    )


def _grant(
    actor: Actor,
    consent: Consent,
    holder: Holder | None,
    replaced: Delegation | None,
    carried: Sequence[str],
) -> UUID:
    now = clock.now()
    last_on = find_last_on(consent)
    delegation_id = new_id()
    if replaced is not None:
        end_replaced(actor, replaced, _how_replaced(consent, holder, replaced))
    get_session().add(
        Delegation(
            id=delegation_id,
            reference=new_reference("D"),
            person_id=consent.person_id,
            consent_id=consent.id,
            organisation_id=consent.organisation_id,
            holder_kind=consent.holder_kind,
            holder_account_id=holder.account_id if holder else None,
            holder_human_id=holder.human_id if holder else None,
            services=consent.services,
            powers=list(carried),
            chain_id=replaced.chain_id if replaced else delegation_id,
            replaces_id=replaced.id if replaced else None,
            edition=replaced.edition + 1 if replaced else 1,
            is_one_task=consent.is_one_task,
            money_limit_pence=consent.money_limit_pence,
            money_period=consent.money_period,
            act_limit_pence=consent.act_limit_pence,
            starts_at=now,
            expires_at=clock.end_of_day(last_on),
            check_in_on=find_check_in(clock.today(), last_on),
            granted_at=now,
            granted_by=consent.account_id,
            version=1,
        )
    )
    get_session().flush()
    record(
        Action.DELEGATION_GRANTED,
        actor=actor,
        person_id=consent.person_id,
        organisation_id=consent.organisation_id,
        subject=("delegation", delegation_id),
        authority=("consent", consent.id),
        reason=consent.way,
        details={
            "powers": list(carried),
            "services": consent.services,
            "replaces": str(replaced.id) if replaced else "",
        },
    )
    facts = make_facts(consent.person_id, [consent])
    if replaced is not None:
        facts["instead"] = name_holders([replaced])
    tell_person(
        actor=actor,
        person_id=consent.person_id,
        kind=NoticeKind.DELEGATION_GRANTED,
        organisation_id=consent.organisation_id,
        visit_id=consent.visit_id,
        facts=facts,
    )
    publish(DelegationGranted(delegation_id, consent.person_id, consent.organisation_id))
    return delegation_id


def _how_replaced(consent: Consent, holder: Holder | None, replaced: Delegation) -> EndedHow:
    """Handed over to somebody else, or superseded by another edition of the same holder's."""
    before = (replaced.organisation_id, replaced.holder_account_id)
    after = (consent.organisation_id, holder.account_id if holder else None)
    return EndedHow.SUPERSEDED if before == after else EndedHow.HANDED_OVER


def tell_of_hold(event: ActHeld) -> None:
    """Tell the person that what they agreed to waits for a second human; nothing has begun."""
    call = event.held.call
    if call is None or call.name != GRANT_COMMAND:
        return
    consent = get_session().get(Consent, call.arguments["consent_id"])
    if consent is None:
        return
    tell_person(
        actor=call.actor,
        person_id=consent.person_id,
        kind=NoticeKind.DELEGATION_WAITS,
        organisation_id=consent.organisation_id,
        visit_id=consent.visit_id,
        facts=make_facts(consent.person_id, [consent]),
    )


def list_excluded_humans(
    command_name: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Who must not decide on a grant that waits: the person's human, the witness, the holder."""
    if command_name != GRANT_COMMAND:
        return set()
    found = (
        get_session()
        .execute(
            select(Consent.witness_human_id, Consent.human_id, Person.human_id, Account.human_id)
            .join(Person, Person.id == Consent.person_id)
            .outerjoin(Account, Account.id == Consent.holder_account_id)
            .where(Consent.id == arguments["consent_id"])
        )
        .one_or_none()
    )
    return {human_id for human_id in found or () if human_id is not None}
