"""Payments on the provider's own page, which are asked for and looked after.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pay_link",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.String(length=60), nullable=True),
        sa.Column("said", sa.String(length=15), nullable=True),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("next_url", sa.LargeBinary(), nullable=True),
        sa.Column("stop_wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim_token", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "standing IN ('wanted', 'open', 'over')", name=op.f("ck_pay_link_standing")
        ),
        sa.CheckConstraint(
            "said IS NULL OR said IN ('created', 'started', 'submitted', 'capturable', "
            "'success', 'failed', 'cancelled', 'error')",
            name=op.f("ck_pay_link_said"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_pay_link_payment_id")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_pay_link")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_pay_link_provider_id")),
    )
    op.create_index("ix_pay_link_standing_due_at", "pay_link", ["standing", "due_at"])


def downgrade() -> None:
    op.drop_table("pay_link")
