"""A silent call for help is told behind the answer: what is told of it is kept with it until then.

Those of before were told as they were given; what the release before writes meanwhile is a call with
a yes, and is told once more rather than never. The way down refuses while one waits to be told:
nothing older tells it.

Revision ID: 0066
Revises: 0065
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

WOULD_LOSE = ("silent_help WHERE told_at IS NULL",)
OCCASIONS = "occasion IN ('yes', 'help', 'help_refused', 'record')"


def upgrade() -> None:
    with op.batch_alter_table("silent_help") as batch:
        batch.add_column(
            sa.Column("occasion", sa.String(length=12), nullable=False, server_default="yes")
        )
        batch.add_column(sa.Column("reference", sa.String(length=12), nullable=True))
        batch.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE silent_help SET told_at = asked_at")
    with op.batch_alter_table("silent_help") as batch:
        batch.create_check_constraint(op.f("ck_silent_help_occasion"), OCCASIONS)


def downgrade() -> None:
    asked = sa.text("SELECT count(*) FROM silent_help WHERE told_at IS NULL")
    if op.get_bind().execute(asked).scalar():
        raise RuntimeError("a call for help waits to be told: nothing older tells it")
    with op.batch_alter_table("silent_help") as batch:
        batch.drop_constraint(op.f("ck_silent_help_occasion"), type_="check")
        batch.drop_column("told_at")
        batch.drop_column("reference")
        batch.drop_column("occasion")
