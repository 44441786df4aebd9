"""The command that keeps what a benefits calculator said, where the person wishes it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.money import spell_money
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import check_may_go_on

from . import rules_benefits as rules
from .models_benefits import BenefitsCheck
from .queries_referrals import seal_facts
from .service import lock_case

RECORD = "casework.record_benefits_check"
SUBJECT = "benefits_check"


@command(RECORD)
def record_benefits_check(
    *,
    actor: Actor,
    case_id: UUID,
    calculator: str,
    checked_on: date,
    wishes: bool,
    weekly_pence: int | None = None,
    may_claim: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Keep a result in a case. Nothing is kept without ``wishes``; it claims nothing."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    typed = (case_id, calculator, checked_on, weekly_pence, may_claim)
    once = Once(actor, RECORD, request_key, *typed)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    case = lock_case(actor, case_id)
    check_may_go_on(get_person(case.person_id))
    chosen = read_word("calculator", calculator, rules.Calculator, _("Select the calculator"))
    words = read_text("may_claim", may_claim, rules.LONGEST_MAY_CLAIM)
    if not rules.is_worth_keeping(weekly_pence, words):
        raise InvalidInput("may_claim", _("Enter the amount, or what they may claim"))
    if weekly_pence is not None and not 0 <= weekly_pence <= rules.MOST_A_WEEK:
        raise InvalidInput("weekly_pence", _("Check the amount a week"))
    if checked_on > clock.today():
        raise InvalidInput("checked_on", _("The day must be today or in the past"))
    if not wishes:
        raise InvalidInput("wishes", _("Ask whether they want it kept, and tick when they do"))
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    weekly = "" if weekly_pence is None else spell_money(weekly_pence)
    row = BenefitsCheck(
        id=new_id(),
        organisation_id=case.organisation_id,
        case_id=case.id,
        person_id=case.person_id,
        calculator=chosen,
        checked_on=checked_on,
        facts=seal_facts(
            case.person_id,
            {"weekly": weekly, "may_claim": words},
            column="benefits_check.facts",
        ),
        recorded_at=clock.now(),
        recorded_by=actor.account_id,
    )
    get_session().add(row)
    record(
        Action.BENEFITS_CHECK_RECORDED,
        actor=actor,
        person_id=case.person_id,
        subject=("case", case.id),
        details={"benefits_check": str(row.id)},
    )
    return once.keep(row.id)
