"""How people came, and what benefits calculators said.

Two new tables: nothing that is there changes. The way down takes them away, and refuses while
there is anything in them that somebody said.

Revision ID: 0047
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

WOULD_LOSE = ("referral_in", "benefits_check")


def upgrade() -> None:
    op.create_table(
        "referral_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_by_human", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_referral_in_{column}"))
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("case_id", "case.id"),
                ("person_id", "person.id"),
                ("referral_id", "referral.id"),
                ("noted_by", "account.id"),
                ("noted_by_human", "human.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_in")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_referral_in_referral_id")),
    )
    op.create_table(
        "benefits_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("calculator", sa.String(length=20), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "calculator IN ('entitledto', 'policy_in_practice', 'turn2us')",
            name=op.f("ck_benefits_check_calculator"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_benefits_check_{column}"))
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("case_id", "case.id"),
                ("person_id", "person.id"),
                ("recorded_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefits_check")),
    )
    for table in ("referral_in", "benefits_check"):
        for column in ("case_id", "person_id"):
            op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in WOULD_LOSE:
        if op.get_bind().execute(sa.text(f"SELECT count(*) FROM {table}")).scalar():  # noqa: S608
            raise RuntimeError(f"{table} holds what an older version would lose")
    for table in WOULD_LOSE:
        op.drop_table(table)
