"""Which regulated advice an organisation is registered to give: none, until two humans say so.

Revision ID: 0061
Revises: 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default stays: the release before adds organisations without it.
    with op.batch_alter_table("organisation") as batch:
        batch.add_column(
            sa.Column("regulated_help", sa.JSON(), nullable=False, server_default="[]")
        )


def downgrade() -> None:
    with op.batch_alter_table("organisation") as batch:
        batch.drop_column("regulated_help")
