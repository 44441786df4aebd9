"""Complaints, what is written to them, and who is kept away from each.

Three new tables: nothing that is there changes. The way down takes them away, and refuses where
there is a complaint: the law asks that it is dealt with.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

OPEN = sa.text("answered_at IS NULL")
HOW = "'in_person', 'telephone', 'letter', 'email', 'kept'"
OUTCOMES = "'upheld', 'partly', 'not_upheld'"


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("kinds", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_by_human", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("law_by", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_account_id", sa.Uuid(), nullable=True),
        sa.Column("owner_human_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_human", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "way IN ('online', 'in_person', 'telephone', 'letter', 'email', 'other')",
            name=op.f("ck_complaint_way"),
        ),
        sa.CheckConstraint(
            f"outcome IS NULL OR outcome IN ({OUTCOMES})", name=op.f("ck_complaint_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (answered_at IS NULL)", name=op.f("ck_complaint_answered")
        ),
        sa.CheckConstraint(
            "(owner_account_id IS NULL) = (owner_human_id IS NULL)",
            name=op.f("ck_complaint_owner"),
        ),
        sa.CheckConstraint("stage BETWEEN 1 AND 2", name=op.f("ck_complaint_stage")),
        *_keys(
            "complaint",
            organisation_id="organisation.id",
            person_id="person.id",
            taken_by="account.id",
            taken_by_human="human.id",
            owner_account_id="account.id",
            owner_human_id="human.id",
            answered_by_human="human.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("reference", name=op.f("uq_complaint_reference")),
    )
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["organisation_id", "answer_by", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_complaint_organisation_id_id", "complaint", ["organisation_id", "id"])
    op.create_index(op.f("ix_complaint_person_id"), "complaint", ["person_id"])
    op.create_table(
        "complaint_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("learned", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("how", sa.String(length=10), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_human_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('note', 'acknowledged', 'answered', 'asked_again')",
            name=op.f("ck_complaint_entry_kind"),
        ),
        sa.CheckConstraint(f"how IS NULL OR how IN ({HOW})", name=op.f("ck_complaint_entry_how")),
        sa.CheckConstraint(
            f"outcome IS NULL OR outcome IN ({OUTCOMES})", name=op.f("ck_complaint_entry_outcome")
        ),
        sa.CheckConstraint(
            "(kind = 'answered') = (outcome IS NOT NULL)", name=op.f("ck_complaint_entry_answered")
        ),
        *_keys(
            "complaint_entry",
            complaint_id="complaint.id",
            author_id="account.id",
            author_human_id="human.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_entry")),
    )
    op.create_index("ix_complaint_entry_complaint_id_id", "complaint_entry", ["complaint_id", "id"])
    op.create_table(
        "complaint_bar",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        *_keys(
            "complaint_bar", complaint_id="complaint.id", human_id="human.id", named_by="account.id"
        ),
        sa.PrimaryKeyConstraint("complaint_id", "human_id", name=op.f("pk_complaint_bar")),
    )
    op.create_index(op.f("ix_complaint_bar_human_id"), "complaint_bar", ["human_id"])
    for statement in guard_statements("complaint_entry", "id", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM complaint")).scalar():
        raise RuntimeError("there are complaints, which an older version would lose")
    for statement in unguard_statements("complaint_entry", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("complaint_bar")
    op.drop_table("complaint_entry")
    op.drop_table("complaint")
