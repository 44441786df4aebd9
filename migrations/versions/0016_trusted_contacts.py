"""A contact point may be of somebody whom the person trusts to get a copy.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAME = "ck_contact_point_whose"


def _allow(words: str) -> None:
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(NAME), type_="check")
        batch_op.create_check_constraint(op.f(NAME), f"whose IN ({words})")


def upgrade() -> None:
    _allow("'own', 'shared', 'other', 'trusted'")


def downgrade() -> None:
    # Somebody else's it was before there was a word for whom the person trusts.
    op.execute("UPDATE contact_point SET whose = 'other' WHERE whose = 'trusted'")
    _allow("'own', 'shared', 'other'")
