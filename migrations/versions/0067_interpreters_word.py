"""An interpreter with an account is asked for their own word, as a witness and a voucher are.

The way down refuses once one was asked.

Revision ID: 0067
Revises: 0066
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

WOULD_LOSE = ("consent_word WHERE called = 'interpreter'",)
BEFORE = "called IN ('witness', 'voucher', 'second')"
NOW = "called IN ('witness', 'voucher', 'interpreter', 'second')"


def upgrade() -> None:
    _change(sa.String(length=10), sa.String(length=12), NOW)


def downgrade() -> None:
    asked = sa.text("SELECT count(*) FROM consent_word WHERE called = 'interpreter'")
    if op.get_bind().execute(asked).scalar():
        raise RuntimeError("an interpreter was asked for their word: nothing older keeps it")
    _change(sa.String(length=12), sa.String(length=10), BEFORE)


def _change(before: sa.String, after: sa.String, called: str) -> None:
    with op.batch_alter_table("consent_word") as batch:
        batch.drop_constraint(op.f("ck_consent_word_called"), type_="check")
        batch.alter_column("called", type_=after, existing_type=before, existing_nullable=False)
        batch.create_check_constraint(op.f("ck_consent_word_called"), called)
