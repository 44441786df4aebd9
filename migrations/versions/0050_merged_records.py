"""Two records of one human: the one leads to the other, until that is undone.

One table and one column, empty for all that is there. The way down refuses while a record leads to
another, or ever did: an older version would take the two for two people, and lose who said why.

Revision ID: 0050
Revises: 0049
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

LIVE = sa.text("ended_at IS NULL")
WOULD_LOSE = ("record_merge",)


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key("fk_person_merged_into_id", "person", ["merged_into_id"], ["id"])
        batch.create_index("ix_person_merged_into_id", ["merged_into_id"])
    op.create_table(
        "record_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kept_person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("merged_by_human", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("person_id <> kept_person_id", name=op.f("ck_record_merge_two_records")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_record_merge_ending")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_record_merge_reason")
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_record_merge_{column}"))
            for column, target in (
                ("person_id", "person.id"),
                ("kept_person_id", "person.id"),
                ("organisation_id", "organisation.id"),
                ("merged_by", "account.id"),
                ("merged_by_human", "human.id"),
                ("ended_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_merge")),
    )
    op.create_index("ix_record_merge_person_id_id", "record_merge", ["person_id", "id"])
    op.create_index("ix_record_merge_kept_person_id", "record_merge", ["kept_person_id"])
    op.create_index(
        "uq_record_merge_live",
        "record_merge",
        ["person_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM record_merge")).scalar():
        raise RuntimeError("records have been merged: an older version would not know it")
    op.drop_table("record_merge")
    with op.batch_alter_table("person") as batch:
        batch.drop_index("ix_person_merged_into_id")
        batch.drop_constraint("fk_person_merged_into_id", type_="foreignkey")
        batch.drop_column("merged_into_id")
