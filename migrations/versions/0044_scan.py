"""How far the scan has read, and the kinds of flag that it raises.

The way down refuses where the scan has raised any: nothing older reads them.

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look')"
NOW = (
    "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look', 'shared_account', "
    "'shared_contact', 'split_money', 'charge', 'ghosts', 'after_death', 'reused_paper', "
    "'refused_again', 'search_only', 'look_surge', 'review_pair', 'silenced', 'brief_role', "
    "'settings')"
)


def upgrade() -> None:
    op.create_table(
        "scan_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_leaf", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_scan_cursor_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_cursor")),
    )
    _check_kinds(NOW)
    op.create_index("ix_flag_kind_raised_at", "flag", ["kind", "raised_at"])


def downgrade() -> None:
    found = op.get_bind().execute(sa.text(f"SELECT count(*) FROM flag WHERE NOT ({BEFORE})"))  # noqa: S608
    if found.scalar():
        raise RuntimeError("there are flags that the scan raised: nothing older reads them")
    op.drop_index("ix_flag_kind_raised_at", table_name="flag")
    _check_kinds(BEFORE)
    op.drop_table("scan_cursor")


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("flag") as batch:
        batch.drop_constraint(op.f("ck_flag_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_flag_kind"), kinds)
