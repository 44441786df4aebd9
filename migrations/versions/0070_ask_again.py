"""From when somebody is asked again, alone, whether they still want to be told less.

Whoever is told less at their own wish now is asked when they come next.

Revision ID: 0070
Revises: 0069
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("ask_again_on", sa.Date(), nullable=True))
    person = sa.table(
        "person",
        sa.column("ask_again_on", sa.Date()),
        sa.column("contact_is_unsafe", sa.Boolean()),
        sa.column("no_paper_at_home", sa.Boolean()),
        sa.column("told_less_until", sa.Date()),
    )
    op.execute(
        person.update()
        .where(
            sa.or_(person.c.contact_is_unsafe, person.c.no_paper_at_home),
            person.c.told_less_until.is_(None),
        )
        .values(ask_again_on=sa.func.current_date())
    )


def downgrade() -> None:
    op.drop_column("person", "ask_again_on")
