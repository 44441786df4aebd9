"""Lone-worker warnings: what a helper must mind who visits somebody at home.

One new table: nothing that is there changes. The way down refuses while there is any: whoever visits
next would not be warned.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

WOULD_LOSE = ("lone_worker_warning",)
"""Tables that the way down refuses to lose while they hold anything."""


def upgrade() -> None:
    op.create_table(
        "lone_worker_warning",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("not_told_why", sa.LargeBinary(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_lone_worker_warning_ended")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_lone_worker_warning_{column}")
            )
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("person_id", "person.id"),
                ("added_by", "account.id"),
                ("ended_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lone_worker_warning")),
    )
    op.create_index(
        "ix_lone_worker_warning_person",
        "lone_worker_warning",
        ["person_id", "organisation_id", "expires_on"],
    )


def downgrade() -> None:
    held = sa.text("SELECT count(*) FROM lone_worker_warning")
    if op.get_bind().execute(held).scalar():
        raise RuntimeError("there are lone-worker warnings: an older version would lose them")
    op.drop_table("lone_worker_warning")
