"""Access cards: a reference and twelve one-time numbers on paper.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("delivery", sa.String(length=15), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("sheet", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by_human_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=15), nullable=True),
        sa.Column("ended_by_account_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "delivery IN ('handed_over', 'posted')", name=op.f("ck_access_card_delivery")
        ),
        sa.CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('lost', 'used_up', 'stopped', 'wasted')",
            name=op.f("ck_access_card_end_reason"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_access_card_ended")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_access_card_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["access_card.id"], name=op.f("fk_access_card_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_card")),
        sa.UniqueConstraint("reference", name=op.f("uq_access_card_reference")),
    )
    op.create_index("ix_access_card_notice_id", "access_card", ["notice_id"], unique=False)
    op.create_index("ix_access_card_person_id", "access_card", ["person_id"], unique=False)
    op.create_index(
        "uq_access_card_live",
        "access_card",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "access_card_handling",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=15), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "how IN ('handed_over', 'printed')", name=op.f("ck_access_card_handling_how")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["access_card.id"], name=op.f("fk_access_card_handling_card_id")
        ),
        sa.PrimaryKeyConstraint("card_id", "human_id", name=op.f("pk_access_card_handling")),
    )
    op.create_table(
        "access_card_number",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_for", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "position BETWEEN 1 AND 12", name=op.f("ck_access_card_number_position")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["access_card.id"], name=op.f("fk_access_card_number_card_id")
        ),
        sa.PrimaryKeyConstraint("card_id", "position", name=op.f("pk_access_card_number")),
    )


def downgrade() -> None:
    op.drop_table("access_card_number")
    op.drop_table("access_card_handling")
    op.drop_index(
        "uq_access_card_live",
        table_name="access_card",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_access_card_person_id", table_name="access_card")
    op.drop_index("ix_access_card_notice_id", table_name="access_card")
    op.drop_table("access_card")
