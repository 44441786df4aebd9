"""The world's people ask for their record, and object to something."""

from __future__ import annotations

from assistedaccess.audit.models import AuditEvent
from assistedaccess.data_protection.service_requests import record_data_request
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record.models import Objection
from assistedaccess.my_record.service_objections import raise_objection
from assistedaccess.people.service import open_person

from . import people, record
from .world import Side


def add(side: Side) -> None:
    """The person at the desk is given their record, alone; and did not agree that a colleague of
    the helper looks at it, who takes no yes of theirs from then on."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    colleague = side.actors["colleague"]
    open_person(actor=colleague, person_id=person_id, stated_reason="person_is_here")
    reading_id = record.begin(helper, person_id)
    side.ids["reading"] = reading_id
    side.values["reading_id"] = str(reading_id)
    with reading() as session:
        looked = (
            session.query(AuditEvent)
            .filter_by(person_id=person_id, action="person.opened", account_id=colleague.account_id)
            .order_by(AuditEvent.id.desc())
            .first()
        )
        assert looked is not None
    objection_id = raise_objection(
        actor=helper,
        reading_id=reading_id,
        delegation_ids=[],
        event_ids=[looked.id],
        words=side.text("Objection"),
        is_proven=True,
        request_key=new_request_key(),
    )
    side.ids["objection"] = objection_id
    side.values["data-requests"] = record_data_request(
        actor=helper,
        person_id=person_id,
        kind="objection",
        words=side.secret("Datarequest"),
    )
    quiet = people.make_person(helper, f"Quiet{side.letter}")
    kept = record_data_request(
        actor=helper,
        person_id=quiet,
        kind="restriction",
        goes_on="begun",
        words=side.secret("Keptandnotused"),
    )
    for endpoint in ("say_end", "end_restriction"):
        side.values[f"data_protection.{endpoint}:reference"] = kept


def cross(side: Side, other: Side) -> None:
    """What this side's auditors and reviewers answer is about the other side."""
    with reading() as session:
        side.values["objections"] = session.get_one(Objection, other.ids["objection"]).reference
