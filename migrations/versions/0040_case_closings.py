"""What help a case took, counted when it is closed; and what an hour costs an organisation.

One new table and one new column, empty. The way down takes both away; nothing of a case is lost
but its counts.

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_closing",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("alone", sa.String(length=15), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("given", sa.String(length=10), nullable=True),
        sa.Column("wants_skills", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "channel IS NULL OR channel IN ('in_person', 'telephone')",
            name=op.f("ck_case_closing_channel"),
        ),
        sa.CheckConstraint(
            "alone IS NULL OR alone IN ('yes', 'with_practice', 'no')",
            name=op.f("ck_case_closing_alone"),
        ),
        sa.CheckConstraint(
            "given IS NULL OR given IN ('showed', 'together', 'for_them')",
            name=op.f("ck_case_closing_given"),
        ),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name=op.f("ck_case_closing_minutes")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_case_closing_{column}"))
            for column, target in (
                ("case_id", "case.id"),
                ("organisation_id", "organisation.id"),
                ("counted_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_closing")),
    )
    op.create_index("ix_case_closing_counted_at", "case_closing", ["organisation_id", "counted_at"])
    op.add_column("organisation", sa.Column("hourly_cost_pence", sa.Integer(), nullable=True))
    op.add_column("site", sa.Column("ward", sa.String(length=100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("site") as batch:
        batch.drop_column("ward")
    with op.batch_alter_table("organisation") as batch:
        batch.drop_column("hourly_cost_pence")
    op.drop_table("case_closing")
