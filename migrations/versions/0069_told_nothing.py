"""A flag for a person to whom no message goes any more.

The way down refuses where such a flag was raised.

Revision ID: 0069
Revises: 0068
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

BEFORE = (
    "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look', 'stop_ran_out', "
    "'shared_account', 'shared_contact', 'split_money', 'charge', 'ghosts', 'after_death', "
    "'reused_paper', 'copied_text', 'copied_signature', 'one_branch', 'refused_again', "
    "'search_only', 'look_surge', 'review_pair', 'silenced', 'brief_role', 'settings')"
)
NOW = BEFORE.replace("'silenced', ", "'silenced', 'told_nothing', ")


def upgrade() -> None:
    _check_kinds(NOW)


def downgrade() -> None:
    asked = sa.text("SELECT count(*) FROM flag WHERE kind = 'told_nothing'")
    if op.get_bind().execute(asked).scalar():
        raise RuntimeError("there are flags about people told nothing: nothing older reads them")
    _check_kinds(BEFORE)


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("flag") as batch:
        batch.drop_constraint(op.f("ck_flag_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_flag_kind"), kinds)
