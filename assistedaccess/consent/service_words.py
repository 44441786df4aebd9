"""Whoever is named in a yes is asked in their own sign-in whether it was so (C04, C05, C08).

A yes raises what the consent is worth, and what rests on it widens; a no stops what rests on it,
and the safeguarding leads are told. Both are facts that nobody takes back for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.accounts import mails
from assistedaccess.accounts.models import Account
from assistedaccess.accounts.queries import list_names
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.notices.rules import AccountMail
from assistedaccess.organisations.models import Membership, Organisation
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person

from . import queries, rules
from .beginning import has_begun
from .events import ConsentDenied, ConsentStrengthened
from .models import Consent, ConsentRequest
from .models_evidence import ConsentWord
from .rules_strength import OwnPart
from .rules_words import LONGEST_SAID, Answer, Called, check_answer
from .service_asking import check_same_words, lock_request
from .ways import find_way
from .ways.bystanders import find_named

SAID = "consent_word.said"


def ask_named(actor: Actor, request: ConsentRequest, kept: Mapping[str, str]) -> None:
    """Ask the witness, the voucher or the interpreter of a yes, where an account has the address
    that was typed."""
    for called in (Called.WITNESS, Called.VOUCHER, Called.INTERPRETER):
        account = find_named(kept, str(called))
        if account is not None:
            _ask(actor, request, account, called)


def _ask(actor: Actor, request: ConsentRequest, account: Account, called: Called) -> UUID:
    # Whoever was asked before as a colleague is asked anew: to have seen is not to have heard.
    word = _find_word(request.id, request.terms_hash, account.human_id)
    if word is None:
        word = ConsentWord(
            id=new_id(),
            request_id=request.id,
            human_id=account.human_id,
            terms_hash=request.terms_hash,
        )
        get_session().add(word)
    word.account_id, word.called, word.asked_at = account.id, str(called), clock.now()
    word.answer = word.answered_at = word.said = None
    get_session().flush()
    record(
        Action.CONSENT_WORD_ASKED,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request.id),
        reason=str(called),
        details={"account": str(account.id)},
    )
    facts = {"number": request.reference}
    mails.tell(actor, account, AccountMail.WORD_ASKED, facts=facts)
    return word.id


@command("consent.ask_second")
def ask_second(*, actor: Actor, request_id: UUID, terms_hash: str, email: str) -> UUID:
    """Ask a colleague, by their address, to see the person: it stands on their Today.

    Raises InvalidInput at ``email`` where nobody who works here has it; asked twice: once.
    """
    request = lock_request(actor, request_id)
    check_same_words(request, terms_hash)
    account = _find_colleague(actor, email)
    if account is None or actor.is_same_human(account.human_id):
        raise InvalidInput("email", _("No colleague of yours has this address"))
    known = _find_word(request.id, request.terms_hash, account.human_id)
    if known is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("consent", request.id))
        return known.id
    return _ask(actor, request, account, Called.SECOND)


def _find_colleague(actor: Actor, email: str) -> Account | None:
    account = find_named({"second_email": email}, "second")
    if account is None:
        return None
    member = select(Membership.id).where(
        Membership.account_id == account.id,
        Membership.organisation_id == actor.organisation_id,
        Membership.ended_at.is_(None),
    )
    return account if get_session().scalar(member.limit(1)) is not None else None


def _find_word(request_id: UUID, terms_hash: str, human_id: UUID | None) -> ConsentWord | None:
    return get_session().scalar(
        select(ConsentWord).where(
            ConsentWord.request_id == request_id,
            ConsentWord.terms_hash == terms_hash,
            ConsentWord.human_id == human_id,
        )
    )


def note_second(actor: Actor, request: ConsentRequest, answer: Answer, said: str = "") -> None:
    """A colleague has answered, asked by name or not: theirs is one word on these very words."""
    word = _find_word(request.id, request.terms_hash, actor.human_id)
    if word is None:
        word = ConsentWord(
            id=new_id(),
            request_id=request.id,
            account_id=actor.account_id,
            human_id=actor.human_id,
            called=str(Called.SECOND),
            terms_hash=request.terms_hash,
            asked_at=clock.now(),
        )
        get_session().add(word)
    check_answer(word.answer, answer, word.asked_at, clock.now())
    _keep_answer(word, request.person_id, answer, said)
    if answer is Answer.NO:
        _deny(actor, request, word, said)


# -- what whoever is named reads and answers


@dataclass(frozen=True)
class WordView:
    """What somebody is asked about a yes: what was agreed, and of the person the initials alone.

    Who was there knows whom it is about; whom the helper's typing error has reached does not.
    """

    id: UUID
    reference: str
    called: Called
    initials: str
    helper_name: str
    organisation_name: str
    holder_name: str
    services: list[str]
    powers: list[str]
    money_limit_pence: int | None
    money_period: str | None
    act_limit_pence: int | None
    until_on: date
    recorded_at: datetime
    answer: Answer | None


@command("consent.open_word")
def open_word(*, actor: Actor, word_id: UUID) -> WordView:
    """Open what one is asked about a yes: a look that the naming explains. Raises NotFound."""
    word, consent = _get_own(actor, word_id)
    record(
        Action.CONSENT_VIEWED,
        actor=actor,
        person_id=consent.person_id,
        organisation_id=consent.organisation_id,
        subject=("consent", consent.id),
        authority=("visit", consent.visit_id),
        reason="explained.review",
    )
    holder_id = consent.holder_account_id or consent.account_id
    names = list_names([consent.account_id, holder_id])
    organisation = get_session().get_one(Organisation, consent.organisation_id).name
    by_name = consent.holder_kind == rules.HolderKind.ACCOUNT
    return WordView(
        id=word.id,
        reference=consent.reference,
        called=Called(word.called),
        initials=initials_of(get_session().get_one(Person, consent.person_id).name),
        helper_name=names.get(consent.account_id, ""),
        organisation_name=organisation,
        holder_name=names.get(holder_id, "") if by_name else organisation,
        services=consent.services,
        powers=consent.powers,
        money_limit_pence=consent.money_limit_pence,
        money_period=consent.money_period,
        act_limit_pence=consent.act_limit_pence,
        until_on=consent.until_on,
        recorded_at=consent.recorded_at,
        answer=Answer(word.answer) if word.answer else None,
    )


@command("consent.answer_word")
def answer_word(*, actor: Actor, word_id: UUID, answer: str, said: str = "") -> UUID:
    """Say in one's own sign-in whether it was so; returns the consent's id.

    Said twice: once. Raises NotFound for what others are asked, SaidNo or WordTooLate for a yes
    that comes after a no or after its days, InvalidInput at a field.
    """
    try:
        given = Answer(answer)
    except ValueError:
        raise InvalidInput("answer", _("Select whether it was so")) from None
    if len(said) > LONGEST_SAID:
        raise InvalidInput("said", _("This must be %(most)s letters or less", most=LONGEST_SAID))
    word, consent = _get_own(actor, word_id, lock=True)
    check_answer(word.answer, given, word.asked_at, clock.now())
    if word.answer == given:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("consent", consent.id))
        return consent.id
    _keep_answer(word, consent.person_id, given, said)
    _weigh_anew(consent, OwnPart.CONFIRMED if given is Answer.YES else OwnPart.DENIED)
    if given is Answer.NO:
        _deny(actor, consent, word, said)
        return consent.id
    record(
        Action.CONSENT_STRENGTHENED,
        actor=actor,
        person_id=consent.person_id,
        organisation_id=consent.organisation_id,
        subject=("consent", consent.id),
        reason="own_word",
        details={"strength": consent.strength, "reasons": consent.reasons},
    )
    publish(ConsentStrengthened(consent.id, consent.person_id, actor, "own_word"))
    person = get_session().get_one(Person, consent.person_id)
    is_over = consent.withdrawn_at is not None or person.died_on is not None
    if not is_over and not has_begun(consent.id, rules.Mode(consent.mode)):
        helper = get_session().get_one(Account, consent.account_id)
        facts = {"number": consent.reference}
        mails.tell(actor, helper, AccountMail.WORD_GIVEN, facts=facts)
    return consent.id


def _get_own(actor: Actor, word_id: UUID, *, lock: bool = False) -> tuple[ConsentWord, Consent]:
    require(actor, Permission.ACCOUNT_OWN)
    word = get_session().get(ConsentWord, word_id)
    if word is None or word.account_id != actor.account_id:
        raise NotFound
    # The consent first, as whoever takes it back or grants on it does; then nobody else's answer.
    consent = get_session().get(
        Consent, word.request_id, with_for_update=lock or None, populate_existing=lock
    )
    if consent is None:  # a colleague is asked before the yes, on a page of its own
        raise NotFound
    if lock:
        get_session().refresh(word, with_for_update=True)
    concerns(person_id=consent.person_id, subject=("consent", consent.id))
    return word, consent


def _keep_answer(word: ConsentWord, person_id: UUID, answer: Answer, said: str) -> None:
    word.answer = str(answer)
    word.answered_at = clock.now()
    word.said = encryption.seal(person_id, SAID, said) if said else None
    get_session().flush()


def _weigh_anew(consent: Consent, part: OwnPart) -> None:
    """The one who was named has answered: what the yes is worth now."""
    way = find_way(consent.way)
    assert way is not None  # noqa: S101  (it confirmed this yes)
    kept = queries.unseal_json(consent.person_id, "consent.evidence", consent.evidence)
    evidence = replace(
        way.weigh(kept, part), needs_interpreter=rules.NOT_THEIR_LANGUAGE in consent.reasons
    )
    assessment = rules.compute_strength(evidence)
    consent.strength = str(assessment.strength)
    consent.reasons = assessment.codes
    get_session().flush()


def _deny(actor: Actor, about: Consent | ConsentRequest, word: ConsentWord, said: str) -> None:
    record(
        Action.CONSENT_DENIED,
        actor=actor,
        person_id=about.person_id,
        organisation_id=about.organisation_id,
        subject=("consent", about.id),
        reason=word.called,
    )
    publish(
        ConsentDenied(
            about.id,
            about.reference,
            about.person_id,
            about.organisation_id,
            word.called,
            said,
            actor,
        )
    )
