"""Silent help: a yes with the agreed sign in it looks like any other, and lets nothing take effect.

Plain functions inside the transaction of whoever takes the yes. They record nothing: what is told
to the safeguarding leads stands where they alone read it (SilentHelpAsked).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Exists, exists, or_, select, update

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import get_transaction
from assistedaccess.people import cards, private
from assistedaccess.people.queries_merging import records_of

from .events import SilentHelpAsked
from .models import Consent, ConsentRequest
from .models_silent import SilentHelp


def heed(actor: Actor, request: ConsentRequest, answers: Iterable[str]) -> None:
    """Keep that help was asked, if the sign is in one of the answers or was given by the card."""
    if private.was_given(request.person_id, answers):
        call_for_help(
            actor, request.id, request.person_id, request.organisation_id, request.reference
        )


def hear_all(actor: Actor, request: ConsentRequest, answers: Collection[str]) -> None:
    """As ``heed``, where a number may not have been looked at: it came too late, say."""
    cards.hear_sign(request.person_id, request.id, answers)
    heed(actor, request, answers)


def heed_help(actor: Actor, consent: Consent, purpose: str) -> None:
    """As ``heed``, for a yes to help on the day: the help goes on, what else is agreed waits."""
    if private.was_given(consent.person_id, [purpose]):
        call_for_help(
            actor,
            consent.id,
            consent.person_id,
            consent.organisation_id,
            consent.reference,
            goes_on=True,
        )


def heed_help_even_if_refused(actor: Actor, person_id: UUID, purpose: str) -> None:
    """Have a sign in what was asked for on the day outlast a refusal: a stop of the person, say."""

    def heed_alone() -> None:
        organisation_id = actor.organisation_id
        if organisation_id is not None and private.was_given(person_id, [purpose]):
            call_for_help(actor, new_id(), person_id, organisation_id, was_refused=True)

    get_transaction().even_if_refused.append(heed_alone)


def heed_even_if_refused(actor: Actor, request_id: UUID, answers: Iterable[str]) -> None:
    """Have a call for help outlast whatever else becomes of this transaction.

    A yes may be too weak, a form may be wrong, another tab may have been quicker: the person has
    said their sign, and does not say it twice.
    """
    said = tuple(answers)

    def heed_alone() -> None:
        request = get_session().get(ConsentRequest, request_id)
        if request is None:
            return
        asker = (request.account_id, request.organisation_id)
        if asker == (actor.account_id, actor.organisation_id) or is_person(actor, request):
            hear_all(actor, request, said)

    get_transaction().even_if_refused.append(heed_alone)


def is_person(actor: Actor, request: ConsentRequest) -> bool:
    """Whether it is the person themself who answers, online."""
    return actor.kind is ActorKind.PERSON and actor.person_id == request.person_id


def call_for_help(
    actor: Actor,
    given_in: UUID,
    person_id: UUID,
    organisation_id: UUID,
    reference: str = "",
    *,
    goes_on: bool = False,
    was_refused: bool = False,
) -> None:
    """Keep that help was asked, once for each ``given_in``: a request, or a session online."""
    if get_session().get(SilentHelp, given_in) is not None:
        return
    get_session().add(
        SilentHelp(
            id=given_in,
            person_id=person_id,
            organisation_id=organisation_id,
            asked_at=clock.now(),
        )
    )
    get_session().flush()
    publish(SilentHelpAsked(reference, person_id, organisation_id, actor, goes_on, was_refused))


def is_open(person_id: UUID, organisation_id: UUID) -> bool:
    """Whether a call for help of this person at this organisation has no answer yet."""
    return bool(
        get_session().scalar(
            select(
                exists().where(
                    SilentHelp.person_id.in_(records_of(person_id)),
                    SilentHelp.organisation_id == organisation_id,
                    SilentHelp.settled_at.is_(None),
                )
            )
        )
    )


def must_wait(consent_id: UUID, person_id: UUID, organisation_id: UUID) -> Exists:
    """Whether a safeguarding lead decides: help was asked with this yes, or is still open.

    A second yes, taken a minute later from somebody who is afraid, waits like the first. A part of
    a statement, for who asks more by it.
    """
    return exists().where(
        SilentHelp.person_id.in_(records_of(person_id)),
        SilentHelp.organisation_id == organisation_id,
        or_(SilentHelp.id == consent_id, SilentHelp.settled_at.is_(None)),
    )


def settle(person_id: UUID, organisation_id: UUID) -> None:
    """A safeguarding lead has decided on what this person agreed to at this organisation."""
    get_session().execute(
        update(SilentHelp)
        .where(
            SilentHelp.person_id.in_(records_of(person_id)),
            SilentHelp.organisation_id == organisation_id,
            SilentHelp.settled_at.is_(None),
        )
        .values(settled_at=clock.now())
        .execution_options(synchronize_session=False)
    )
