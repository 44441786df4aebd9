"""Keyed hashes of the network that a sign-in came from, and of the account of a claim that waits.

What signed in, or was sent, before has none.

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(sa.Column("network", sa.LargeBinary(length=32), nullable=True))
    op.add_column("application", sa.Column("waiting_account", sa.LargeBinary(32), nullable=True))
    op.create_index("ix_application_waiting_account", "application", ["waiting_account"])


def downgrade() -> None:
    op.drop_index("ix_application_waiting_account", table_name="application")
    with op.batch_alter_table("application") as batch:
        batch.drop_column("waiting_account")
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_column("network")
