"""What an act changed, for the seconds in which it may be undone.

Empty when it is made. The way down loses offers whose ten seconds are long over.

Revision ID: 0051
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "undo_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("command", sa.String(80), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_offer")),
    )
    op.create_index("ix_undo_offer_offered_at", "undo_offer", ["offered_at"])


def downgrade() -> None:
    op.drop_table("undo_offer")
