"""Documents of a case, letters that came for the person, and letters from them.

Three new tables: nothing that is there changes. The way down refuses while any of them holds
something: a letter that nobody knows of any more is worse than one that never came.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

WOULD_LOSE = ("letter", "document_content", "document")
"""Tables that the way down refuses to lose while they hold anything."""
HOW_READ = "('aloud', 'telephone', 'themself')"


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("proves", sa.String(length=120), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("file_name", sa.LargeBinary(), nullable=True),
        sa.Column("file_kind", sa.String(length=80), nullable=True),
        sa.Column("file_size", sa.Integer(), nullable=True),
        sa.Column("file_scan", sa.String(length=15), nullable=True),
        sa.Column("authority_kind", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answer_task_id", sa.Uuid(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("read_how", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_document_{name}"))
            for name, rule in (
                ("kind", "kind IN ('brought', 'letter')"),
                ("file_scan", "file_scan IN ('clean', 'not_checked')"),
                ("read_how", f"read_how IN {HOW_READ}"),
                ("answer", "answer IN ('letter', 'otherwise', 'not_needed')"),
                ("content", "text IS NOT NULL OR file_name IS NOT NULL"),
                ("read", "(read_at IS NULL) = (read_how IS NULL)"),
                ("answered", "(answered_at IS NULL) = (answer IS NULL)"),
                ("read_first", "answered_at IS NULL OR read_at IS NOT NULL"),
                ("answered_first", "filed_at IS NULL OR answered_at IS NOT NULL"),
            )
        ),
        *_foreign_keys(
            "document",
            ("organisation_id", "organisation.id"),
            ("case_id", "case.id"),
            ("person_id", "person.id"),
            ("added_by", "account.id"),
            ("answer_task_id", "task.id"),
            ("read_by", "account.id"),
            ("answered_by", "account.id"),
            ("filed_by", "account.id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_table(
        "document_content",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_foreign_keys("document_content", ("document_id", "document.id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_content")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("holds_address", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_how", sa.String(length=10), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_how", sa.String(length=10), nullable=True),
        sa.Column("authority_kind", sa.String(length=20), nullable=True),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_letter_{name}"))
            for name, rule in (
                ("kind", "kind IN ('challenge', 'reasons', 'subject_access', 'address')"),
                ("checked_how", f"checked_how IN {HOW_READ}"),
                ("sent_how", "sent_how IN ('given', 'posted')"),
                ("checked", "(checked_at IS NULL) = (checked_how IS NULL)"),
                ("sent", "(sent_at IS NULL) = (sent_how IS NULL)"),
                ("checked_first", "sent_at IS NULL OR checked_at IS NOT NULL"),
                ("authority", "sent_at IS NULL OR authority_id IS NOT NULL"),
            )
        ),
        *_foreign_keys(
            "letter",
            ("organisation_id", "organisation.id"),
            ("case_id", "case.id"),
            ("person_id", "person.id"),
            ("answers_id", "document.id"),
            ("written_by", "account.id"),
            ("checked_by", "account.id"),
            ("sent_by", "account.id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("reference", name=op.f("uq_letter_reference")),
    )
    for table in ("document", "letter"):
        op.create_index(f"ix_{table}_case_id_id", table, ["case_id", "id"])
        op.create_index(
            f"ix_{table}_person_id_organisation_id_id",
            table,
            ["person_id", "organisation_id", "id"],
        )


def _foreign_keys(table: str, *keys: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in keys
    ]


def downgrade() -> None:
    for table in WOULD_LOSE:
        held = sa.text(f"SELECT count(*) FROM {table}")  # noqa: S608  (our own names)
        if op.get_bind().execute(held).scalar():
            raise RuntimeError("there are documents or letters: an older version would lose them")
    for table in WOULD_LOSE:
        op.drop_table(table)
