"""Whoever is named in a yes is asked for their own word.

One new table. The way down refuses once somebody was asked: an older version would lose the answer.

Revision ID: 0063
Revises: 0062
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.database import Moment, Sealed

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

WOULD_LOSE = ("consent_word",)


def upgrade() -> None:
    op.create_table(
        "consent_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("called", sa.String(length=10), nullable=False),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answer", sa.String(length=3), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("said", Sealed(), nullable=True),
        sa.CheckConstraint(
            "called IN ('witness', 'voucher', 'second')", name=op.f("ck_consent_word_called")
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('yes', 'no')", name=op.f("ck_consent_word_answer")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_consent_word_answered")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["consent_request.id"], name=op.f("fk_consent_word_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_word_account_id")
        ),
        sa.ForeignKeyConstraint(["human_id"], ["human.id"], name=op.f("fk_consent_word_human_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_word")),
        sa.UniqueConstraint(
            "request_id",
            "human_id",
            "terms_hash",
            name=op.f("uq_consent_word_request_id_human_id_terms_hash"),
        ),
    )
    op.create_index("ix_consent_word_account_id", "consent_word", ["account_id"])


def downgrade() -> None:
    for rows in WOULD_LOSE:
        asked = sa.text(f"SELECT count(*) FROM {rows}")  # noqa: S608  (our own names)
        if op.get_bind().execute(asked).scalar():
            raise RuntimeError("somebody was asked for their word: an older version would lose it")
    op.drop_index("ix_consent_word_account_id", table_name="consent_word")
    op.drop_table("consent_word")
