"""What people ask about their data."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of
from assistedaccess.people.rules import GoesOn

from .rules_requests import EndedHow, Kind, Outcome


class DataRequest(Base):
    """A person asks to have something put right, erased or used less, or objects to its use.

    ``words`` are the person's own, ``answer`` what they are told, ``end_why`` why the organisation
    wants to use the record again; all sealed with their key. A restriction (with what ``goes_on``)
    and an objection stand from the moment they are written down until ``ended_at``.
    """

    __tablename__ = "data_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(15))
    words: Mapped[bytes | None] = mapped_column(Sealed)
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    asked_by_human: Mapped[UUID | None]
    answer_by_on: Mapped[date]
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[bytes | None] = mapped_column(Sealed)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    goes_on: Mapped[str | None] = mapped_column(String(10))
    end_said_at: Mapped[datetime | None]
    end_said_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    end_said_by_human: Mapped[UUID | None]
    end_notice_id: Mapped[UUID | None]
    end_why: Mapped[bytes | None] = mapped_column(Sealed)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_how: Mapped[str | None] = mapped_column(String(12))

    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome"),
        CheckConstraint(f"goes_on IS NULL OR {one_of('goes_on', GoesOn)}", name="goes_on"),
        CheckConstraint("(end_said_at IS NULL) = (end_why IS NULL)", name="end_said"),
        CheckConstraint(f"ended_how IS NULL OR {one_of('ended_how', EndedHow)}", name="ended_how"),
        CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        Index("ix_data_request_person_id_id", "person_id", "id"),
        Index("ix_data_request_organisation_id_id", "organisation_id", "id"),
    )
