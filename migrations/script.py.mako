"""${message}

Say here why, and what an operator notices.

Steps keep the data on the way up and on the way down, or refuse; they add first and take away in a
later release, so that old and new code can run side by side. After a batch that rebuilds an
append-only table on SQLite, make its triggers again (kernel.append_only.guard_statements).

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
