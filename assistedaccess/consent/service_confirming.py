"""The moment of saying yes: a code is sent, a way confirms, the evidence is weighed and kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, TooManyAttempts
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import get_transaction
from assistedaccess.notices.rules import Channel, NoticeKind, Route
from assistedaccess.notices.service import queue_notice
from assistedaccess.people.models import Person

from . import queries, rules, rules_codes, silent
from .events import ConsentRecorded
from .models import Consent, ConsentCode, ConsentRequest, Visit
from .pictures_kept import keep_picture
from .rules import Mode, VisitChannel
from .rules_codes import CodeKind
from .rules_words import deny
from .sampling import draw_sample
from .service import get_person_for_act
from .service_asking import (
    AlreadyConfirmed,
    StepMissing,
    check_same_words,
    lock_request,
    lock_to_confirm,
)
from .service_papers import add_paper
from .service_words import ask_named
from .terms import check_asked, terms_of
from .ways import (
    Asking,
    Confirmed,
    NotConfirmed,
    find_way,
    hash_code,
    list_phones,
    weigh,
)

NOTHING_SIGNED_IN = frozenset(
    {"witness_signed", "witness_left_nothing", "interpreter_has_no_account"}
)
"""What was heard or interpreted by somebody without an account is the helper's telling: chance
draws some of it to be looked at again, as of what was only spoken."""

MADE_NOW = "consent.made_now"
"""Where the transaction notes the consents that it has made: nobody else knows of them yet."""


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: the consent's id, or words to show at a field of the page."""

    consent_id: UUID | None
    field: str = ""
    words: str = ""


@command("consent.send_code")
def send_code(*, actor: Actor, request_id: UUID, contact_point_id: UUID, terms_hash: str) -> UUID:
    """Send a one-time code to the person's own phone; earlier ones of this request die.

    It is bound to this request and its very words, and lives ten minutes. Raises ConsentTooWeak
    before anything is sent where a code to this number could not carry what is asked, and
    TooManyAttempts after five codes to one person in an hour.
    """
    request = lock_request(actor, request_id)
    check_same_words(request, terms_hash)
    check_steps(request)
    person = get_person_for_act(actor, request.person_id)
    phone = next((p for p in list_phones(actor, person) if p.id == contact_point_id), None)
    if phone is None:
        raise NotFound
    terms = terms_of(request)
    carries = weigh(phone.evidence, person, request)
    rules.check_carries(queries.get_policy(), terms.powers, carries)
    _check_not_too_many(request.person_id)
    code_id, code = make_code(request, CodeKind.TEXT, phone.id)
    queue_notice(
        actor=actor,
        person_id=request.person_id,
        kind=NoticeKind.CONSENT_CODE,
        route=Route(
            channel=Channel.TEXT,
            contact_point_id=phone.id,
            address=phone.number,
            language=person.language,
            independent=not (phone.by_helper or phone.is_new),
            brief=phone.is_shared,
        ),
        organisation_id=request.organisation_id,
        visit_id=request.visit_id,
        facts={"code": code},
    )
    record(
        Action.CONSENT_CODE_SENT,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request_id),
        details={"contact_point": str(phone.id)},
    )
    return code_id


def make_code(request: ConsentRequest, kind: CodeKind, contact_point_id: UUID) -> tuple[UUID, str]:
    """A new code for this request; earlier ones of the same kind die. Its id, and the code."""
    now = clock.now()
    get_session().execute(
        update(ConsentCode)
        .where(
            ConsentCode.request_id == request.id,
            ConsentCode.kind == str(kind),
            ConsentCode.voided_at.is_(None),
        )
        .values(voided_at=now)
        .execution_options(synchronize_session=False)
    )
    code = f"{secrets.randbelow(10**rules_codes.CODE_DIGITS):0{rules_codes.CODE_DIGITS}}"
    code_id = new_id()
    get_session().add(
        ConsentCode(
            id=code_id,
            request_id=request.id,
            person_id=request.person_id,
            contact_point_id=contact_point_id,
            kind=str(kind),
            terms_hash=request.terms_hash,
            code=hash_code(code_id, code),
            sent_at=now,
            tries=0,
        )
    )
    get_session().flush()
    return code_id, code


def _check_not_too_many(person_id: UUID) -> None:
    sent = get_session().scalar(
        select(func.count())
        .select_from(ConsentCode)
        .where(
            ConsentCode.person_id == person_id,
            ConsentCode.kind == str(CodeKind.TEXT),
            ConsentCode.sent_at > clock.now() - timedelta(hours=1),
        )
    )
    if (sent or 0) >= rules_codes.CODES_AN_HOUR:
        raise TooManyAttempts(
            _("Five codes were sent to this person within an hour. No more can be sent for now."),
            retry_after=3600,
            next_step=_("Have the person say yes before a witness, or wait an hour."),
        )


def check_steps(request: ConsentRequest) -> None:
    """Raise StepMissing before the words have been read and said back."""
    if request.read_ended_at is None:
        raise StepMissing(_("The words have not been read to the person yet."))
    if request.said is None:
        raise StepMissing(_("What the person said back has not been written down yet."))


@command("consent.confirm_request")
def confirm_request(
    *, actor: Actor, request_id: UUID, terms_hash: str, way: str, given: dict[str, str]
) -> Answer:
    """Confirm what the person agrees to, by one of the ways; records the consent.

    It has no effect by itself: the person is told as the delegation is granted, or held.

    Once confirmed, sending it again answers with the same consent: double click, back button, two
    tabs, two processes. ``terms_hash``: of the page. ``given``: what the way asks for. A wrong
    code is counted and answered in words; raises ConsentTooWeak, with what would do, where the
    evidence does not carry what is agreed, InvalidInput at a field, or a refusal.
    """
    require(actor, Permission.CONSENT_RECORD)
    silent.heed_even_if_refused(actor, request_id, given.values())
    try:
        locked = lock_to_confirm(actor, request_id)
    except AlreadyConfirmed:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("consent", request_id))
        return Answer(request_id)
    request = locked.request
    check_same_words(request, terms_hash)
    check_steps(request)
    if locked.is_denied:
        raise deny()
    person = get_person_for_act(actor, request.person_id)
    terms = terms_of(request)
    check_asked(actor, terms)
    found = find_way(way)
    if found is None:
        raise NotFound
    result = found.confirm(Asking(actor, person, request, locked.channel), given)
    if isinstance(result, NotConfirmed):
        silent.hear_all(request, given.values())
        return Answer(None, result.field, result.words)
    silent.heed(request, given.values())
    policy = queries.get_policy()
    assessment = weigh(result.evidence, person, request)
    carries = weigh(result.promised, person, request) if result.promised else assessment
    rules.check_carries(policy, terms.powers, carries)
    consent = _keep(actor, person, request, result, assessment, policy.version)
    ask_named(actor, request, result.kept)
    if result.attachment is not None:
        keep_picture(actor, consent, result.attachment, field=result.attachment.field)
    if result.paper_is_due:
        add_paper(consent)
    if NOTHING_SIGNED_IN.intersection(assessment.codes):
        draw_sample(actor, consent, policy)
    return Answer(request_id)


def make_asking(actor: Actor, person: Person, request: ConsentRequest) -> Asking:
    """Who asks whom for what, as the ways see it."""
    channel = get_session().scalar(select(Visit.channel).where(Visit.id == request.visit_id))
    return Asking(actor, person, request, VisitChannel(channel or VisitChannel.IN_PERSON))


def _keep(
    actor: Actor,
    person: Person,
    request: ConsentRequest,
    result: Confirmed,
    assessment: rules.Assessment,
    policy_version: int,
) -> Consent:
    assert actor.human_id is not None  # noqa: S101
    said = queries.unseal_json(person.id, "consent_request.said", request.said)
    statement = queries.get_statement_text(request.statement_id)
    consent = Consent(
        id=request.id,
        reference=request.reference,
        mode=str(Mode.REPRESENTING),
        person_id=request.person_id,
        visit_id=request.visit_id,
        account_id=request.account_id,
        human_id=actor.human_id,
        organisation_id=request.organisation_id,
        holder_kind=request.holder_kind,
        services=request.services,
        powers=request.powers,
        money_limit_pence=request.money_limit_pence,
        money_period=request.money_period,
        act_limit_pence=request.act_limit_pence,
        until_on=request.until_on,
        is_one_task=request.is_one_task,
        telling=(
            queries.reseal(person.id, "consent_request.telling", "consent.telling", request.telling)
            if request.telling
            else None
        ),
        replaces_id=request.replaces_id,
        holder_account_id=request.holder_account_id,
        purpose=queries.reseal(
            person.id, "consent_request.purpose", "consent.purpose", request.purpose
        ),
        statement_id=statement.id,
        statement_hash=statement.text_hash,
        terms_hash=request.terms_hash,
        language=request.language,
        read_began_at=request.read_began_at,
        read_ended_at=request.read_ended_at,
        said=queries.seal_json(person.id, "consent.said", said),
        way=result.evidence.way,
        evidence=queries.seal_json(person.id, "consent.evidence", result.kept),
        contact_point_id=result.contact_point_id,
        witness_human_id=result.witness_human_id,
        strength=str(assessment.strength),
        reasons=assessment.codes,
        policy_version=policy_version,
        recorded_at=clock.now(),
    )
    get_session().add(consent)
    get_session().flush()
    get_transaction().notes.setdefault(MADE_NOW, {})[consent.id] = consent
    record(
        Action.CONSENT_CONFIRMED,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request.id),
        authority=("visit", request.visit_id),
        reason=result.evidence.way,
        details={"strength": str(assessment.strength), "reasons": assessment.codes},
    )
    publish(
        ConsentRecorded(
            request.id, request.person_id, request.organisation_id, str(Mode.REPRESENTING), None
        )
    )
    return consent
