"""Objections of people, and the codes on receipts.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("organisation_ids", sa.JSON(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=True),
        sa.Column("raised_by_human_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_account_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_human_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=15), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "how IN ('in_front', 'telephone', 'online')", name=op.f("ck_objection_how")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('not_agreed', 'agreed', 'not_clear')",
            name=op.f("ck_objection_outcome"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL) AND (closed_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_objection_closed"),
        ),
        sa.CheckConstraint(
            "(drawn_account_id IS NULL) = (drawn_human_id IS NULL)", name=op.f("ck_objection_drawn")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_objection_closed_by")),
        sa.ForeignKeyConstraint(
            ["drawn_account_id"], ["account.id"], name=op.f("fk_objection_drawn_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_objection_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_objection_person_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["account.id"], name=op.f("fk_objection_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("reference", name=op.f("uq_objection_reference")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(
            "ix_objection_closed_at_due_at", ["closed_at", "due_at"], unique=False
        )
        batch_op.create_index(
            "ix_objection_drawn_account_id_closed_at",
            ["drawn_account_id", "closed_at"],
            unique=False,
        )
        batch_op.create_index("ix_objection_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "receipt_code",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_receipt_code_consent_id")
        ),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_receipt_code")),
        sa.UniqueConstraint("code", name=op.f("uq_receipt_code_code")),
    )


def downgrade() -> None:
    op.drop_table("receipt_code")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index("ix_objection_person_id_id")
        batch_op.drop_index("ix_objection_drawn_account_id_closed_at")
        batch_op.drop_index("ix_objection_closed_at_due_at")

    op.drop_table("objection")
