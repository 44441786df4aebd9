"""Who brought a form, where it did not come with the program.

The columns are empty for every form that is there: those came with the program. A table that only
grows keeps its triggers, because no column of theirs is touched.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_definition", sa.Column("uploaded_by", sa.Uuid(), nullable=True))
    op.add_column("form_definition", sa.Column("uploaded_by_human", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("form_definition", "uploaded_by_human")
    op.drop_column("form_definition", "uploaded_by")
