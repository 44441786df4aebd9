"""Keyed hashes of what was written freely in claims, and the flag for words that are copied.

What was sent before has none. The way down refuses where the scan has raised such a flag.

Revision ID: 0049
Revises: 0048
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BEFORE = (
    "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look', 'shared_account', "
    "'shared_contact', 'split_money', 'charge', 'ghosts', 'after_death', 'reused_paper', "
    "'refused_again', 'search_only', 'look_surge', 'review_pair', 'silenced', 'brief_role', "
    "'settings')"
)
NOW = BEFORE.replace("'reused_paper', ", "'reused_paper', 'copied_text', ")


def upgrade() -> None:
    op.create_table(
        "submitted_text",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_submitted_text_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", "fingerprint", name=op.f("pk_submitted_text")),
    )
    op.create_index("ix_submitted_text_fingerprint", "submitted_text", ["fingerprint"])
    _check_kinds(NOW)


def downgrade() -> None:
    found = op.get_bind().execute(sa.text("SELECT count(*) FROM flag WHERE kind = 'copied_text'"))
    if found.scalar():
        raise RuntimeError("there are flags about copied words: nothing older reads them")
    _check_kinds(BEFORE)
    op.drop_index("ix_submitted_text_fingerprint", table_name="submitted_text")
    op.drop_table("submitted_text")


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("flag") as batch:
        batch.drop_constraint(op.f("ck_flag_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_flag_kind"), kinds)
