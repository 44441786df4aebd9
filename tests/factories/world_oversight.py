"""What the auditors of a side see of the other one: a look, a message, a finding, a question."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.audit.sealing import seal_all
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations.queries import get_organisation_reference
from assistedaccess.oversight import (
    service,
    service_asked,
    service_findings,
    service_flags,
    service_samples,
)
from assistedaccess.oversight.models import Finding, Flag
from assistedaccess.oversight.rules import Question
from assistedaccess.people import service as people

from .people import make_person
from .world import Side


def add(side: Side, audited: Side) -> None:
    """``side`` audits ``audited``."""
    _break_glass(side, audited)
    _tell(side, audited)
    _find(side, audited)
    reference = _order_sample(side, audited)
    seal_all()  # so that what happened has its proofs, and the sample its checkpoint
    _draw_sample(side, reference)


def _order_sample(side: Side, audited: Side) -> str:
    reference = service_samples.order_sample(
        actor=side.actors["auditor"],
        kind="discovery",
        certainty=9500,
        rate=100,
        question=Question(organisation_id=audited.organisation.id, action="person.registered"),
        asked=[("action", "person.registered")],
    )
    side.values["samples"] = reference
    return reference


def _draw_sample(side: Side, reference: str) -> None:
    auditor = side.actors["auditor"]
    service_samples.draw_sample(actor=auditor, reference=reference)
    first, *_others = service_samples.view_sample(actor=auditor, reference=reference).drawn
    service_samples.judge_item(
        actor=auditor,
        reference=reference,
        item=first.item,
        is_exception=False,
        words=side.secret("Judged"),
    )
    side.values["item"] = str(first.item)


def _break_glass(side: Side, audited: Side) -> None:
    lead = audited.actors["safeguarding_lead"]
    # Somebody of whom nothing else is known: no case, no concern explains the look.
    person_id = make_person(audited.actors["helper"], audited.text("Lookedat"))
    people.state_reason(
        actor=lead, person_id=person_id, reason="risk_to_life", words=audited.text("Glasswords")
    )
    people.open_person(actor=lead, person_id=person_id)
    with reading() as session:
        flag = session.scalars(
            select(Flag).where(
                Flag.organisation_id == audited.organisation.id, Flag.tip_id.is_(None)
            )
        ).first()
        assert flag is not None
        side.values["flag_id"] = str(flag.id)
    service_asked.ask_about_look(actor=side.actors["auditor"], flag_id=flag.id)


def _tell(side: Side, audited: Side) -> None:
    with reading():
        place = get_organisation_reference(audited.organisation.id)
    for _ in range(2):
        service_flags.tell_something_is_wrong(
            actor=PUBLIC,
            words=side.secret("Tip"),
            teller=side.secret("Teller"),
            organisation_reference=place,
            network="192.0.2.1",
        )
    with reading() as session:
        flag_id = session.scalars(
            select(Flag.id).where(
                Flag.organisation_id == audited.organisation.id, Flag.tip_id.is_not(None)
            )
        ).first()
        assert flag_id is not None
    service_flags.decide_flag(
        actor=side.actors["auditor"],
        flag_id=flag_id,
        decision="in_order",
        words=side.secret("Decision"),
    )
    side.values["decided_flag"] = str(flag_id)


def _find(side: Side, audited: Side) -> None:
    auditor = side.actors["auditor"]
    finding_id = service_findings.open_finding(
        actor=auditor,
        organisation_id=audited.organisation.id,
        title=side.secret("Findingtitle", most=150),
        what=side.secret("Findingwhat"),
    )
    with reading() as session:
        reference = session.get_one(Finding, finding_id).reference
    side.values["findings"] = audited.values["asked"] = reference
    service_findings.add_to_finding(
        actor=auditor, finding_id=finding_id, kind="question", text=side.text("Question")
    )
    question_id = service.save_question(
        actor=auditor, name=side.secret("Savedname", most=70), asked=[("kind", "looks")]
    )
    side.values["question_id"] = str(question_id)
