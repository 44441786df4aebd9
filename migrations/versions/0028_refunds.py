"""Money that goes back to people, and emergency help that goes out to them.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=15), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=True),
        sa.Column("slip", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.String(length=60), nullable=True),
        sa.Column("expected_pence", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_token", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.String(length=60), nullable=True),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_refund_amount")),
        sa.CheckConstraint(
            "reason IN ('paid_twice', 'wrong_amount', 'not_due', 'other')",
            name=op.f("ck_refund_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('agreed', 'sending', 'paid', 'failed')", name=op.f("ck_refund_state")
        ),
        sa.CheckConstraint(
            "(state IN ('paid', 'failed')) = (settled_at IS NOT NULL)",
            name=op.f("ck_refund_settled"),
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (due_at IS NOT NULL)", name=op.f("ck_refund_due")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_refund_organisation_id")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_refund_person_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_refund_till_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_refund_asked_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name=op.f("fk_refund_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("reference", name=op.f("uq_refund_reference")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_refund_provider_id")),
    )
    op.create_index("ix_refund_payment_id", "refund", ["payment_id", "id"])
    op.create_index("ix_refund_till_id", "refund", ["till_id"])
    op.create_index("ix_refund_state_due_at", "refund", ["state", "due_at"])
    op.create_table(
        "emergency_gift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("serial", sa.LargeBinary(), nullable=True),
        sa.Column("need", sa.LargeBinary(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=True),
        sa.Column("authority_kind", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_by_human", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_emergency_gift_amount")),
        sa.CheckConstraint(
            "kind IN ('food_voucher', 'fuel_voucher', 'goods', 'standing_payee', 'cash')",
            name=op.f("ck_emergency_gift_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'cash') = (till_id IS NOT NULL)", name=op.f("ck_emergency_gift_till")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_emergency_gift_organisation_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_emergency_gift_site_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_emergency_gift_case_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_emergency_gift_person_id")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_emergency_gift_till_id")),
        sa.ForeignKeyConstraint(
            ["given_by"], ["account.id"], name=op.f("fk_emergency_gift_given_by")
        ),
        sa.ForeignKeyConstraint(
            ["given_by_human"], ["human.id"], name=op.f("fk_emergency_gift_given_by_human")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_gift")),
        sa.UniqueConstraint("reference", name=op.f("uq_emergency_gift_reference")),
    )
    op.create_index(
        "ix_emergency_gift_person_id_organisation_id",
        "emergency_gift",
        ["person_id", "organisation_id", "id"],
    )
    op.create_index("ix_emergency_gift_case_id", "emergency_gift", ["case_id", "id"])
    op.create_index("ix_emergency_gift_till_id", "emergency_gift", ["till_id"])
    dialect = op.get_bind().dialect.name
    for statement in guard_statements("emergency_gift", "id", dialect):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("emergency_gift")
    if op.get_bind().dialect.name == "postgresql":
        for statement in unguard_statements("emergency_gift", "postgresql")[2:]:
            op.execute(statement)
    op.drop_table("refund")
