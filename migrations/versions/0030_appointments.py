"""Appointments: a time that a helper keeps for somebody, about one case.

One new table: nothing that is there changes. The way down takes the appointments away, and refuses
where any is still to come.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TO_REMIND = sa.text("state = 'booked' AND reminded_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("interpreter", sa.String(length=10), nullable=True),
        sa.Column("interpreter_task_id", sa.Uuid(), nullable=True),
        sa.Column("interpreter_words", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('desk', 'telephone', 'home', 'video')", name=op.f("ck_appointment_kind")
        ),
        sa.CheckConstraint(
            "state IN ('booked', 'came', 'did_not_come', 'cancelled')",
            name=op.f("ck_appointment_state"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_times")),
        sa.CheckConstraint(
            "(state = 'booked') = (settled_at IS NULL)", name=op.f("ck_appointment_settled_at")
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_appointment_{column}"))
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("site_id", "site.id"),
                ("case_id", "case.id"),
                ("person_id", "person.id"),
                ("account_id", "account.id"),
                ("interpreter_task_id", "task.id"),
                ("booked_by", "account.id"),
                ("settled_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    for name, columns in (
        ("ix_appointment_account", ["organisation_id", "account_id", "starts_at"]),
        ("ix_appointment_starts", ["organisation_id", "starts_at", "id"]),
        ("ix_appointment_person", ["person_id", "organisation_id", "starts_at"]),
        ("ix_appointment_case_id_id", ["case_id", "id"]),
    ):
        op.create_index(name, "appointment", columns)
    op.create_index(
        "ix_appointment_to_remind",
        "appointment",
        ["starts_at"],
        sqlite_where=TO_REMIND,
        postgresql_where=TO_REMIND,
    )


def downgrade() -> None:
    booked = op.get_bind().execute(
        sa.text("SELECT count(*) FROM appointment WHERE state = 'booked'")
    )
    if booked.scalar():
        raise RuntimeError("there are appointments to come: an older version would lose them")
    op.drop_table("appointment")
