"""Keyed hashes of what signatures have in common, and the flag for one hand that signs for several.

What was signed before has none. The way down refuses where the scan has raised such a flag.

Revision ID: 0053
Revises: 0052
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

BEFORE = (
    "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look', 'shared_account', "
    "'shared_contact', 'split_money', 'charge', 'ghosts', 'after_death', 'reused_paper', "
    "'copied_text', 'refused_again', 'search_only', 'look_surge', 'review_pair', 'silenced', "
    "'brief_role', 'settings')"
)
NOW = BEFORE.replace("'copied_text', ", "'copied_text', 'copied_signature', ")


def upgrade() -> None:
    op.create_table(
        "signature_trace",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"],
            ["consent_picture.id"],
            name=op.f("fk_signature_trace_picture_id"),
        ),
        sa.PrimaryKeyConstraint("picture_id", "fingerprint", name=op.f("pk_signature_trace")),
    )
    op.create_index("ix_signature_trace_fingerprint", "signature_trace", ["fingerprint"])
    _check_kinds(NOW)


def downgrade() -> None:
    asked = sa.text("SELECT count(*) FROM flag WHERE kind = 'copied_signature'")
    if op.get_bind().execute(asked).scalar():
        raise RuntimeError("there are flags about signatures: nothing older reads them")
    _check_kinds(BEFORE)
    op.drop_index("ix_signature_trace_fingerprint", table_name="signature_trace")
    op.drop_table("signature_trace")


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("flag") as batch:
        batch.drop_constraint(op.f("ck_flag_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_flag_kind"), kinds)
