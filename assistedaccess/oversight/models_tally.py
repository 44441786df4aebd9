"""How many looks and acts a day had: what the auditor's pictures are drawn from.

It says nothing that the journal does not, and proves nothing: a page of pictures would else read
every event of its four weeks.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base

NOBODY = UUID(int=0)
"""Stands for no organisation, site, account or human."""


class JournalTally(Base):
    """The sealed events of one day in the United Kingdom, by organisation, site and who did them.

    Where there is none of one of these, NOBODY stands, so that each is one row.
    """

    __tablename__ = "journal_tally"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    human_id: Mapped[UUID] = mapped_column(primary_key=True)
    explained: Mapped[int]
    unexplained: Mapped[int]
    not_asked: Mapped[int]
    acts: Mapped[int]
