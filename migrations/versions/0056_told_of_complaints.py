"""Whoever complained is told by a way of their own; an answer may be put off, once.

One new table and two new columns, empty for all that is there; and messages that name neither a
person nor an account. The way down refuses where somebody gave such a way, was told, or where an
answer was put off: an older version would lose it, and could not read the messages.

Revision ID: 0056
Revises: 0055
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

ONE = "(person_id IS NULL) <> (account_id IS NULL)"
OR_COMPLAINT = f"{ONE} OR complaint_id IS NOT NULL AND person_id IS NULL AND account_id IS NULL"
KINDS = "kind IN ('note', 'acknowledged', 'answered', 'asked_again')"
MORE_KINDS = "kind IN ('note', 'acknowledged', 'extended', 'answered', 'asked_again')"
WOULD_LOSE = (
    "notice_entry WHERE notice_id IN (SELECT id FROM notice WHERE complaint_id IS NOT NULL)",
    "notice WHERE complaint_id IS NOT NULL",
    "complaint_way",
    "complaint_entry WHERE kind = 'extended'",
)


def upgrade() -> None:
    op.create_table(
        "complaint_way",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('text', 'email', 'letter')", name=op.f("ck_complaint_way_kind")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (address IS NOT NULL)", name=op.f("ck_complaint_way_ended_at")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_way_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_complaint_way_ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_way")),
        sa.UniqueConstraint("complaint_id", name=op.f("uq_complaint_way_complaint_id")),
    )
    op.create_index("ix_complaint_way_ended_at", "complaint_way", ["ended_at"])
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("complaint_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("sealed_for", sa.Uuid(), nullable=True))
        batch.drop_constraint(op.f("ck_notice_one_addressee"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_one_addressee"), OR_COMPLAINT)
        batch.create_check_constraint(
            op.f("ck_notice_complaint"), "(complaint_id IS NULL) = (sealed_for IS NULL)"
        )
        batch.create_index("ix_notice_complaint_id", ["complaint_id"])
    _check_kinds(MORE_KINDS)


def downgrade() -> None:
    for rows in WOULD_LOSE:
        asked = sa.text(f"SELECT count(*) FROM {rows}")  # noqa: S608  (our own names)
        if op.get_bind().execute(asked).scalar():
            raise RuntimeError("whoever complained was told so: an older version would lose it")
    _check_kinds(KINDS)
    with op.batch_alter_table("notice") as batch:
        batch.drop_index("ix_notice_complaint_id")
        batch.drop_constraint(op.f("ck_notice_complaint"), type_="check")
        batch.drop_constraint(op.f("ck_notice_one_addressee"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_one_addressee"), ONE)
        batch.drop_column("sealed_for")
        batch.drop_column("complaint_id")
    op.drop_index("ix_complaint_way_ended_at", table_name="complaint_way")
    op.drop_table("complaint_way")


def _check_kinds(kinds: str) -> None:
    dialect = op.get_bind().dialect.name
    for statement in unguard_statements("complaint_entry", dialect):
        op.execute(statement)
    with op.batch_alter_table("complaint_entry") as batch:
        batch.drop_constraint(op.f("ck_complaint_entry_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_complaint_entry_kind"), kinds)
    for statement in guard_statements("complaint_entry", "id", dialect):
        op.execute(statement)
