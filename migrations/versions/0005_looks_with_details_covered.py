"""Protected records, and a place in the queue that says whose it is.

A protected record shows nothing in lists. A place in the queue may name the person's record, so
that it explains why a colleague opens it.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(
            sa.Column("is_protected", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person") as batch:
        batch.alter_column("is_protected", server_default=None)
    with op.batch_alter_table("waiting_person") as batch:
        batch.add_column(sa.Column("person_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_waiting_person_person_id"), "person", ["person_id"], ["id"]
        )
    op.create_index("ix_waiting_person_person_id", "waiting_person", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_waiting_person_person_id", table_name="waiting_person")
    with op.batch_alter_table("waiting_person") as batch:
        batch.drop_constraint(op.f("fk_waiting_person_person_id"), type_="foreignkey")
        batch.drop_column("person_id")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("is_protected")
