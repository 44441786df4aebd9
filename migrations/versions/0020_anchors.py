"""Checkpoints that have left: when, by which way, and what came back.

The way down refuses once one has.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_anchor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
    )
    op.create_index("ix_audit_anchor_kind_sent_at", "audit_anchor", ["kind", "sent_at"])
    for statement in guard_statements("audit_anchor", "id", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM audit_anchor")).scalar_one():
        raise RuntimeError("Timestamps are kept here that nobody can ask for again.")
    op.drop_index("ix_audit_anchor_kind_sent_at", table_name="audit_anchor")
    op.drop_table("audit_anchor")
    if op.get_bind().dialect.name == "postgresql":
        for statement in unguard_statements("audit_anchor", "postgresql")[2:]:
            op.execute(statement)
