"""What a concern is about stands among what was told, sealed: the column in clear may be empty.

A step of the migration has no key to seal with: a concern that is there keeps its kinds in the
column until a lead next opens it. The way down refuses where a concern has none.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KINDS = sa.String(length=120)


def upgrade() -> None:
    with op.batch_alter_table("concern") as batch:
        batch.alter_column("kinds", existing_type=KINDS, nullable=True)


def downgrade() -> None:
    sealed = op.get_bind().execute(sa.text("SELECT count(*) FROM concern WHERE kinds IS NULL"))
    if sealed.scalar():
        raise RuntimeError("there are concerns whose kinds are sealed: nothing older reads them")
    with op.batch_alter_table("concern") as batch:
        batch.alter_column("kinds", existing_type=KINDS, nullable=False)
