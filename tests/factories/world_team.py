"""The managers' side of the world: cases that were drawn, a form that is written, an agreement."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.accounts.alarms import BreakInSuspected
from assistedaccess.accounts.rules_alarms import Alarm
from assistedaccess.casework.models import Case
from assistedaccess.desk import service_supervision
from assistedaccess.desk.rules_supervision import Question
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import alarms, service_agreements

from .organisations import make_organisation
from .team import make_item
from .world import Side, soon


def add(side: Side) -> None:
    """Both of the helper's cases, drawn of last month."""
    with reading() as session:
        cases = session.scalars(
            select(Case.id).where(Case.organisation_id == side.organisation.id).order_by(Case.id)
        )
        first, second, *_rest = list(cases)
    partner = make_organisation(name=side.text("Partner"))
    agreement = service_agreements.propose_agreement(
        actor=side.actors["manager"],
        partner_reference=partner.reference,
        purpose=side.text("Agreedpurpose"),
        shared=side.text("Agreedshared"),
        starts_on=clock.today(),
        review_on=soon(300),
    )
    side.values["agreement_id"] = str(agreement)
    side.values["item_id"] = str(make_item(first))
    service_supervision.write_supervision_form(
        actor=side.actors["manager"],
        item_id=make_item(second),
        answers=dict.fromkeys(Question, "yes"),
        outcome="talk",
        words=side.secret("Supervised", most=40),
    )
    suspected = BreakInSuspected(PUBLIC, side.actors["helper"].account_id, Alarm.MANY_FAILURES)
    run_transaction(lambda: alarms.tell_managers(suspected))
    with reading():
        side.values["alarm_id"] = str(alarms.list_alarms(side.organisation.id)[0].id)
