"""What was sent to the other side to show that somebody may act, and when it runs out there.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = "sent_authority"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("runs_out_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "how IN ('post', 'online', 'email', 'handed_over', 'telephone')",
            name=op.f("ck_sent_authority_how"),
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_sent_authority_delegation_id")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["account.id"], name=op.f("fk_sent_authority_sent_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_authority")),
    )
    op.create_index("ix_sent_authority_delegation_id_id", TABLE, ["delegation_id", "id"])
    for statement in guard_statements(TABLE, "id", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in unguard_statements(TABLE, op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_index("ix_sent_authority_delegation_id_id", table_name=TABLE)
    op.drop_table(TABLE)
