"""The table of the scan: how far it has read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base


class ScanCursor(Base):
    """One row. Every leaf of the journal's tree below ``next_leaf`` has been read, and ``moved_at``
    what was to settle until then."""

    __tablename__ = "scan_cursor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_leaf: Mapped[int] = mapped_column(BigInteger)
    moved_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
