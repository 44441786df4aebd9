"""Group sessions and their registers.

Four new tables, empty: nothing that is there changes. What a closed register should have said only
grows. The way down refuses while there is a session: an older version would lose who is expected.

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

WOULD_LOSE = ("register_correction", "register_entry", "group_leader", "group_session")
GROWS = "register_correction"
ON_IT = sa.text("state <> 'cancelled'")
TO_REMIND = sa.text("state = 'booked' AND reminded_at IS NULL")
TO_TELL = sa.text("to_tell IS NOT NULL")


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns
    ]


def upgrade() -> None:
    op.create_table(
        "group_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.LargeBinary(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("room", sa.LargeBinary(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('room', 'video')", name=op.f("ck_group_session_kind")),
        sa.CheckConstraint(
            "state IN ('planned', 'closed', 'cancelled')", name=op.f("ck_group_session_state")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_group_session_times")),
        sa.CheckConstraint("places BETWEEN 1 AND 60", name=op.f("ck_group_session_places")),
        sa.CheckConstraint(
            "(state = 'planned') = (settled_at IS NULL)", name=op.f("ck_group_session_settled_at")
        ),
        *_keys(
            "group_session",
            ("organisation_id", "organisation.id"),
            ("site_id", "site.id"),
            ("planned_by", "account.id"),
            ("changed_by", "account.id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_session")),
    )
    op.create_index(
        "ix_group_session_starts", "group_session", ["organisation_id", "starts_at", "id"]
    )
    op.create_index("ix_group_session_series", "group_session", ["series_id", "starts_at"])
    op.create_table(
        "group_leader",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *_keys(
            "group_leader",
            ("session_id", "group_session.id"),
            ("account_id", "account.id"),
            ("organisation_id", "organisation.id"),
        ),
        sa.PrimaryKeyConstraint("session_id", "account_id", name=op.f("pk_group_leader")),
    )
    op.create_index("ix_group_leader_account", "group_leader", ["account_id", "session_id"])
    _create_register()


def _create_register() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("called", sa.LargeBinary(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("walked_in", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_tell", sa.String(length=10), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('booked', 'came', 'left_early', 'did_not_come', 'cancelled')",
            name=op.f("ck_register_entry_state"),
        ),
        sa.CheckConstraint(
            "(state = 'booked') = (settled_at IS NULL)", name=op.f("ck_register_entry_settled_at")
        ),
        sa.CheckConstraint(
            "to_tell IS NULL OR to_tell IN ('moved', 'cancelled')",
            name=op.f("ck_register_entry_to_tell"),
        ),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR walked_in", name=op.f("ck_register_entry_walked_in")
        ),
        *_keys(
            "register_entry",
            ("organisation_id", "organisation.id"),
            ("session_id", "group_session.id"),
            ("person_id", "person.id"),
            ("case_id", "case.id"),
            ("added_by", "account.id"),
            ("settled_by", "account.id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
    )
    for name, columns, where in (
        ("ix_register_entry_session_id_id", ["session_id", "id"], None),
        ("ix_register_entry_person", ["person_id", "organisation_id", "starts_at"], None),
        ("ix_register_entry_case_id_id", ["case_id", "id"], None),
        ("uq_register_entry_person", ["session_id", "person_id"], ON_IT),
        ("ix_register_entry_to_remind", ["starts_at"], TO_REMIND),
        ("ix_register_entry_to_tell", ["id"], TO_TELL),
    ):
        op.create_index(
            name,
            "register_entry",
            columns,
            unique=name.startswith("uq_"),
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        GROWS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('came', 'left_early', 'did_not_come', 'cancelled')",
            name=op.f("ck_register_correction_state"),
        ),
        *_keys(
            GROWS,
            ("organisation_id", "organisation.id"),
            ("session_id", "group_session.id"),
            ("entry_id", "register_entry.id"),
            ("person_id", "person.id"),
            ("added_by", "account.id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_correction")),
    )
    op.create_index("ix_register_correction_session_id_id", GROWS, ["session_id", "id"])
    for statement in guard_statements(GROWS, "id", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM group_session")).scalar():
        raise RuntimeError("there are group sessions: an older version would lose their registers")
    for statement in unguard_statements(GROWS, connection.dialect.name):
        op.execute(statement)
    for table in WOULD_LOSE:
        op.drop_table(table)
