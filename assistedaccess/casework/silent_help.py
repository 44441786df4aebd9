"""A silent call for help, and a yes that somebody denies, become concerns for the leads alone."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.audit import Action, record
from assistedaccess.consent.events import ConsentDenied, SilentHelpAsked
from assistedaccess.consent.models_silent import Occasion
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id, new_reference

from . import rules_concerns
from .models_concerns import Concern
from .rules_concerns import ConcernKind, Told
from .service_concerns import SUBJECT, seal_told, tell_leads


def _describe(event: SilentHelpAsked) -> str:
    if event.occasion == Occasion.HELP_REFUSED:
        return _(
            "The person gave their silent sign as they asked for help today. The help was refused "
            "as it would have been without the sign. Whatever else they agree to here waits, and "
            "only a safeguarding lead can let it begin. The helper knows nothing of this. Do not "
            "ask them, and do not write or ring home: somebody there may be listening. Speak with "
            "the person alone."
        )
    if event.occasion == Occasion.RECORD:
        return _(
            "The person gave their silent sign as they opened their own record online, with the "
            "number of their card. It opened as always, so whoever was beside them saw nothing. "
            "Whatever they agree to here waits, and only a safeguarding lead can let it begin. Do "
            "not write or ring home: somebody there may be listening. Speak with the person alone."
        )
    if event.occasion == Occasion.HELP:
        return _(
            "The person gave their silent sign as they asked for help today (%(yes)s). It looked "
            "like any visit, and the help with that form goes on. Whatever else they agree to here "
            "waits, and only a safeguarding lead can let it begin. The helper knows nothing of "
            "this. Do not ask them, and do not write or ring home: somebody there may be "
            "listening. Speak with the person alone.",
            yes=event.reference,
        )
    return _(
        "The person gave their silent sign as they said yes (%(yes)s). It looked like any yes. "
        "It waits, and only a safeguarding lead can let it begin. The helper who took it knows "
        "nothing of this. Do not ask them, and do not write or ring home: somebody there may "
        "be listening. Speak with the person alone.",
        yes=event.reference,
    )


def raise_for_silent_help(event: SilentHelpAsked) -> None:
    """Tell the leads and deputies of the organisation where the yes was taken.

    Urgent, about coercion. It is the person's own act, so the event names nobody who was in the
    room; like that of every concern, it names no person in a column that can be searched.
    """
    _raise(event.person_id, event.organisation_id, _describe(event), ConcernKind.COERCION)


def raise_for_denied(event: ConsentDenied) -> None:
    """Tell the leads of the organisation where the yes was taken, in the words of who denies it.

    The event of the denial names its actor; the concern, as every one, names nobody.
    """
    seen = DENIED[event.called] % {"yes": event.reference}
    if event.said:
        seen += " " + _("They wrote: %(words)s", words=event.said)
    _raise(event.person_id, event.organisation_id, seen, ConcernKind.OTHER)


DENIED = {
    "witness": _l(
        "Somebody was named as the witness of a yes (%(yes)s). They say that they did not hear it. "
        "What rests on that yes is stopped until the person lifts it. Speak with the person, and "
        "with who was named, before you speak with the helper who took it."
    ),
    "voucher": _l(
        "Somebody was named in a yes (%(yes)s) as knowing the person. They say that it is not so. "
        "What rests on that yes is stopped until the person lifts it. Speak with the person, and "
        "with who was named, before you speak with the helper who took it."
    ),
    "interpreter": _l(
        "Somebody was named as the interpreter of a yes (%(yes)s). They say that it is not so. "
        "What rests on that yes is stopped until the person lifts it. Speak with the person, with "
        "another interpreter, and with who was named, before you speak with the helper who took it."
    ),
    "second": _l(
        "A colleague went to the person who was being asked for a yes (%(yes)s). They say that the "
        "person did not agree to it. Nothing can begin on it. Speak with the person alone."
    ),
}


def _raise(person_id: UUID, organisation_id: UUID, seen: str, kind: ConcernKind) -> None:
    concern_id = new_id()
    told = Told(seen=seen, kinds=rules_concerns.join_kinds([kind]))
    get_session().add(
        Concern(
            id=concern_id,
            reference=new_reference("W"),
            organisation_id=organisation_id,
            person_id=person_id,
            sealed_for=person_id,
            is_urgent=True,
            told=seal_told(person_id, concern_id, told),
            raised_at=clock.now(),
            raised_by=None,
            raised_by_human=None,
        )
    )
    get_session().flush()
    record(
        Action.CONCERN_RAISED,
        actor=SYSTEM,
        organisation_id=organisation_id,
        subject=(SUBJECT, concern_id),
        details={"person": str(person_id)},
    )
    tell_leads(SYSTEM, organisation_id)
