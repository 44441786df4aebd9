"""What a yes on paper carries before its photograph is there, and what the photograph adds."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.consent import queries as consents
from assistedaccess.consent.events import ConsentStrengthened
from assistedaccess.consent.models import Consent
from assistedaccess.consent.rules import Strength
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


def list_carried(consent: Consent) -> list[str]:
    """The powers that begin now: all that were agreed, or, while a signed paper is still to come,
    those that the yes carries until then.

    Raises PaperMissing where none does, OutOfScope where the policy of today asks for more.
    """
    powers = terms_of(consent).powers
    carried = consents.get_policy().list_carried(powers, Strength(consent.strength))
    is_waiting = _find_due_on(consent) is not None
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


def widen_by_paper(event: ConsentStrengthened) -> None:
    """The signed form is in: what was agreed holds in full, to its last day, unless it ended."""
    row = (
        get_session()
        .scalars(
            select(Delegation)
            .where(Delegation.consent_id == event.consent_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    consent = get_session().get_one(Consent, event.consent_id)
    if row is None or row.ended_at is not None or consent.withdrawn_at is not None:
        return
    row.powers = list_carried(consent)
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
        reason="paper_is_in",
        details={"powers": row.powers},
    )
    tell_person(
        actor=event.actor,
        person_id=row.person_id,
        kind=NoticeKind.DELEGATION_GRANTED,
        organisation_id=row.organisation_id,
        facts=make_facts(row.person_id, [consent]),
    )
