"""A silent call for help may be given as somebody opens their own record, without any request.

What was the id of a request is now the id of the request or of the session online. The way down
refuses once there is a call without a request.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WITHOUT_REQUEST = """
SELECT count(*) FROM silent_help
WHERE id NOT IN (SELECT id FROM consent_request)
"""


def upgrade() -> None:
    with op.batch_alter_table("silent_help") as batch:
        batch.drop_constraint(op.f("fk_silent_help_request_id"), type_="foreignkey")
    with op.batch_alter_table("silent_help") as batch:
        batch.alter_column("request_id", new_column_name="id", existing_type=sa.Uuid())


def downgrade() -> None:
    if op.get_bind().execute(sa.text(WITHOUT_REQUEST)).scalar():
        raise RuntimeError("there are calls for help without a request: nothing older keeps them")
    with op.batch_alter_table("silent_help") as batch:
        batch.alter_column("id", new_column_name="request_id", existing_type=sa.Uuid())
    with op.batch_alter_table("silent_help") as batch:
        batch.create_foreign_key(
            op.f("fk_silent_help_request_id"), "consent_request", ["request_id"], ["id"]
        )
