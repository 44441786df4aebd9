"""The day on which an application was written on paper, where it was typed in late.

One column, empty for all that is there. The way down refuses where any says so.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("application") as batch:
        batch.add_column(sa.Column("written_on", sa.Date(), nullable=True))


def downgrade() -> None:
    late = sa.text("SELECT count(*) FROM application WHERE written_on IS NOT NULL")
    if op.get_bind().execute(late).scalar():
        raise RuntimeError("there are applications that were typed in late: that would be lost")
    with op.batch_alter_table("application") as batch:
        batch.drop_column("written_on")
