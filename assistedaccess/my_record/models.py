"""Tables of the person's own side."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base

from .rules import HowAsked, Style


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class RecordReading(Base):
    """A record that is printed or read out to the person, by one account, for a short while.

    ``in_private``: the helper's own statement that nobody else hears; the journal has it too.
    """

    __tablename__ = "record_reading"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    how: Mapped[str] = mapped_column(String(10))
    in_private: Mapped[bool]
    style: Mapped[str] = mapped_column(String(15))
    language: Mapped[str] = mapped_column(String(2))
    begun_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(_one_of("how", HowAsked), name="how"),
        CheckConstraint(_one_of("style", Style), name="style"),
        CheckConstraint(f"how = '{HowAsked.IN_FRONT}' OR NOT in_private", name="private"),
        Index("ix_record_reading_person_id_id", "person_id", "id"),
    )
