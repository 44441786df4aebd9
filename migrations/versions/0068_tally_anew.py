"""The tally is counted anew: the sealer of an installation had sealed and not counted.

Revision ID: 0068
Revises: 0067
"""

from __future__ import annotations

from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_context().script.get_revision("0062").module.count_sealed()


def downgrade() -> None:
    """What was counted is right in the version before, too."""
