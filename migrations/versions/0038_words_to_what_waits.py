"""What is said while something waits for a second human.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_act_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pending_act_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('question', 'answer', 'again', 'referral')",
            name=op.f("ck_pending_act_word_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["pending_act_id"], ["pending_act.id"], name=op.f("fk_pending_act_word_pending_act_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_act_word")),
    )
    op.create_index(
        "ix_pending_act_word_pending_act_id_id", "pending_act_word", ["pending_act_id", "id"]
    )


def downgrade() -> None:
    op.drop_index("ix_pending_act_word_pending_act_id_id", table_name="pending_act_word")
    op.drop_table("pending_act_word")
