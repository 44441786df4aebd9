"""Fees that are paid or waived, and the tills that cash and cheques go into.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "till",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("float_pence", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("expected_cash_pence", sa.Integer(), nullable=True),
        sa.Column("expected_cheques_pence", sa.Integer(), nullable=True),
        sa.Column("counted_cash_pence", sa.Integer(), nullable=True),
        sa.Column("counted_cheques_pence", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_by", sa.Uuid(), nullable=True),
        sa.Column("counted_by_human", sa.Uuid(), nullable=True),
        sa.Column("checked_cash_pence", sa.Integer(), nullable=True),
        sa.Column("checked_cheques_pence", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_by_human", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'counted', 'checked')", name=op.f("ck_till_state")),
        sa.CheckConstraint("float_pence >= 0", name=op.f("ck_till_float")),
        sa.CheckConstraint("(state = 'open') = (counted_at IS NULL)", name=op.f("ck_till_counted")),
        sa.CheckConstraint(
            "(state = 'checked') = (checked_at IS NOT NULL)", name=op.f("ck_till_checked")
        ),
        sa.CheckConstraint(
            "checked_by_human IS NULL OR checked_by_human <> counted_by_human",
            name=op.f("ck_till_two_humans"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_till_organisation_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_till_site_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_till_opened_by")),
        sa.ForeignKeyConstraint(["counted_by"], ["account.id"], name=op.f("fk_till_counted_by")),
        sa.ForeignKeyConstraint(
            ["counted_by_human"], ["human.id"], name=op.f("fk_till_counted_by_human")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["account.id"], name=op.f("fk_till_checked_by")),
        sa.ForeignKeyConstraint(
            ["checked_by_human"], ["human.id"], name=op.f("fk_till_checked_by_human")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("reference", name=op.f("uq_till_reference")),
    )
    op.create_index("ix_till_organisation_id_id", "till", ["organisation_id", "id"])
    op.create_index(
        "uq_till_open",
        "till",
        ["place_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=15), nullable=True),
        sa.Column("whose", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("waive_reason", sa.String(length=15), nullable=True),
        sa.Column("authority_kind", sa.String(length=20), nullable=True),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("reserve_id", sa.Uuid(), nullable=True),
        sa.Column("till_id", sa.Uuid(), nullable=True),
        sa.Column("slip", sa.LargeBinary(), nullable=True),
        sa.Column("receipt_code", sa.LargeBinary(length=32), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_by_human", sa.Uuid(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint(
            "state IN ('open', 'paid', 'failed', 'waived')", name=op.f("ck_payment_state")
        ),
        sa.CheckConstraint(
            "way IS NULL OR way IN ('card_link', 'card_terminal', 'cash', 'cheque')",
            name=op.f("ck_payment_way"),
        ),
        sa.CheckConstraint(
            "whose IS NULL OR whose IN ('own', 'delegated')", name=op.f("ck_payment_whose")
        ),
        sa.CheckConstraint(
            "waive_reason IS NULL OR waive_reason IN "
            "('not_charged', 'hardship', 'our_mistake', 'crime', 'other')",
            name=op.f("ck_payment_waive_reason"),
        ),
        sa.CheckConstraint("(state = 'waived') = (way IS NULL)", name=op.f("ck_payment_waived")),
        sa.CheckConstraint(
            "(waive_reason IS NULL) = (whose IS NOT NULL)", name=op.f("ck_payment_whose_or_waived")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_payment_settled")
        ),
        sa.CheckConstraint(
            "(whose IS NOT NULL AND whose = 'delegated') = (reserve_id IS NOT NULL)",
            name=op.f("ck_payment_reserve"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_payment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_payment_site_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_payment_application_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_payment_person_id")),
        sa.ForeignKeyConstraint(
            ["reserve_id"], ["limit_entry.id"], name=op.f("fk_payment_reserve_id")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_payment_till_id")),
        sa.ForeignKeyConstraint(["begun_by"], ["account.id"], name=op.f("fk_payment_begun_by")),
        sa.ForeignKeyConstraint(
            ["begun_by_human"], ["human.id"], name=op.f("fk_payment_begun_by_human")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
        sa.UniqueConstraint("receipt_code", name=op.f("uq_payment_receipt_code")),
    )
    op.create_index("ix_payment_application_id", "payment", ["application_id", "id"])
    op.create_index(
        "ix_payment_person_id_organisation_id_id", "payment", ["person_id", "organisation_id", "id"]
    )
    op.create_index("ix_payment_till_id", "payment", ["till_id"])
    op.create_index(
        "ix_payment_begun_by_human_state", "payment", ["begun_by_human", "state", "begun_at"]
    )
    op.create_index(
        "uq_payment_open",
        "payment",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("payment")
    op.drop_table("till")
