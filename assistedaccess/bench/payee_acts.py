"""Acts that name an account, filled in and read out, ready to be sent: that alone is measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from assistedaccess.applications.answers import seal_page
from assistedaccess.applications.models import AnswerPage, Application
from assistedaccess.applications.queries import get_reference
from assistedaccess.applications.queries_drafts import load_draft
from assistedaccess.applications.rules_payee import FORM
from assistedaccess.applications.service import start_application
from assistedaccess.applications.service_payee import start_payment_details
from assistedaccess.applications.service_sending import read_back, submit_application
from assistedaccess.casework.service import open_case
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.consent.service import find_or_start_visit
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.rules import CheckLevel
from assistedaccess.organisations.service_records import record_check
from assistedaccess.people.queries import get_person
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.queries import get_definition

from .answering import Answered, answer_form

SERVICE = "council-crisis-support"
POWERS = (Power.SEE, Power.FILL_IN, Power.SUBMIT, Power.CHANGE_PAYMENT_DETAILS)


def prepare_claim(
    helper: Actor, another: Actor, person_id: UUID, _number: int
) -> Callable[[], object]:
    """A claim that names an account of the person's own, to be sent. ``another`` helper has met
    them too: with whom nobody else has, the account waits, which is other work."""
    find_or_start_visit(actor=another, person_id=person_id)
    run_transaction(partial(_let_act, helper, person_id))
    case_id = open_case(
        actor=helper,
        person_id=person_id,
        need="A cooker",
        why_help=["no_skill"],
        first_contact_on=clock.today(),
    )
    made = start_application(
        actor=helper,
        case_id=case_id,
        service=SERVICE,
        mode=str(Mode.REPRESENTING),
        request_key=new_request_key(),
    )
    return _prepare(helper, made, SERVICE, {})


def prepare_change(
    helper: Actor, another: Actor, person_id: UUID, number: int
) -> Callable[[], object]:
    """A digit of the account of such a claim put right the same day, to be sent: what differs
    more waits for a second human, and does other work."""
    if number == 0:  # the law asks it of whoever handles somebody's money
        assert helper.membership_id is not None  # noqa: S101  (a helper has one)
        record_check(
            actor=SYSTEM,
            membership_id=helper.membership_id,
            level=str(CheckLevel.ENHANCED_WITH_BARRED_LIST),
            checked_on=clock.today(),
        )
    send_claim = prepare_claim(helper, another, person_id, number)
    claim_id = send_claim()
    assert isinstance(claim_id, UUID)  # noqa: S101  (submit_application returns it)
    made = start_payment_details(
        actor=helper, application_id=claim_id, request_key=new_request_key()
    )
    return _prepare(helper, made, FORM, {"rollNumber": None, "bankName": None}, first="2")


def _let_act(helper: Actor, person_id: UUID) -> None:
    """The helper’s delegation, with what it needs for both: no statement here is measured."""
    get_session().execute(
        update(Delegation)
        .where(Delegation.person_id == person_id, Delegation.ended_at.is_(None))
        .values(services=[SERVICE], powers=[str(power) for power in POWERS])
    )


def _prepare(
    helper: Actor,
    application_id: UUID,
    form: str,
    more: dict[str, Any],
    first: str = "1",
) -> Callable[[], object]:
    with reading() as session:
        row = session.get_one(Application, application_id)
        person_id, name = row.person_id, get_person(row.person_id).name
        form_hash = session.scalars(
            select(FormDefinition.hash).where(FormDefinition.id == row.form_definition_id)
        ).one()
        answered = answer_form(get_definition(form_hash), clock.local(clock.now()))
    own = {
        "accountName": name,
        "sortCode": "089999",
        # Nobody else's, and each time the same: whom others are paid with, and who is paid into
        # another account already, waits for a second human, which is other work.
        "accountNumber": f"{first}{person_id.int % 10**7:07}",
        "rollNumber": None,
        **more,
    }
    run_transaction(partial(_answer, helper, application_id, answered, own))
    version = _hear(helper, application_id)
    return partial(
        submit_application,
        actor=helper,
        application_id=application_id,
        version=version,
        declarer="helper_under_delegation",
    )


def _answer(helper: Actor, application_id: UUID, answered: Answered, own: dict[str, Any]) -> None:
    session = get_session()
    row = session.get_one(Application, application_id)
    pages = []
    for path, given in answered:
        answers = {key: own.get(key, value) for key, value in given.items()}
        pages.append(
            {
                "application_id": application_id,
                "path": path,
                "answers": seal_page(row.person_id, application_id, path, answers, []),
                "version": 1,
                "saved_at": clock.now(),
                "saved_by": helper.account_id,
                "authority_kind": row.authority_kind,
                "authority_id": row.authority_id,
            }
        )
    session.execute(insert(AnswerPage), pages)
    row.version += len(pages)


def _hear(helper: Actor, application_id: UUID) -> int:
    """All of it is read out, and the person says yes; returns the version that they heard."""
    while True:
        with reading():
            draft = load_draft(helper, get_reference(application_id))
            unheard = draft.unheard if draft.changes else []
            version, settled = draft.version, draft.progress.read_back_version
        if settled == version:
            return version
        read_back(
            actor=helper,
            application_id=application_id,
            version=version,
            answer="yes",
            path=unheard[0].path if unheard else None,
        )
