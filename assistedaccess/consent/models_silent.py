"""The table of calls for help that looked like a yes, apart from the yes itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base


class SilentHelp(Base):
    """While it is open, nothing that this person agrees to at this organisation takes effect.

    ``id``: of the request in which it was given, or of the session of who opened their own record.
    ``settled_at``: a safeguarding lead has decided on what was asked with it.
    """

    __tablename__ = "silent_help"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_silent_help_person_id_organisation_id", "person_id", "organisation_id"),
    )
