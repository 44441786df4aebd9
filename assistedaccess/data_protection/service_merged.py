"""What a person wants done with their record, where two records are merged or taken apart again.

While they are one, a wish at either holds for both. Taken apart, each keeps what was said at it
before. What was said while they were one may have been either person's word: it stands at both, as
a request of each (docs/adr/0045).
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.consent.service import tell_person
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.events import MergeUndone, RecordsMerged
from assistedaccess.people.models import Person
from assistedaccess.people.rules import GoesOn

from . import standing
from .models import DataRequest
from .rules_requests import STANDING, Kind


def follow_merge(event: RecordsMerged) -> None:
    """Have both records say what stands at either."""
    standing.follow(event.kept_person_id)


def part(event: MergeUndone) -> None:
    """Give each record what may be its person's wish, and end on it what is the other's alone.

    Restriction is a right of whoever asked for it (UK GDPR, Article 18(1)), and nobody can say who
    that was. Lifted from the wrong one, data in dispute are used; kept on both, the other can have
    it ended at any desk at once, and is told so.
    """
    pair = (event.person_id, event.kept_person_id)
    rows = (
        get_session()
        .scalars(
            select(DataRequest)
            .where(
                DataRequest.person_id.in_(pair),
                DataRequest.kind.in_([str(kind) for kind in STANDING]),
                DataRequest.ended_at.is_(None),
                DataRequest.asked_at >= event.merged_at,
            )
            .order_by(DataRequest.id)
            .with_for_update()
        )
        .all()
    )
    for row in rows:
        other = pair[0] if row.person_id == pair[1] else pair[1]
        _write_down(event.actor, row, get_session().get_one(Person, other))
    for person_id in pair:
        standing.follow(person_id)


def _write_down(actor: Actor, row: DataRequest, person: Person) -> None:
    """The same request at the other record: not the words, which may be another person's."""
    kept = get_session().scalar(select(Person.reference).where(Person.id == row.person_id))
    words = _(
        "Written down as %(request)s while this record and %(reference)s were one. We do not know "
        "which of the two people said it.",
        request=row.reference,
        reference=kept,
    )
    twin = DataRequest(
        id=new_id(),
        reference=new_reference("Q"),
        person_id=person.id,
        organisation_id=row.organisation_id,
        kind=row.kind,
        words=encryption.seal(person.id, "data_request.words", words),
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        asked_by_human=row.asked_by_human,
        answer_by_on=row.answer_by_on,
        goes_on=row.goes_on,
    )
    get_session().add(twin)
    get_session().flush()
    record(
        Action.DATA_REQUEST_RECORDED,
        actor=actor,
        person_id=person.id,
        organisation_id=row.organisation_id,
        subject=("data_request", twin.id),
        reason=row.kind,
        details={"goes_on": row.goes_on} if row.goes_on else None,
    )
    if row.kind == Kind.RESTRICTION:
        tell_person(
            actor=actor,
            person_id=person.id,
            kind=NoticeKind.RECORD_RESTRICTED,
            organisation_id=row.organisation_id,
            facts={"nothing": "yes"} if row.goes_on == GoesOn.NOTHING else {},
        )
