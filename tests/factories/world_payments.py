"""Money in the world: a fee that is due, one paid by a cheque, a till that waits for the second."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.applications import (
    service_emergency,
    service_links,
    service_payments,
    service_refunds,
    service_till,
)
from assistedaccess.applications.models_payments import Till
from assistedaccess.applications.models_refunds import Refund
from assistedaccess.applications.paying import NewPayment, ProviderPayment, look_after_links
from assistedaccess.applications.queries_emergency import get_gift_reference
from assistedaccess.applications.queries_links import use_account
from assistedaccess.applications.queries_payments import get_payment_reference
from assistedaccess.applications.rules_links import Said
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.consent.service import record_assisting_consent
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading

from . import applications, casework
from .world import Side
from .world_applications import start_badge


def add(side: Side) -> None:
    """The slip and the reason of a difference are canaries."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    due, paid = (
        start_badge(side, casework.make_case(helper, person_id, need=side.secret(f"Feeneed{n}")).id)
        for n in ("one", "two")
    )
    for endpoint in ("pay_fee", "waive_fee"):
        side.values[f"applications.{endpoint}:reference"] = due
    till_id = service_till.open_till(actor=helper, float_pence=2_000)
    payment_id = service_payments.take_payment(
        actor=helper,
        application_id=applications.get_draft(helper, paid).id,
        amount_pence=1_000,
        way="cheque",
        whose="own",
        cheque_number=side.secret("Cheque", most=40),
    )
    with reading() as session:
        side.values["payments"] = get_payment_reference(payment_id)
        counted = session.get_one(Till, till_id).reference
    manager = side.actors["manager"]
    service_till.count_till(actor=manager, till_id=till_id, cash_pence=2_000, cheques_pence=1_000)
    side.values["till.check_till:reference"] = counted
    second = service_till.open_till(actor=helper, float_pence=0)
    with reading() as session:
        side.values["tills"] = session.get_one(Till, second).reference
    _check_one_that_differs(side)
    _add_link(side)
    _add_refund(side, payment_id)
    _add_gift(side)


def _add_link(side: Side) -> None:
    """A payment on the provider's page, whose address nobody else may see."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    case = casework.make_case(helper, person_id, need=side.secret("Linkneed"))
    draft = applications.get_draft(helper, start_badge(side, case.id))
    use_account(side.organisation.reference)
    payment_id = service_links.begin_link(
        actor=helper, application_id=draft.id, amount_pence=1_000, whose="own"
    )
    look_after_links(
        provider=_Page(side.secret("Payaddress", side.word("Payaddress"))),
        return_url="https://help.example.org/paid",
    )
    use_account("")
    with reading():
        reference = get_payment_reference(payment_id)
    for endpoint in ("print_link", "look_at_link", "stop_link"):
        side.values[f"applications.{endpoint}:reference"] = reference


class _Page:
    """A provider that makes one payment, at a secret address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def create(self, new: NewPayment) -> ProviderPayment:
        url = f"https://pay.example.org/{self.address}"
        made = f"pay-{self.address[-1]}"
        return ProviderPayment(made, new.reference, new.amount_pence, Said.CREATED, "", url)

    def get(self, provider_id: str) -> ProviderPayment:
        raise AssertionError(provider_id)

    def find(self, reference: str) -> ProviderPayment | None:
        raise AssertionError(reference)

    def cancel(self, provider_id: str) -> None:
        raise AssertionError(provider_id)


def _check_one_that_differs(side: Side) -> None:
    manager, helper = side.actors["manager"], side.actors["helper"]
    with reading() as session:
        row = session.query(Till).filter_by(reference=side.values["tills"]).one()
        till_id = row.id
    service_till.count_till(actor=manager, till_id=till_id, cash_pence=1, cheques_pence=0)
    service_till.check_till(
        actor=helper,
        till_id=till_id,
        cash_pence=1,
        cheques_pence=0,
        reason=side.secret("Tillreason"),
    )
    third = service_till.open_till(actor=helper, float_pence=0)
    with reading() as session:
        side.values["till.count_till:reference"] = session.get_one(Till, third).reference


def _add_refund(side: Side, payment_id: UUID) -> None:
    """Money that two humans agreed to give back, why and by which cheque being canaries; and money
    that is still to be handed over."""
    for pence, why in ((400, "Refundwhy"), (300, "Refundagain")):
        try:
            service_refunds.refund_payment(
                actor=side.actors["helper"],
                payment_id=payment_id,
                amount_pence=pence,
                reason="other",
                words=side.secret(why),
            )
        except Held as held:
            _release(side, str(held.pending_reference))
    with reading() as session:
        rows = session.query(Refund).filter_by(organisation_id=side.organisation.id)
        first, second = rows.order_by(Refund.id).all()
        side.values["refunds"] = second.reference
        side.values["applications.print_refund_receipt:reference"] = first.reference
    service_refunds.pay_refund_out(
        actor=side.actors["helper"], refund_id=first.id, slip=side.secret("Refundslip", most=40)
    )


def _release(side: Side, reference: str) -> None:
    """Whoever was drawn agrees: one of this side's reviewers."""
    with reading() as session:
        row = session.query(PendingAct).filter_by(reference=reference).one()
        act_id, drawn = row.id, row.drawn_account_id
    reviewer = next(
        side.actors[name]
        for name in ("reviewer", "second_reviewer")
        if side.actors[name].account_id == drawn
    )
    release_pending_act(actor=reviewer, pending_act_id=act_id, reason="In order")


def _add_gift(side: Side) -> None:
    """A voucher, whose number and need are canaries."""
    helper = side.actors["helper"]
    record_assisting_consent(
        actor=helper,
        person_id=side.ids["person"],
        service="council-crisis-support",
        purpose=side.secret("Fundpurpose"),
    )
    gift_id = service_emergency.give_emergency_help(
        actor=helper,
        case_id=side.ids["case"],
        kind="food_voucher",
        amount_pence=3_000,
        serial=side.secret("Serial", most=40),
        need=side.secret("Giftneed"),
    )
    with reading():
        side.values["emergency-help"] = get_gift_reference(gift_id)
    side.values["applications.give_emergency_help:reference"] = side.values["cases"]
