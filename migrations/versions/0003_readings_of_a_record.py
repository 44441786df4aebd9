"""Readings: a record that is printed or read out to the person it is about.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("in_private", sa.Boolean(), nullable=False),
        sa.Column("style", sa.String(length=15), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "how = 'in_front' OR NOT in_private", name=op.f("ck_record_reading_private")
        ),
        sa.CheckConstraint(
            "how IN ('in_front', 'telephone', 'online')", name=op.f("ck_record_reading_how")
        ),
        sa.CheckConstraint(
            "style IN ('ordinary', 'large_print', 'easy_read', 'audio')",
            name=op.f("ck_record_reading_style"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_record_reading_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_record_reading_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_record_reading_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_reading")),
    )
    op.create_index("ix_record_reading_person_id_id", "record_reading", ["person_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_record_reading_person_id_id", table_name="record_reading")
    op.drop_table("record_reading")
