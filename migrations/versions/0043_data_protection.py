"""What people ask about their data, and that a person's record has been erased.

One table and one column, empty for all that is there. The way down refuses where a record has been
erased, since an older version would open it, and where somebody asked something.

Revision ID: 0043
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

WOULD_LOSE = ("data_request",)
"""Tables that the way down refuses to lose while they hold anything."""


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "data_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_by_human", sa.Uuid(), nullable=True),
        sa.Column("answer_by_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('rectification', 'erasure', 'restriction', 'objection')",
            name=op.f("ck_data_request_kind"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('done', 'partly', 'refused')",
            name=op.f("ck_data_request_outcome"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_data_request_closed")
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_data_request_{column}"))
            for column, target in (
                ("person_id", "person.id"),
                ("organisation_id", "organisation.id"),
                ("asked_by", "account.id"),
                ("closed_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_data_request_reference")),
    )
    op.create_index("ix_data_request_person_id_id", "data_request", ["person_id", "id"])
    op.create_index("ix_data_request_organisation_id_id", "data_request", ["organisation_id", "id"])


def downgrade() -> None:
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT count(*) FROM data_request")).scalar():
        raise RuntimeError("people asked something about their data: that would be lost")
    if bind.execute(sa.text("SELECT count(*) FROM person WHERE erased_at IS NOT NULL")).scalar():
        raise RuntimeError("records have been erased: an older version would open them")
    op.drop_table("data_request")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("erased_at")
