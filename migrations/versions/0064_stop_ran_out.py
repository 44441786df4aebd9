"""A flag for the stop of somebody unproven that ran out.

The way down refuses where such a flag was raised.

Revision ID: 0064
Revises: 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

BEFORE = (
    "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look', 'shared_account', "
    "'shared_contact', 'split_money', 'charge', 'ghosts', 'after_death', 'reused_paper', "
    "'copied_text', 'copied_signature', 'one_branch', 'refused_again', 'search_only', "
    "'look_surge', 'review_pair', 'silenced', 'brief_role', 'settings')"
)
NOW = BEFORE.replace("'auditor_look', ", "'auditor_look', 'stop_ran_out', ")


def upgrade() -> None:
    _check_kinds(NOW)


def downgrade() -> None:
    asked = sa.text("SELECT count(*) FROM flag WHERE kind = 'stop_ran_out'")
    if op.get_bind().execute(asked).scalar():
        raise RuntimeError("there are flags about stops that ran out: nothing older reads them")
    _check_kinds(BEFORE)


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("flag") as batch:
        batch.drop_constraint(op.f("ck_flag_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_flag_kind"), kinds)
