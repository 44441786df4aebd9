"""Money in the town: a fee paid in cash, a till that two people counted, a refund that waits, and a
food voucher."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assistedaccess.applications import (
    service_emergency,
    service_payments,
    service_refunds,
    service_till,
)
from assistedaccess.applications.models import Application
from assistedaccess.casework.models import Case
from assistedaccess.consent import service as consent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading

FUND = "council-crisis-support"
FLOAT, FEE, VOUCHER = 2_000, 1_000, 3_000


def move_money(helper: Actor, colleague: Actor) -> None:
    """What one desk of the council took and gave on its last day; ``colleague`` counts again."""
    till_id = service_till.open_till(actor=helper, float_pence=FLOAT)
    application_id = _find_badge(helper)
    payment_id = service_payments.take_payment(
        actor=helper,
        application_id=application_id,
        amount_pence=FEE,
        way="cash",
        whose="own",
        request_key=new_request_key(),
    )
    service_till.count_till(actor=helper, till_id=till_id, cash_pence=FLOAT + FEE, cheques_pence=0)
    service_till.check_till(
        actor=colleague, till_id=till_id, cash_pence=FLOAT + FEE, cheques_pence=0
    )
    _ask_for_it_back(helper, payment_id)
    _give_voucher(helper, application_id)


def _find_badge(helper: Actor) -> UUID:
    """The last badge that was applied for at the helper's own organisation, by the helper."""
    with reading() as session:
        return session.scalars(
            select(Application.id)
            .where(
                Application.organisation_id == helper.organisation_id,
                Application.started_by == helper.account_id,
                Application.service == "blue-badge",
                Application.purpose == "claim",  # a change of one costs nothing
                Application.state == "submitted",
            )
            .order_by(Application.id.desc())
            .limit(1)
        ).one()


def _ask_for_it_back(helper: Actor, payment_id: UUID) -> None:
    try:
        service_refunds.refund_payment(
            actor=helper,
            payment_id=payment_id,
            amount_pence=FEE,
            reason="other",
            words="The council does not charge people who get this allowance.",
        )
    except Held:
        return  # as it should: a second human looks at it first


def _give_voucher(helper: Actor, application_id: UUID) -> None:
    with reading() as session:
        row = session.get_one(Application, application_id)
        case = session.get_one(Case, row.case_id)
        person_id, case_id = row.person_id, case.id
    consent.record_assisting_consent(
        actor=helper,
        person_id=person_id,
        case_id=case_id,
        service=FUND,
        purpose="No food in the house until Friday",
        request_key=new_request_key(),
    )
    service_emergency.give_emergency_help(
        actor=helper,
        case_id=case_id,
        kind="food_voucher",
        amount_pence=VOUCHER,
        serial="FV-0815",
        need="No food in the house until Friday",
        request_key=new_request_key(),
    )
