"""What some ways need first: a number of the card, a letter, a second pair of eyes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.queries import list_names
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.money import spell_money
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people import cards
from assistedaccess.people.models import Person
from assistedaccess.people.reach import reach_person
from assistedaccess.people.routes import list_letter_routes

from . import queries, rules, rules_paper, words
from .models import Consent, ConsentRequest, Visit
from .models_evidence import ConsentSighting
from .rules import HolderKind
from .rules_codes import LETTER_LIFETIME, CodeKind
from .rules_words import Answer
from .service import get_person_for_act
from .service_asking import RequestOver, check_same_words, lock_request
from .service_confirming import check_steps, make_asking, make_code
from .service_words import note_second
from .terms import kind_of, terms_of
from .ways.base import weigh
from .ways.bystanders import find_holders_human
from .ways.card import find_card_obstacle
from .ways.post import find_letter_evidence


class SameHuman(Refused):
    """Who asks is not the second pair of eyes, by whichever account."""

    reason_code = "same_human"


class NotStaff(Refused):
    """A second pair of eyes is a member of staff's."""

    reason_code = "not_staff"


class CardNotOpen(Refused):
    """This person has no card, or this helper has had it in their hand."""

    reason_code = "card_not_open"


@command("consent.ask_for_number")
def ask_for_number(*, actor: Actor, request_id: UUID, terms_hash: str) -> bool:
    """Choose the number of the person's card that they are to read out; False where none is left.

    Raises CardNotOpen where this helper printed the card or handed it over.
    """
    request = lock_request(actor, request_id)
    check_same_words(request, terms_hash)
    check_steps(request)
    person = get_person_for_act(actor, request.person_id)
    obstacle = find_card_obstacle(make_asking(actor, person, request))
    if obstacle:
        raise CardNotOpen(obstacle, next_step=_("Choose another way."))
    return cards.ask_number(actor=actor, person_id=person.id, asked_for=request_id) is not None


@command("consent.send_letter")
def send_letter(*, actor: Actor, request_id: UUID, contact_point_id: UUID, terms_hash: str) -> UUID:
    """Send the words, the list and a code by post: to the home, or held at a desk.

    Only to where this helper did not have it sent themself; somebody else prints it. The code lives
    28 days, and so does the asking. Raises NotFound for another address, and ConsentTooWeak where a
    code from this one could not carry what is asked.
    """
    request = lock_request(actor, request_id)
    check_same_words(request, terms_hash)
    check_steps(request)
    person = get_person_for_act(actor, request.person_id)
    routes = list_letter_routes(person.id, actor)
    route = next((one for one in routes if one.contact_point_id == contact_point_id), None)
    if route is None:
        raise NotFound
    evidence = find_letter_evidence(actor, person, contact_point_id)
    carries = weigh(evidence, person, request)
    rules.check_carries(queries.get_policy(), terms_of(request).powers, carries)
    code_id, code = make_code(request, CodeKind.LETTER, contact_point_id)
    request.waits_until = clock.today() + LETTER_LIFETIME
    queue_notice(
        actor=actor,
        person_id=person.id,
        kind=NoticeKind.CONSENT_LETTER,
        route=route,
        organisation_id=request.organisation_id,
        visit_id=request.visit_id,
        facts={
            "number": request.reference,
            "codes": f"{code[:3]} {code[3:]}",
            "text": "\n".join(list_words(request, name_holder(request))),
        },
    )
    record(
        Action.CONSENT_LETTER_SENT,
        actor=actor,
        person_id=person.id,
        subject=("consent", request_id),
        details={"contact_point": str(contact_point_id)},
    )
    return code_id


def name_holder(request: ConsentRequest) -> str:
    """Who is to act: the helper who asks, or their organisation."""
    if request.holder_kind == "account":
        account_id = request.holder_account_id or request.account_id
        return list_names([account_id]).get(account_id, "")
    return get_session().get_one(Organisation, request.organisation_id).name


def list_words(request: ConsentRequest, holder: str) -> list[str]:
    """The statement and the list, a line each, in the language in which they are agreed to.

    Words that nobody has approved say so first, on the form and in the letter too.
    """
    terms = terms_of(request)
    statement = queries.get_statement_text(request.statement_id)
    with force_locale(request.language):
        lines = [
            *([str(words.DRAFT)] if statement.is_draft else []),
            *statement.text.split("\n"),
            _("Who may act for you: %(holder)s", holder=holder),
            _(
                "In what: %(services)s",
                services=queries.name_services(terms.services, request.language),
            ),
            _("What for: %(purpose)s", purpose=" ".join(terms.purpose.split())),
            *(
                _("They may do this: %(power)s", power=words.POWERS[power])
                for power in terms.powers
            ),
        ]
        if terms.money_limit_pence:
            lines.append(
                _(
                    "They may pay %(amount)s at most, %(period)s",
                    amount=spell_money(terms.money_limit_pence),
                    period=words.PERIODS[terms.money_period] if terms.money_period else "",
                )
            )
        lines.append(_("The last day: %(day)s", day=words.spell_day(terms.until_on)))
        return lines


# -- a second pair of eyes


@dataclass(frozen=True)
class SeenView:
    """What a colleague is asked to confirm. ``is_seen``: they have, for these very words."""

    request: ConsentRequest
    person: Person
    helper_name: str
    holder_name: str
    is_seen: bool


@command("consent.open_to_see")
def open_to_see(*, actor: Actor, reference: str) -> SeenView:
    """Open what a colleague is asking a person now, to speak to the person oneself.

    A recorded look, which the asking explains. Raises NotFound, SameHuman, RequestOver.
    """
    request, person = _get_to_see(actor, reference)
    record(
        Action.CONSENT_VIEWED,
        actor=actor,
        person_id=person.id,
        subject=("consent", request.id),
        authority=("visit", request.visit_id),
        reason="explained.second_pair_of_eyes",
    )
    holder_id = request.holder_account_id or request.account_id
    names = list_names([request.account_id, holder_id])
    helper = names.get(request.account_id, "")
    is_account = request.holder_kind == HolderKind.ACCOUNT
    holder = names.get(holder_id, "") if is_account else name_holder(request)
    return SeenView(request, person, helper, holder, _find_own(actor, request) is not None)


@command("consent.confirm_seen")
def confirm_seen(*, actor: Actor, reference: str, terms_hash: str) -> UUID:
    """A second member of staff has seen the person, who told them yes; said twice: once.

    Raises SaidNo where they have said before that it was not so.
    """
    request, person = _get_to_see(actor, reference)
    check_same_words(request, terms_hash)
    note_second(actor, request, Answer.YES)
    known = _find_own(actor, request)
    sighting_id = known or new_id()
    if known is None:
        get_session().add(
            ConsentSighting(
                id=sighting_id,
                request_id=request.id,
                account_id=actor.account_id,
                human_id=actor.human_id,
                terms_hash=request.terms_hash,
                seen_at=clock.now(),
            )
        )
    record(
        Action.CONSENT_SEEN,
        actor=actor,
        person_id=person.id,
        subject=("consent", request.id),
        authority=("visit", request.visit_id),
    )
    return sighting_id


@command("consent.deny_seen")
def deny_seen(*, actor: Actor, reference: str, terms_hash: str, said: str = "") -> UUID:
    """A second member of staff has seen the person, who did not tell them yes to these words.

    Nothing can begin on them any more, by whatever way; the leads are told.
    """
    request, _person = _get_to_see(actor, reference)
    check_same_words(request, terms_hash)
    note_second(actor, request, Answer.NO, said)
    return request.id


def _find_own(actor: Actor, request: ConsentRequest) -> UUID | None:
    return get_session().scalar(
        select(ConsentSighting.id).where(
            ConsentSighting.request_id == request.id,
            ConsentSighting.human_id == actor.human_id,
            ConsentSighting.terms_hash == request.terms_hash,
        )
    )


def _get_to_see(actor: Actor, reference: str) -> tuple[ConsentRequest, Person]:
    require(actor, Permission.CONSENT_RECORD)
    require_may_act(actor)
    if kind_of(actor) is not MembershipKind.STAFF:
        raise NotStaff(
            _("The second one who sees the person is a member of staff."),
            next_step=_("Ask a colleague who is staff."),
        )
    row = (
        get_session()
        .execute(
            select(ConsentRequest, Visit, Consent.id.label("consent_id"))
            .join(Visit, Visit.id == ConsentRequest.visit_id)
            .outerjoin(Consent, Consent.id == ConsentRequest.id)
            .where(
                ConsentRequest.reference == reference,
                ConsentRequest.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    request, visit = row.ConsentRequest, row.Visit
    concerns(person_id=request.person_id, subject=("consent", request.id))
    if actor.is_same_human(visit.human_id) or actor.is_same_human(
        find_holders_human(request.holder_account_id)
    ):
        raise SameHuman(
            _("You are asking the person yourself."),
            next_step=_("A colleague has to see the person, in their own sign-in."),
        )
    has_ended = visit.ended_at is not None
    is_open = rules_paper.is_open_on(
        clock.today(), visit.visited_on, has_ended, request.waits_until
    )
    if row.consent_id is not None or not is_open:
        raise RequestOver(_("Nobody is asked this any more."))
    return request, reach_person(actor, request.person_id)
