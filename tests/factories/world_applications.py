"""What was applied for: a form that is ready, one that is sent, one begun; help given elsewhere."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.applications import (
    service,
    service_changing,
    service_delivering,
    service_helping,
    service_outcomes,
    service_payee,
)
from assistedaccess.applications.kept import keep_text
from assistedaccess.applications.models import KeptText, RecordOfHelp
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.consent.service import record_assisting_consent
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import answering, reading, run_transaction

from . import applications, casework, delegation
from .world import Side

SERVICE = "blue-badge"
PAYING = "council-crisis-support"
WITH_FILES = "older-persons-bus-pass"
SUBMITTED = ("show_confirmation", "choose_way_out", "type_elsewhere", "print_covering_letter")


def add(side: Side) -> None:
    """Assisting, with the person at the desk; answers are canaries."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    record_assisting_consent(
        actor=helper,
        person_id=person_id,
        service=SERVICE,
        purpose=side.secret("Badgepurpose"),
    )
    ready = start_badge(side, side.ids["case"])
    side.values["applications"] = ready
    side.values["applications.answer_page:path"] = "name"
    if side.letter == "a":  # its pages are looked at; of the other side a beginning is enough
        draft = applications.answer_all(helper, ready, _answers(side))
        applications.read_back(helper, draft)
        second = casework.make_case(helper, person_id, need=side.secret("Secondneed"))
        sent = start_badge(side, second.id)
        draft = applications.answer_all(helper, sent, _answers(side))
        applications.read_back(helper, draft)
        applications.submit(helper, applications.get_draft(helper, sent))
        service_delivering.choose_way_out(
            actor=helper,
            application_id=applications.get_draft(helper, sent).id,
            way="typed_elsewhere",
        )
        for endpoint in SUBMITTED:
            side.values[f"applications.{endpoint}:reference"] = sent
        _add_change(side, sent)
        _add_payee(side)
        third = casework.make_case(helper, person_id, need=side.secret("Thirdneed"))
        unheard = start_badge(side, third.id)
        applications.answer_all(helper, unheard, _answers(side))
        side.values["applications.read_back:reference"] = unheard
    else:
        wanted = _answers(side)
        for _ in range(2):
            draft = applications.get_draft(helper, ready)
            page = draft.definition.pages[draft.progress.unanswered]
            applications.save(
                helper, ready, page.path, applications.posted_for(draft, page, wanted)
            )
        for endpoint in SUBMITTED:
            side.values[f"applications.{endpoint}:reference"] = ready
        for endpoint in (
            "start_change",
            "tell_change",
            "start_payment_details",
            "confirm_payment_details",
        ):
            side.values[f"applications.{endpoint}:reference"] = ready
    _add_kept(side, applications.get_draft(helper, ready))
    _add_evidence(side)
    _add_record_of_help(side)


def _add_change(side: Side, sent: str) -> None:
    """A change report to what was sent, begun: its words are canaries too."""
    helper = side.actors["helper"]
    delegation.grant(
        helper,
        side.ids["person"],
        services=[SERVICE, PAYING],
        powers=["see", "fill_in", "submit", "report_change"],
    )
    made = service_changing.start_change(
        actor=helper,
        application_id=applications.get_draft(helper, sent).id,
        what=side.secret("Changewords"),
        since_on=clock.today(),
    )
    side.values["applications.start_change:reference"] = sent
    side.values["applications.tell_change:reference"] = applications.reference_of(made)


def _add_payee(side: Side) -> None:
    """A claim that names an account, sent on what _add_change() had granted, and a change of it
    that is begun."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    case = casework.make_case(helper, person_id, need=side.secret("Payeeneed"))
    claim = applications.reference_of(
        service.start_application(
            actor=helper, case_id=case.id, service=PAYING, mode="representing"
        )
    )
    account = {
        "how": "account",
        "accountName": side.secret("Payeeholder", most=60),
        "sortCode": "089999",
        "accountNumber": side.secret("payee", "40718293"),
    }
    applications.read_back(helper, applications.answer_all(helper, claim, account))
    draft = applications.get_draft(helper, claim)

    def send() -> None:  # as a second human has agreed to: the name is not the person's
        with answering(frozenset({"payee_name"})):
            applications.submit(helper, draft)

    run_transaction(send)
    made = service_payee.start_payment_details(
        actor=helper, application_id=applications.get_draft(helper, claim).id
    )
    side.values["applications.start_payment_details:reference"] = claim
    side.values["applications.confirm_payment_details:reference"] = applications.reference_of(made)


def _add_evidence(side: Side) -> None:
    """A form that takes files, and one file, whose name and content nobody else may see."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    record_assisting_consent(
        actor=helper, person_id=person_id, service=WITH_FILES, purpose=side.secret("Passpurpose")
    )
    case = casework.make_case(helper, person_id, need=side.secret("Passneed"))
    made = service.start_application(
        actor=helper, case_id=case.id, service=WITH_FILES, mode="assisting"
    )
    reference = applications.reference_of(made)
    name = side.secret("Evidencename", side.word("Evidencename"))
    file_id = applications.add_file(
        applications.get_draft(helper, reference), "photo", name=f"{name}.png"
    )
    side.values["applications.open_evidence:reference"] = reference
    side.values["evidence_id"] = file_id


def start_badge(side: Side, case_id: UUID) -> str:
    """A badge that is begun in that case; its reference."""
    made = service.start_application(
        actor=side.actors["helper"], case_id=case_id, service=SERVICE, mode="assisting"
    )
    return applications.reference_of(made)


def _answers(side: Side) -> dict[str, object]:
    return {
        **applications.ROUTES[SERVICE],
        "council": side.secret("Answercouncil"),
        "fullName": side.secret("Answername"),
        "birthName": side.secret("Answerbirth"),
        "support": side.secret("Answersupport"),
    }


def _add_kept(side: Side, draft: Draft) -> None:
    page = draft.definition.pages["/name"]
    keep_text(
        actor=side.actors["helper"],
        application_id=draft.id,
        path=page.path,
        posted=applications.posted_for(draft, page, {"fullName": side.secret("Keptanswer")}),
    )
    with reading() as session:
        kept = session.query(KeptText).filter_by(application_id=draft.id).one()
        side.values["applications.drop_kept_text:kept_id"] = str(kept.id)


def _add_record_of_help(side: Side) -> None:
    made = service_helping.make_record_of_help(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        case_id=side.ids["case"],
        other_service=side.secret("Otherservice"),
        asked=side.secret("Asked"),
        word="here",
        said_yes=True,
        their_reference=side.secret("Theirreference", most=60),
        note=side.secret("Helpnote"),
        was_sent=True,
    )
    with reading() as session:
        row = session.query(RecordOfHelp).filter_by(organisation_id=side.organisation.id).one()
        side.values["records-of-help"] = row.reference
    side.values["awaited_id"] = str(made.id)
    service_outcomes.hear_outcome(
        actor=side.actors["helper"],
        awaited_id=made.id,
        version=1,
        kind="refused",
        happened_on=clock.today(),
        words=side.secret("Whyrefused"),
    )
