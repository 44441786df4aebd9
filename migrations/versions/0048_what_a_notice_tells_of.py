"""Which fact of the journal a notice tells of: what the person's no to it is about.

What was told before names none; a no to it stops everything.

Revision ID: 0048
Revises: 0047
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice_entry") as batch:
        batch.add_column(sa.Column("event_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notice_entry") as batch:
        batch.drop_column("event_id")
