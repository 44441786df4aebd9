"""Silent help: a yes with the agreed sign in it looks like any other, and lets nothing take effect.

Plain functions inside the transaction of whoever takes the yes. They record nothing: what is told
to the safeguarding leads stands where they alone read it (SilentHelpAsked). Whether help was asked
is a value in the same statements that any yes sends; the leads are told behind the answer, by the
timer that sends messages, so that the time of an answer tells nothing either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from uuid import UUID

from sqlalchemy import Exists, exists, insert, literal, or_, select, update

from assistedaccess.kernel import clock, logs
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import get_transaction, reading, run_transaction
from assistedaccess.people import cards, private
from assistedaccess.people.queries_merging import records_of

from .events import SilentHelpAsked
from .models import Consent, ConsentRequest
from .models_silent import Occasion, SilentHelp

log = logs.get_logger(__name__)


def heed(request: ConsentRequest, answers: Iterable[str]) -> None:
    """Keep that help was asked, if the sign is in one of the answers or was given by the card."""
    keep_call(
        request.id,
        request.person_id,
        request.organisation_id,
        Occasion.YES,
        request.reference,
        is_given=private.was_given(request.person_id, answers),
    )


def hear_all(request: ConsentRequest, answers: Collection[str]) -> None:
    """As ``heed``, where a number may not have been looked at: it came too late, say."""
    cards.hear_sign(request.person_id, request.id, answers)
    heed(request, answers)


def heed_help(consent: Consent, purpose: str) -> None:
    """As ``heed``, for a yes to help on the day: the help goes on, what else is agreed waits."""
    keep_call(
        consent.id,
        consent.person_id,
        consent.organisation_id,
        Occasion.HELP,
        consent.reference,
        is_given=private.was_given(consent.person_id, [purpose]),
    )


def heed_help_even_if_refused(actor: Actor, person_id: UUID, purpose: str) -> None:
    """Have a sign in what was asked for on the day outlast a refusal: a stop of the person, say."""

    def heed_alone() -> None:
        if actor.organisation_id is not None:
            keep_call(
                new_id(),
                person_id,
                actor.organisation_id,
                Occasion.HELP_REFUSED,
                is_given=private.was_given(person_id, [purpose]),
            )

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
            hear_all(request, said)

    get_transaction().even_if_refused.append(heed_alone)


def is_person(actor: Actor, request: ConsentRequest) -> bool:
    """Whether it is the person themself who answers, online."""
    return actor.kind is ActorKind.PERSON and actor.person_id == request.person_id


def keep_call(
    given_in: UUID,
    person_id: UUID,
    organisation_id: UUID,
    occasion: Occasion,
    reference: str | None = None,
    *,
    is_given: bool,
) -> None:
    """Keep that help was asked, once for each ``given_in``: a request, or a session online.

    One statement, which is sent whether it was or not and adds no row where it was not.
    """
    row = {
        SilentHelp.id: given_in,
        SilentHelp.person_id: person_id,
        SilentHelp.organisation_id: organisation_id,
        SilentHelp.occasion: str(occasion),
        SilentHelp.reference: reference,
        SilentHelp.asked_at: clock.now(),
    }
    values = [literal(value, column.type) for column, value in row.items()]
    already = exists().where(SilentHelp.id == given_in)
    get_session().execute(
        insert(SilentHelp).from_select(
            [column.key for column in row],
            select(*values).where(literal(is_given), ~already),
        )
    )


def tell_calls() -> int:
    """Tell the leads of each call that they have not been told of; returns how many.

    For the timer. One that cannot be told holds up no other, and is tried again the next time.
    """
    with reading() as session:
        waiting = session.scalars(
            select(SilentHelp.id).where(SilentHelp.told_at.is_(None)).order_by(SilentHelp.asked_at)
        ).all()
    told = 0
    for call_id in waiting:
        try:
            told += run_transaction(partial(_tell_call, call_id))
        except Exception:
            log.exception("a call for help cannot be told")
    return told


def _tell_call(call_id: UUID) -> bool:
    row = get_session().scalar(
        select(SilentHelp)
        .where(SilentHelp.id == call_id, SilentHelp.told_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:  # another process was quicker
        return False
    row.told_at = clock.now()
    publish(SilentHelpAsked(row.reference or "", row.person_id, row.organisation_id, row.occasion))
    return True


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
    """A safeguarding lead has decided on what this person agreed to at this organisation.

    It answers no call that they do not know of yet.
    """
    get_session().execute(
        update(SilentHelp)
        .where(
            SilentHelp.person_id.in_(records_of(person_id)),
            SilentHelp.organisation_id == organisation_id,
            SilentHelp.told_at.is_not(None),
            SilentHelp.settled_at.is_(None),
        )
        .values(settled_at=clock.now())
        .execution_options(synchronize_session=False)
    )
