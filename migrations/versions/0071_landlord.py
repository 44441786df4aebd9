"""Of which of the words that were sent the landlord's name is one.

Claims of before have none: they are compared from the next one on.

Revision ID: 0071
Revises: 0070
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "submitted_text",
        sa.Column("is_landlord", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("submitted_text", "is_landlord")
