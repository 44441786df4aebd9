"""Where money goes may rest, at the person's no, and be put aside for what was told before.

Everything that was told until now goes on counting.

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payment_details") as batch:
        batch.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint("ended", "ended_at IS NULL OR stopped_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("payment_details") as batch:
        batch.drop_constraint("ended", type_="check")
        batch.drop_column("ended_at")
        batch.drop_column("stopped_at")
