"""Where the money of a claim is paid, and what the person said of a change of it.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("waits_as", sa.String(length=12), nullable=True))
    op.create_table(
        "payment_details",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=True),
        sa.Column("without", sa.String(length=10), nullable=True),
        sa.Column("whose", sa.String(length=10), nullable=True),
        sa.Column("name_check", sa.String(length=15), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by_human", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(account IS NULL) = (fingerprint IS NULL)", name=op.f("ck_payment_details_account")
        ),
        sa.CheckConstraint(
            "without IS NULL OR without IN ('exception', 'other', 'open')",
            name=op.f("ck_payment_details_without"),
        ),
        sa.CheckConstraint(
            "whose IS NULL OR whose IN ('own', 'joint', 'other')",
            name=op.f("ck_payment_details_whose"),
        ),
        sa.CheckConstraint(
            "name_check IN ('match', 'close_match', 'no_match', 'not_checked')",
            name=op.f("ck_payment_details_name_check"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_payment_details_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["application.id"], name=op.f("fk_payment_details_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_payment_details_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_payment_details_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["told_by_human"], ["human.id"], name=op.f("fk_payment_details_told_by_human")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_payment_details")),
    )
    op.create_index(
        "ix_payment_details_claim_id_told_at", "payment_details", ["claim_id", "told_at"]
    )
    op.create_index("ix_payment_details_fingerprint", "payment_details", ["fingerprint"])
    op.create_index("ix_payment_details_person_id", "payment_details", ["person_id"])
    op.create_table(
        "payment_confirmation",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by_human", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "how IN ('in_front', 'telephone')", name=op.f("ck_payment_confirmation_how")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_payment_confirmation_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_payment_confirmation_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_human"],
            ["human.id"],
            name=op.f("fk_payment_confirmation_confirmed_by_human"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_payment_confirmation")),
    )


def downgrade() -> None:
    op.drop_table("payment_confirmation")
    op.drop_table("payment_details")
    with op.batch_alter_table("application") as batch:
        batch.drop_column("waits_as")
