"""Samples that auditors order, what was drawn of them, and what was made of each item.

All of it only grows: an order stands before its draw, and a draw is made once.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Tables that only grow, with their keys.
APPEND_ONLY = (
    ("sample", "id"),
    ("sample_draw", "id"),
    ("sample_result", "id"),
)


def upgrade() -> None:
    op.create_table(
        "sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("certainty", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("frame_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("order_event_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('discovery', 'attribute', 'monetary')", name=op.f("ck_sample_kind")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sample_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("reference", name=op.f("uq_sample_reference")),
    )
    op.create_index(
        "ix_sample_organisation_id_id", "sample", ["organisation_id", "id"], unique=False
    )
    op.create_table(
        "sample_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("checkpoint_size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_sample_draw_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draw")),
        sa.UniqueConstraint("sample_id", name=op.f("uq_sample_draw_sample_id")),
    )
    op.create_table(
        "sample_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("is_exception", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_sample_result_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_result")),
        sa.UniqueConstraint("sample_id", "item", name=op.f("uq_sample_result_sample_id_item")),
    )

    dialect = op.get_bind().dialect.name
    for table, key in APPEND_ONLY:
        for statement in guard_statements(table, key, dialect):
            op.execute(statement)


def downgrade() -> None:

    op.drop_table("sample_result")
    op.drop_table("sample_draw")
    op.drop_index("ix_sample_organisation_id_id", table_name="sample")
    op.drop_table("sample")
    if op.get_bind().dialect.name == "postgresql":
        for table, _key in APPEND_ONLY:
            for statement in unguard_statements(table, "postgresql")[2:]:
                op.execute(statement)
