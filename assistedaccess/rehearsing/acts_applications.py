"""Applications: filled in, read back, sent, withdrawn, changed; where the money is paid; help."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.applications import service as applications
from assistedaccess.applications import (
    service_changing,
    service_filling,
    service_helping,
    service_payee,
    service_payee_confirming,
    service_viewing,
)
from assistedaccess.applications.models import Application
from assistedaccess.applications.queries import get_reference
from assistedaccess.applications.rules import Declarer, SaidBack, WithdrawReason, Word
from assistedaccess.applications.rules_changes import Purpose, needed_power
from assistedaccess.applications.rules_payee import Whose, Without
from assistedaccess.consent.rules import ASSISTING_POWERS, Mode, Power, VisitChannel
from assistedaccess.consent.service import record_assisting_consent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.services.queries import get_service

from .acts_cases import OfCase, open_a_case
from .forms import answer_all, get_draft, post_page, read_back, submit
from .kinds import (
    BankAccount,
    ByAccount,
    Day,
    Fields,
    InLanguage,
    OfPerson,
    Span,
    Text,
    Yes,
    choice,
)
from .language_world import THING
from .questions import SERVICE, find_stray
from .register import act
from .stage import Stage

APPLICATIONS = "Applications, changes and help"
OfApplication = Annotated[str | None, THING["application"]]
OfService = Annotated[str, SERVICE]
ByDeclarer = Annotated[str, choice(Declarer)]
Said = Annotated[str, choice(SaidBack)]


def spell_account(account: dict[str, Any] | None, person: str) -> dict[str, str]:
    """An account as the questions of our forms ask for it, in the person's name if no other is
    given; without one, where a form asks for it all the same, one that is theirs alone."""
    if account is None:
        number = f"{zlib.crc32(person.encode()) % 10**8:08}"
        own = {"sortCode": "08-99-99", "accountNumber": number, "rollNumber": ""}
        return {"accountName": person, **own}
    return {
        "hasAccount": "yes",
        "how": "account",
        "accountName": account.get("holder", person),
        "sortCode": account["sort_code"],
        "accountNumber": account["number"],
        "rollNumber": account.get("roll", ""),
    }


def find_draft(case_id: UUID, service: str, purpose: str) -> UUID | None:
    """A draft that stands there already: it is gone on with, as its page says."""
    with reading() as session:
        return session.scalar(
            select(Application.id).filter_by(
                case_id=case_id, service=service, purpose=str(purpose), state="draft"
            )
        )


def _find_case(stage: Stage, actor: Actor, person: str, named: str | None, key: str) -> UUID:
    if named is not None:
        return UUID(str(stage.things["case", named]))
    found = stage.find_case(actor, person)
    return found or open_a_case(stage, actor, person, service=key)


@act(APPLICATIONS, makes="application", needs=[Power.FILL_IN])
def fill_in(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    service: OfService = "blue-badge",
    mode: Annotated[str, choice(Mode)] = "assisting",
    answers: Fields | None = None,
    account: BankAccount | None = None,
    document: Text = "",
    said: Said = "yes",
    takes: Span = timedelta(minutes=10),
    language: InLanguage = "en",
    case: OfCase = None,
) -> Any:
    """Fill in a form for a person and read it back: to the point where it can be sent. Without a
    case at this desk one is opened. `answers` by the names of the form's questions, ordinary ones
    for the rest; `account` is where the form wants money paid, in the person's name if its
    `holder` is left out; the same words in `document` make the same paper. What the person said to
    the same form before, they say again. `said: not_here`: a
    representative did it without the person; `correction`: the person first has it mended."""
    actor = stage.actor(by, "helper")
    case_id = _find_case(stage, actor, person, case, service)
    wanted = {**spell_account(account, person), **(answers or {})}
    made = find_draft(case_id, service, Purpose.CLAIM)
    if made is None:
        made = applications.start_application(
            actor=actor,
            case_id=case_id,
            service=service,
            mode=mode,
            language=language,
            request_key=new_request_key(),
        )
    else:
        change_answers(actor, made, wanted)
    stage.keep("application", made, person)
    draft = answer_all(actor, made, wanted, document, stage.told[stage.person(person), service])
    if account is not None and not any(key.endswith("accountNumber") for key in draft.answers):
        raise LookupError("With these answers the form asks for no account: “account” is not told.")
    stage.clock.moment += takes
    read_back(actor, made, said)
    return made


@act(APPLICATIONS, needs=[Power.SUBMIT])
def submit_application(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    declarer: ByDeclarer = "person",
    declarer_words: Text = "",
    written_on: Day | None = None,
    application: OfApplication = None,
) -> None:
    """Declare and send what was filled in. `written_on`: the person signed the declaration on paper
    on that day, and it is sent from the paper: what is on record is both days."""
    submit(
        stage.actor(by, "helper"),
        stage.find("application", application, person),
        declarer,
        declarer_words=declarer_words or None,
        written_on=stage.day(written_on),
    )


@act(APPLICATIONS, makes="application", needs=sorted(ASSISTING_POWERS))
def apply(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    service: OfService = "blue-badge",
    mode: Annotated[str, choice(Mode)] = "assisting",
    answers: Fields | None = None,
    account: BankAccount | None = None,
    document: Text = "",
    takes: Span = timedelta(minutes=10),
    declarer: ByDeclarer | None = None,
    consent: Yes = True,
    channel: Annotated[str, choice(VisitChannel)] = "in_person",
    case: OfCase = None,
) -> Any:
    """The main job in one: a case where there is none, the person's yes to being helped (in front
    of the helper, or by telephone; `consent: no` leaves it out), `fill_in`, and
    `submit_application`. Who represents declares it without the person where the service lets them;
    elsewhere the person hears it and declares it."""
    actor = stage.actor(by, "helper")
    if consent and mode == Mode.ASSISTING:
        made = record_assisting_consent(
            actor=actor,
            person_id=stage.person(person),
            service=service,
            purpose="Fill in the form with me",
            channel=channel,
            request_key=new_request_key(),
        )
        stage.keep("consent", made, person)
    with reading():
        may_declare = get_service(service).entry.may_declare
    if declarer is None and (mode == Mode.ASSISTING or Declarer.HELPER not in may_declare):
        declarer = "person"
    said = "yes" if declarer == "person" or mode == Mode.ASSISTING else "not_here"
    application = fill_in(
        stage, by, person, service, mode, answers, account, document, said, takes, "en", case
    )
    submit(actor, application, declarer or "helper_under_delegation")
    return application


@act(APPLICATIONS)
def withdraw_application(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    reason: Annotated[str, choice(WithdrawReason)] = "not_wanted",
    what: Annotated[str, choice(("application", "change", "payee_change"))] = "application",
    application: OfApplication = None,
) -> None:
    """Give up a draft: of an application, of a change report, or of new payment details."""
    applications.withdraw_application(
        actor=stage.actor(by, "helper"),
        application_id=stage.find(what, application, person),
        reason=reason,
    )


@act(APPLICATIONS)
def open_application(
    stage: Stage, by: ByAccount, person: OfPerson, application: OfApplication = None
) -> None:
    """Look into an application, its answers and its evidence."""
    application_id = stage.find("application", application, person)
    with reading():
        reference = get_reference(application_id)
    service_viewing.open_application(actor=stage.actor(by, "helper"), reference=reference)


@act(APPLICATIONS, makes="change", needs=[needed_power(Purpose.CHANGE, Power.SUBMIT)])
def report_change(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    what: Text = "My circumstances have changed",
    since: Day | None = None,
    answers: Fields | None = None,
    said: Said = "yes",
    declarer: ByDeclarer | None = None,
    application: OfApplication = None,
) -> Any:
    """Report a change to what was sent, and send it: `answers` are those that differ."""
    actor = stage.actor(by, "helper")
    claim_id = stage.find("application", application, person)
    with reading() as session:
        claim = session.get_one(Application, claim_id)
    made = find_draft(
        claim.case_id, claim.service, Purpose.CHANGE
    ) or service_changing.start_change(
        actor=actor,
        application_id=claim_id,
        what=what,
        since_on=stage.day(since) or clock.today(),
        request_key=new_request_key(),
    )
    stray = find_stray(get_draft(actor, made).definition, answers or ())
    if stray:
        raise LookupError(stray)
    change_answers(actor, made, answers or {})
    read_back(actor, made, said)
    submit(actor, made, declarer or ("person" if said == "yes" else "helper_under_delegation"))
    return stage.keep("change", made, person)


def change_answers(actor: Actor, application_id: UUID, answers: dict[str, Any]) -> None:
    """Save each page on which one of these answers stands, with them in it."""
    draft = get_draft(actor, application_id)
    for path, page in draft.definition.pages.items():
        keys = {question.key.rpartition(".")[2] for question in page.questions}
        if keys & set(answers):
            draft = get_draft(actor, application_id)
            service_filling.save_page(
                actor=actor,
                application_id=application_id,
                path=path,
                posted=post_page(actor, draft, page, {**draft.answers, **answers}),
                version=draft.page_version(path),
            )
    answer_all(actor, application_id, answers)


# -- where the money is paid


@act(APPLICATIONS, makes="payee_change", needs=[needed_power(Purpose.CHANGE, Power.SUBMIT)])
def change_payee(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    account: BankAccount | None = None,
    whose: Annotated[str, choice(Whose)] = "own",
    authority: Text = "",
    without: Annotated[str | None, choice(Without)] = None,
    said: Said = "yes",
    declarer: ByDeclarer | None = None,
    application: OfApplication = None,
) -> Any:
    """Change where the money of a claim that was sent is paid: into `account`, whosoever it is said
    to be, or `without` one. `said: not_here`: the person did not hear it. `authority` is what shows
    that somebody else may be paid. Without `change_payment_details` it waits for the person's word
    to somebody else too (`confirm payee`)."""
    actor = stage.actor(by, "helper")
    claim_id = stage.find("application", application, person)
    with reading() as session:
        claim = session.get_one(Application, claim_id)
    begun = find_draft(claim.case_id, claim.service, Purpose.PAYMENT)
    made = begun or service_payee.start_payment_details(
        actor=actor, application_id=claim_id, request_key=new_request_key()
    )
    stage.keep("payee_change", made, person)
    answers: dict[str, Any] = {
        "payInto": "none" if without else "account",
        "bankName": "",
        "accountOf": whose,
        "payeeAuthority": authority or "Mary Shaw, appointee, letter of 3 May 2026",
        **({"withoutAccount": without} if without else spell_account(account, person)),
    }
    answers.pop("hasAccount", None)
    if begun is not None:
        change_answers(actor, made, answers)
    answer_all(actor, made, answers)
    read_back(actor, made, said)
    submit(actor, made, declarer or ("person" if said == "yes" else "helper_under_delegation"))
    return made


@act(APPLICATIONS)
def confirm_payee(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    how: Annotated[str, choice(("in_front", "telephone"))] = "telephone",
    said_yes: Yes = True,
    application: OfApplication = None,
) -> None:
    """Another member of staff asks the person about new payment details, by a route that whoever
    wants them did not make; a no ends the change at once. About the newest change; about the
    account of a claim, which waits, where that claim is named or nothing was changed."""
    actor = stage.actor(by, "helper")
    is_claim = application is not None or not stage.has("payee_change", person)
    application_id = stage.find("application" if is_claim else "payee_change", application, person)
    service_payee_confirming.confirm_payment_details(
        actor=actor,
        application_id=application_id,
        version=get_draft(actor, application_id).version,
        how=how,
        said_yes=said_yes,
    )


@act(APPLICATIONS)
def submit_payee(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    declarer: ByDeclarer = "person",
) -> None:
    """Send a change of payment details once more, as it stands."""
    submit(stage.actor(by, "helper"), stage.find("payee_change", None, person), declarer)


# -- help elsewhere


@act(APPLICATIONS)
def record_help(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    service: Text | None = None,
    other_service: Text = "",
    asked: Text = "To fill in the form on their website",
    word: Annotated[str, choice(Word)] = "here",
    said_yes: Yes = True,
    note: Text = "",
    their_reference: Text = "",
    was_sent: Yes = True,
) -> None:
    """Record help with a form on somebody else's website: on whose word, and their reference."""
    service_helping.make_record_of_help(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        service=service,
        other_service=other_service or (None if service else "A form elsewhere"),
        asked=asked,
        word=word,
        said_yes=said_yes,
        note=note or None,
        their_reference=their_reference or None,
        was_sent=was_sent,
        request_key=new_request_key(),
    )
