"""The tree over the journal: leaves, tiles, checkpoints and the journal's public keys.

Each event gets a column for the number of its transaction, which PostgreSQL fills in. It is added
without a rewrite: events that are there already carry the number of this step, which is over when
the first sealer looks. On SQLite the column stays empty. The way down refuses once a checkpoint
has been signed.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (("audit_checkpoint", "size"), ("audit_key", "number"), ("audit_leaf", "leaf_index"))


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("low_water", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("endorsement", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_audit_key_public_key")),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_leaf_event_id")),
    )
    op.create_table(
        "audit_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_audit_tile")),
    )
    for table, key in APPEND_ONLY:
        for statement in guard_statements(table, key, dialect):
            op.execute(statement)
    if dialect == "sqlite":
        op.add_column("audit_event", sa.Column("xid", sa.BigInteger(), nullable=True))
        return
    set_xid = sa.text("(pg_current_xact_id()::text::bigint)")
    op.add_column("audit_event", sa.Column("xid", sa.BigInteger(), server_default=set_xid))
    op.create_index("ix_audit_event_xid", "audit_event", ["xid"])


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    if op.get_bind().execute(sa.text("SELECT count(*) FROM audit_checkpoint")).scalar_one():
        raise RuntimeError(
            "Checkpoints of this journal have been signed. Without the tree, the next sealer would "
            "make another one, which nobody who holds a checkpoint could tell from a forgery."
        )
    if dialect == "postgresql":
        op.drop_index("ix_audit_event_xid", table_name="audit_event")
    op.drop_column("audit_event", "xid")
    for name in ("audit_tile", "audit_leaf", "audit_key", "audit_checkpoint"):
        op.drop_table(name)
    if dialect == "postgresql":
        for table, _key in APPEND_ONLY:
            for statement in unguard_statements(table, "postgresql")[2:]:
                op.execute(statement)
