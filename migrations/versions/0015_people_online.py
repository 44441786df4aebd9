"""People see their own record online, say yes there, and stop what they like.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


HOW_SAID = ("in_front", "telephone")
ENDED_HOW = (*HOW_SAID, "consent_withdrawn", "died", "superseded", "handed_over", "done")
# Table, column, and the words that it takes without this step.
COLUMNS = (
    ("consent", "withdrawn_how", HOW_SAID),
    ("delegation", "frozen_how", HOW_SAID),
    ("delegation", "ended_how", ENDED_HOW),
)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    listed = ", ".join(repr(word) for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(
            op.f(f"ck_{table}_{column}"), f"{column} IS NULL OR {column} IN ({listed})"
        )


def upgrade() -> None:
    for table, column, words in COLUMNS:
        _allow(table, column, (*words[:2], "online", *words[2:]))
    op.create_table(
        "record_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("proof", sa.String(length=10), nullable=False),
        sa.Column("code", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "proof IN ('card', 'text', 'letter')", name=op.f("ck_record_code_proof")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_record_code_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_code")),
    )
    with op.batch_alter_table("record_code", schema=None) as batch_op:
        batch_op.create_index(
            "ix_record_code_person_id_proof_sent_at",
            ["person_id", "proof", "sent_at"],
            unique=False,
        )

    op.create_table(
        "record_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "proof IN ('card', 'text', 'letter')", name=op.f("ck_record_session_proof")
        ),
        sa.CheckConstraint(
            "proven_at IS NULL OR person_id IS NOT NULL", name=op.f("ck_record_session_proven")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_record_session_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_record_session_token_hash")),
    )
    with op.batch_alter_table("record_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_record_session_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index("ix_record_session_started_at", ["started_at"], unique=False)

    op.create_table(
        "online_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("by_helper", sa.Boolean(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("link", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_online_ask_answer")
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR accepted_at IS NOT NULL", name=op.f("ck_online_ask_used")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_online_ask_person_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["consent_request.id"], name=op.f("fk_online_ask_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_online_ask")),
        sa.UniqueConstraint("link", name=op.f("uq_online_ask_link")),
    )
    with op.batch_alter_table("online_ask", schema=None) as batch_op:
        batch_op.create_index(
            "ix_online_ask_person_id_sent_at", ["person_id", "sent_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_online_ask_request_id"), ["request_id"], unique=False)


def downgrade() -> None:
    for table, column, words in COLUMNS:
        # For whoever goes back, what was said online was said in person; the journal knows better.
        op.execute(
            sa.text(f"UPDATE {table} SET {column} = 'in_front' WHERE {column} = 'online'")  # noqa: S608
        )
        _allow(table, column, words)
    with op.batch_alter_table("online_ask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_online_ask_request_id"))
        batch_op.drop_index("ix_online_ask_person_id_sent_at")

    op.drop_table("online_ask")
    with op.batch_alter_table("record_session", schema=None) as batch_op:
        batch_op.drop_index("ix_record_session_started_at")
        batch_op.drop_index(batch_op.f("ix_record_session_person_id"))

    op.drop_table("record_session")
    with op.batch_alter_table("record_code", schema=None) as batch_op:
        batch_op.drop_index("ix_record_code_person_id_proof_sent_at")

    op.drop_table("record_code")
