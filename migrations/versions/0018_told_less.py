"""Until when somebody is told less where that was not their own wish.

A column that is empty for everybody who is there: their wishes stay as they are, without an end.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("told_less_until", sa.Date(), nullable=True))
    op.create_index(op.f("ix_person_told_less_until"), "person", ["told_less_until"])


def downgrade() -> None:
    op.drop_index(op.f("ix_person_told_less_until"), table_name="person")
    op.drop_column("person", "told_less_until")
