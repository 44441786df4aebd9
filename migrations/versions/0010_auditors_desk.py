"""The auditors' desk: flags and tips, findings, questions that are kept.

Tips, decisions, findings and their entries only grow. Looks that the records do not explain get an
index of their own in the journal, which is what auditors ask for first.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Tables that only grow, with their keys.
APPEND_ONLY = (
    ("tip", "id"),
    ("finding", "id"),
    ("flag_decision", "id"),
    ("finding_entry", "id"),
)

UNEXPLAINED = "(reason_code LIKE 'stated.%' OR reason_code LIKE 'break_glass.%')"


def upgrade() -> None:
    op.create_table(
        "tip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("teller", sa.LargeBinary(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip")),
        sa.UniqueConstraint("reference", name=op.f("uq_tip_reference")),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("tip_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("human_id", sa.Uuid(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('break_glass', 'unexplained_look', 'tip', 'auditor_look')",
            name=op.f("ck_flag_kind"),
        ),
        sa.CheckConstraint("(tip_id IS NULL) <> (event_id IS NULL)", name=op.f("ck_flag_about")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_flag_tip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("tip_id", name=op.f("uq_flag_tip_id")),
    )
    op.create_index("ix_flag_organisation_id_id", "flag", ["organisation_id", "id"], unique=False)
    op.create_index(
        "ix_flag_waiting",
        "flag",
        ["organisation_id", "id"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index(
        "uq_flag_waiting",
        "flag",
        ["account_id", "person_id", "kind"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("auditing_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_by_human_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["auditing_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_finding_auditing_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_finding_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("reference", name=op.f("uq_finding_reference")),
    )
    op.create_index(
        "ix_finding_auditing_organisation_id_id",
        "finding",
        ["auditing_organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_finding_organisation_id_id", "finding", ["organisation_id", "id"], unique=False
    )
    op.create_table(
        "flag_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('in_order', 'cannot_tell', 'finding')",
            name=op.f("ck_flag_decision_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_flag_decision_finding_id")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_decision_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_decision")),
        sa.UniqueConstraint("flag_id", name=op.f("uq_flag_decision_flag_id")),
    )
    op.create_table(
        "finding_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("leaf_index", sa.BigInteger(), nullable=True),
        sa.Column("referred_to", sa.String(length=20), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'evidence') = (event_id IS NOT NULL)", name=op.f("ck_finding_entry_event")
        ),
        sa.CheckConstraint(
            "kind IN ('what', 'evidence', 'note', 'question', 'answer', 'deadline', 'conclusion', 'referred', 'closed')",
            name=op.f("ck_finding_entry_kind"),
        ),
        sa.CheckConstraint(
            "referred_to IS NULL OR referred_to IN ('organisation', 'ico', 'police', 'safeguarding', 'ombudsman', 'other')",
            name=op.f("ck_finding_entry_referred_to"),
        ),
        sa.CheckConstraint(
            "(event_id IS NULL) = (leaf_hash IS NULL)", name=op.f("ck_finding_entry_pinned")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_entry_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_entry")),
    )
    op.create_index("ix_finding_entry_event_id", "finding_entry", ["event_id"], unique=False)
    op.create_index(
        "ix_finding_entry_finding_id_id", "finding_entry", ["finding_id", "id"], unique=False
    )
    op.create_table(
        "saved_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_question_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_saved_question_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_question")),
    )
    op.create_index("ix_saved_question_account_id", "saved_question", ["account_id"], unique=False)
    op.create_index(
        "ix_audit_event_unexplained",
        "audit_event",
        ["id"],
        unique=False,
        sqlite_where=sa.text(UNEXPLAINED),
        postgresql_where=sa.text(UNEXPLAINED),
    )

    dialect = op.get_bind().dialect.name
    for table, key in APPEND_ONLY:
        for statement in guard_statements(table, key, dialect):
            op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_audit_event_unexplained", table_name="audit_event")
    op.drop_index("ix_saved_question_account_id", table_name="saved_question")
    op.drop_table("saved_question")
    op.drop_index("ix_finding_entry_event_id", table_name="finding_entry")
    op.drop_index("ix_finding_entry_finding_id_id", table_name="finding_entry")
    op.drop_table("finding_entry")
    op.drop_table("flag_decision")
    op.drop_index("ix_finding_auditing_organisation_id_id", table_name="finding")
    op.drop_index("ix_finding_organisation_id_id", table_name="finding")
    op.drop_table("finding")
    op.drop_index("ix_flag_organisation_id_id", table_name="flag")
    op.drop_index("ix_flag_waiting", table_name="flag")
    op.drop_index("uq_flag_waiting", table_name="flag")
    op.drop_table("flag")
    op.drop_table("tip")
    if op.get_bind().dialect.name == "postgresql":
        for table, _key in APPEND_ONLY:
            for statement in unguard_statements(table, "postgresql")[2:]:
                op.execute(statement)
