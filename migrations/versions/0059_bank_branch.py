"""Keyed hashes of the sort codes of accounts, and the flag for several people's at one branch.

What was told before has none. The way down refuses where the scan has raised such a flag.

Revision ID: 0059
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

BEFORE = (
    "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look', 'shared_account', "
    "'shared_contact', 'split_money', 'charge', 'ghosts', 'after_death', 'reused_paper', "
    "'copied_text', 'copied_signature', 'refused_again', 'search_only', 'look_surge', "
    "'review_pair', 'silenced', 'brief_role', 'settings')"
)
NOW = BEFORE.replace("'copied_signature', ", "'copied_signature', 'one_branch', ")
INDEXES = {
    "ix_payment_details_branch_told_at": ["branch", "told_at"],
    "ix_payment_details_told_by_human_told_at": ["told_by_human", "told_at"],
}


def upgrade() -> None:
    op.add_column("payment_details", sa.Column("branch", sa.LargeBinary(32), nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(name, "payment_details", columns)
    _check_kinds(NOW)


def downgrade() -> None:
    asked = sa.text("SELECT count(*) FROM flag WHERE kind = 'one_branch'")
    if op.get_bind().execute(asked).scalar():
        raise RuntimeError("there are flags about branches: nothing older reads them")
    _check_kinds(BEFORE)
    for name in INDEXES:
        op.drop_index(name, table_name="payment_details")
    with op.batch_alter_table("payment_details") as batch:
        batch.drop_column("branch")


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("flag") as batch:
        batch.drop_constraint(op.f("ck_flag_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_flag_kind"), kinds)
