"""A person's record is kept and not used, or they are left out of counts, while they want it so.

Columns alone, empty for all that is there. The way down refuses while such a wish stands, or ever
stood: an older version would use the record, and lose who ended it and how.

Revision ID: 0052
Revises: 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

WOULD_LOSE = ("data_request",)


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("restricted", sa.String(length=10), nullable=True))
        batch.add_column(sa.Column("left_out_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(
            op.f("ck_person_restricted"), "restricted IS NULL OR restricted IN ('begun', 'nothing')"
        )
    with op.batch_alter_table("data_request") as batch:
        batch.add_column(sa.Column("goes_on", sa.String(length=10), nullable=True))
        batch.add_column(sa.Column("end_said_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("end_said_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("end_said_by_human", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("end_notice_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("end_why", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("ended_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("ended_how", sa.String(length=12), nullable=True))
        for column in ("end_said_by", "ended_by"):
            batch.create_foreign_key(op.f(f"fk_data_request_{column}"), "account", [column], ["id"])
        for name, rule in (
            ("goes_on", "goes_on IS NULL OR goes_on IN ('begun', 'nothing')"),
            ("end_said", "(end_said_at IS NULL) = (end_why IS NULL)"),
            ("ended_how", "ended_how IS NULL OR ended_how IN ('person', 'organisation')"),
            ("ended", "(ended_at IS NULL) = (ended_how IS NULL)"),
        ):
            batch.create_check_constraint(op.f(f"ck_data_request_{name}"), rule)


def downgrade() -> None:
    stood = sa.text("SELECT count(*) FROM data_request WHERE kind IN ('restriction', 'objection')")
    if op.get_bind().execute(stood).scalar():
        raise RuntimeError("people asked that their data are used less: that would be lost")
    with op.batch_alter_table("data_request") as batch:
        for name in ("goes_on", "end_said", "ended_how", "ended"):
            batch.drop_constraint(op.f(f"ck_data_request_{name}"), type_="check")
        for column in ("end_said_by", "ended_by"):
            batch.drop_constraint(op.f(f"fk_data_request_{column}"), type_="foreignkey")
        for column in (
            *("goes_on", "end_said_at", "end_said_by", "end_said_by_human", "end_notice_id"),
            *("end_why", "ended_at", "ended_by", "ended_how"),
        ):
            batch.drop_column(column)
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("ck_person_restricted"), type_="check")
        batch.drop_column("left_out_at")
        batch.drop_column("restricted")
