"""A day centre is an establishment: its telephone may be the only way to people without a home.

The way down refuses where one is registered.

Revision ID: 0072
Revises: 0071
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('care_home', 'hostel', 'corporate_appointee')"
NOW = "kind IN ('care_home', 'hostel', 'day_centre', 'corporate_appointee')"


def upgrade() -> None:
    _check_kinds(NOW)


def downgrade() -> None:
    asked = sa.text("SELECT count(*) FROM establishment WHERE kind = 'day_centre'")
    if op.get_bind().execute(asked).scalar():
        raise RuntimeError("there are day centres: nothing older reads them")
    _check_kinds(BEFORE)


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("establishment") as batch:
        batch.drop_constraint(op.f("ck_establishment_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_establishment_kind"), kinds)
