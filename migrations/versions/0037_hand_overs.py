"""Hand-overs: a case that one organisation offers to another, with the person's yes.

One new table. The way down takes it away, and refuses where one waits to be taken.

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

OFFERED = sa.text("state = 'offered'")


def upgrade() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("from_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("is_warm", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.String(length=40), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("return_reason", sa.String(length=15), nullable=True),
        sa.Column("return_words", sa.LargeBinary(), nullable=True),
        sa.Column("new_case_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('offered', 'taken', 'returned', 'withdrawn')",
            name=op.f("ck_hand_over_state"),
        ),
        sa.CheckConstraint(
            "return_reason IS NULL OR return_reason IN ('not_ours', 'no_time', 'not_reached', "
            "'not_wanted', 'other', 'closed')",
            name=op.f("ck_hand_over_return_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'taken') = (new_case_id IS NOT NULL)", name=op.f("ck_hand_over_taken")
        ),
        sa.CheckConstraint(
            "(state = 'returned') = (return_reason IS NOT NULL)",
            name=op.f("ck_hand_over_returned"),
        ),
        sa.CheckConstraint(
            "from_organisation_id <> to_organisation_id", name=op.f("ck_hand_over_two")
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_hand_over_{column}"))
            for column, target in (
                ("case_id", "case.id"),
                ("person_id", "person.id"),
                ("from_organisation_id", "organisation.id"),
                ("to_organisation_id", "organisation.id"),
                ("consent_id", "consent.id"),
                ("offered_by", "account.id"),
                ("decided_by", "account.id"),
                ("new_case_id", "case.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(
        "uq_hand_over_offered",
        "hand_over",
        ["case_id"],
        unique=True,
        sqlite_where=OFFERED,
        postgresql_where=OFFERED,
    )
    for name, columns in (
        ("ix_hand_over_case_id", ["case_id"]),
        ("ix_hand_over_person_id", ["person_id"]),
        ("ix_hand_over_from_organisation_id", ["from_organisation_id", "id"]),
        ("ix_hand_over_to_organisation_id", ["to_organisation_id", "state", "id"]),
    ):
        op.create_index(name, "hand_over", columns)


def downgrade() -> None:
    waiting = op.get_bind().execute(
        sa.text("SELECT count(*) FROM hand_over WHERE state = 'offered'")
    )
    if waiting.scalar():
        raise RuntimeError("a case waits to be taken: an older version would lose the offer")
    op.drop_table("hand_over")
