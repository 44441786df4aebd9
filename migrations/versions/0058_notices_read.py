"""When a notice was read, and what shows it.

Of what was sent before, nobody knows.

Revision ID: 0058
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

HOWS = "('answered', 'opened', 'code_used', 'read_out', 'handed')"


def upgrade() -> None:
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("read_how", sa.String(10), nullable=True))
        batch.create_check_constraint("read", "(read_at IS NULL) = (read_how IS NULL)")
        batch.create_check_constraint("read_how", f"read_how IS NULL OR read_how IN {HOWS}")


def downgrade() -> None:
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint("read_how", type_="check")
        batch.drop_constraint("read", type_="check")
        batch.drop_column("read_how")
        batch.drop_column("read_at")
