"""How a submission gets to the other side: the way, how far it is, and what waits to be sent.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("ticked", sa.JSON(), nullable=False),
        sa.Column("their_reference", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim_token", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.String(length=60), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "way IN ('typed_elsewhere', 'data', 'posted')", name=op.f("ck_delivery_way")
        ),
        sa.CheckConstraint(
            "standing IN ('open', 'waiting', 'sending', 'retrying', 'failed', 'done')",
            name=op.f("ck_delivery_standing"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_delivery_application_id")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_delivery_done_by")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_standing_due_at", "delivery", ["standing", "due_at"])


def downgrade() -> None:
    op.drop_table("delivery")
