"""Safeguarding concerns, and what the leads write to them, apart from cases and notes.

Two new tables: nothing that is there changes. The way down takes the concerns away, and refuses
where there are any.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GROWS = ("concern_entry", "id")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("kinds", sa.String(length=120), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_by_human", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_concern_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_concern_person_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["account.id"], name=op.f("fk_concern_raised_by")),
        sa.ForeignKeyConstraint(
            ["raised_by_human"], ["human.id"], name=op.f("fk_concern_raised_by_human")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("reference", name=op.f("uq_concern_reference")),
    )
    op.create_index(op.f("ix_concern_person_id"), "concern", ["person_id"])
    op.create_index(
        "ix_concern_open",
        "concern",
        ["organisation_id", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_concern_organisation_id_id", "concern", ["organisation_id", "id"])
    op.create_table(
        "concern_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_human_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('note', 'referral', 'outcome')", name=op.f("ck_concern_entry_kind")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_concern_entry_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["concern.id"], name=op.f("fk_concern_entry_concern_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_concern_entry_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_human_id"], ["human.id"], name=op.f("fk_concern_entry_author_human_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_entry")),
    )
    op.create_index("ix_concern_entry_concern_id_id", "concern_entry", ["concern_id", "id"])
    for statement in guard_statements(*GROWS, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM concern")).scalar():
        raise RuntimeError("there are safeguarding concerns: an older version would lose them")
    for statement in unguard_statements("concern_entry", connection.dialect.name):
        op.execute(statement)
    op.drop_table("concern_entry")
    op.drop_table("concern")
