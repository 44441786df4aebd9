"""Supervision by sample: which cases were drawn of whose work, and the form of each.

Two new tables: nothing that is there changes. The way down takes them away, and refuses where a
form has been written.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

WOULD_LOSE = ("supervision_form", "supervision_item")


def upgrade() -> None:
    op.create_table(
        "supervision_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("checkpoint_size", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_supervision_item_{column}"))
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("account_id", "account.id"),
                ("human_id", "human.id"),
                ("case_id", "case.id"),
                ("person_id", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_item")),
        sa.UniqueConstraint(
            "organisation_id",
            "month",
            "case_id",
            name=op.f("uq_supervision_item_organisation_id_month_case_id"),
        ),
    )
    op.create_index(
        "ix_supervision_item_person_id", "supervision_item", ["person_id", "organisation_id"]
    )
    op.create_table(
        "supervision_form",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_by_human", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('good', 'talk', 'worry')", name=op.f("ck_supervision_form_outcome")
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_supervision_form_{column}"))
            for column, target in (
                ("item_id", "supervision_item.id"),
                ("written_by", "account.id"),
                ("written_by_human", "human.id"),
            )
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_supervision_form")),
    )
    for statement in guard_statements("supervision_form", "item_id", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM supervision_form")).scalar():
        raise RuntimeError("there are forms of supervision, which an older version would lose")
    for statement in unguard_statements("supervision_form", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("supervision_form")
    op.drop_table("supervision_item")
