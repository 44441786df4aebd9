"""An index of the events by which somebody moved: the controls ask for the last one at each act.

Revision ID: 0065
Revises: 0064
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

MOVED = "(action = 'person.changed' AND reason_code = 'address')"


def upgrade() -> None:
    op.create_index(
        "ix_audit_event_moved",
        "audit_event",
        ["person_id", "id"],
        sqlite_where=sa.text(MOVED),
        postgresql_where=sa.text(MOVED),
    )


def downgrade() -> None:
    op.drop_index("ix_audit_event_moved", "audit_event")
