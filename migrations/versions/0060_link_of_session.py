"""The link that opened a session of the person online: it answers that one and no other.

Sessions last half an hour: one that is open now answers nothing more, and its link opens another.

Revision ID: 0060
Revises: 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("record_session", sa.Column("ask_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("record_session") as batch:
        batch.drop_column("ask_id")
