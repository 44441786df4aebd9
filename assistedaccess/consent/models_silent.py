"""The table of calls for help that looked like a yes, apart from the yes itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, one_of


class Occasion(StrEnum):
    """With what the sign was given."""

    YES = "yes"
    HELP = "help"  # a yes to help on the day, which nothing holds up
    HELP_REFUSED = "help_refused"
    RECORD = "record"  # the person opened their own record online


class SilentHelp(Base):
    """While it is open, nothing that this person agrees to at this organisation takes effect.

    ``id``: of the request in which it was given, or of the session of who opened their own record.
    ``reference``: of the yes, if there is one. ``told_at``: the leads have their concern, which is
    made behind the answer, so that nobody can tell by the time that it takes. ``settled_at``: a
    safeguarding lead has decided on what was asked with it.
    """

    __tablename__ = "silent_help"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    occasion: Mapped[str] = mapped_column(String(12), server_default="yes")
    reference: Mapped[str | None] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("occasion", Occasion), name="occasion"),
        Index("ix_silent_help_person_id_organisation_id", "person_id", "organisation_id"),
    )
