"""What a yes carries while something of its evidence is still to come, and what that adds: the
photograph of a signed form, the own word of whoever was named."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.consent import queries as consents
from assistedaccess.consent.events import ConsentDenied, ConsentStrengthened
from assistedaccess.consent.models import Consent
from assistedaccess.consent.rules import Strength
from assistedaccess.consent.rules_strength import AWAITED, DENIED
from assistedaccess.consent.rules_words import deny
from assistedaccess.consent.service import tell_person
from assistedaccess.consent.service_papers import find_paper
from assistedaccess.consent.terms import terms_of
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import NoticeKind

from . import rules
from .models import Delegation
from .queries import make_facts
from .rules_term import find_check_in
from .service_stops import keep_frozen


def list_carried(consent: Consent) -> list[str]:
    """The powers that begin now: all that were agreed, or, while a signed paper or somebody's own
    word is still to come, those that the yes carries until then.

    Raises PaperMissing or WordMissing where none does, OutOfScope where the policy of today asks
    for more, SaidNo where somebody who was named says that it was not so.
    """
    if DENIED in consent.reasons:
        raise deny()
    powers = terms_of(consent).powers
    carried = consents.get_policy().list_carried(powers, Strength(consent.strength))
    waits_for_word = AWAITED in consent.reasons
    is_waiting = waits_for_word or _find_due_on(consent) is not None
    if not carried and waits_for_word:
        raise rules.WordMissing(
            _("Nothing of this can begin before whoever was named has confirmed it."),
            next_step=_("They sign in themself: it stands at “Your word is asked for”."),
        )
    if not carried and is_waiting:
        raise rules.PaperMissing(
            _("Nothing of this can begin before the signed form has been photographed."),
            next_step=_("Photograph the signed form, and add it."),
        )
    if len(carried) < len(powers) and not is_waiting:
        raise rules.OutOfScope(
            _("The rules have changed since: this yes no longer carries all that was agreed."),
            next_step=_("Ask the person anew, and leave out what needs a stronger yes."),
        )
    return [str(power) for power in carried]


def find_last_on(consent: Consent) -> date:
    """The last day: as agreed, or the last one for the photograph while that is missing.

    So a delegation without its paper runs out by itself: nobody has to remember it.
    """
    return min(consent.until_on, _find_due_on(consent) or consent.until_on)


def _find_due_on(consent: Consent) -> date | None:
    """By when the photograph of a signed form is due; None where nothing is missing."""
    paper = find_paper(consent.id) if consent.way == "paper" else None
    return paper.due_on if paper is not None and paper.picture_id is None else None


def stop_denied(event: ConsentDenied) -> None:
    """Somebody who was named says that it was not so: what rests on that yes stops, and the person
    is told, until they lift it or say a new yes."""
    row = _lock_resting(event.consent_id)
    if row is not None and row.ended_at is None:
        keep_frozen(event.actor, row.person_id, [row.id], DENIED)
        tell_person(
            actor=event.actor,
            person_id=row.person_id,
            kind=NoticeKind.DELEGATION_FROZEN,
            organisation_id=row.organisation_id,
            facts=make_facts(row.person_id, [row]),
        )


def _lock_resting(consent_id: UUID) -> Delegation | None:
    return (
        get_session()
        .scalars(
            select(Delegation)
            .where(Delegation.consent_id == consent_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def widen(event: ConsentStrengthened) -> None:
    """What was to come is there: what was agreed holds in full, to its last day, unless it ended.

    A stop on it stays. Where nothing has begun yet, whoever took the yes lets it begin.
    """
    row = _lock_resting(event.consent_id)
    consent = get_session().get_one(Consent, event.consent_id)
    if row is None or row.ended_at is not None or consent.withdrawn_at is not None:
        return
    carried = list_carried(consent)
    if carried == row.powers and event.why == "own_word":
        return  # a basic yes carried all of it
    row.powers = carried
    row.expires_at = clock.end_of_day(consent.until_on)
    row.check_in_on = find_check_in(clock.today(), consent.until_on)
    row.version += 1
    get_session().flush()
    record(
        Action.DELEGATION_WIDENED,
        actor=event.actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("delegation", row.id),
        authority=("consent", consent.id),
        reason=event.why,
        details={"powers": row.powers},
    )
    tell_person(
        actor=event.actor,
        person_id=row.person_id,
        kind=NoticeKind.DELEGATION_GRANTED,
        organisation_id=row.organisation_id,
        facts=make_facts(row.person_id, [consent]),
    )
