"""Private moments, silent signs and silent calls for help; a hold that one role alone may answer.

Three new tables. A pending act may name the one role that decides on it, and a concern may be
raised by nobody but the person. The way down refuses where there is anything that an older version
would give away: whoever decides there would be any reviewer.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "private_moment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_private_moment_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_private_moment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["human_id"], ["human.id"], name=op.f("fk_private_moment_human_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_private_moment_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_moment")),
    )
    op.create_index(
        "ix_private_moment_person_id_held_at", "private_moment", ["person_id", "held_at"]
    )
    op.create_table(
        "silent_sign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("word", sa.LargeBinary(length=32), nullable=True),
        sa.Column("private_moment_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('word', 'card')", name=op.f("ck_silent_sign_kind")),
        sa.CheckConstraint(
            "(kind = 'word') = (word IS NOT NULL)", name=op.f("ck_silent_sign_word")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_silent_sign_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["private_moment_id"],
            ["private_moment.id"],
            name=op.f("fk_silent_sign_private_moment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silent_sign")),
    )
    op.create_index(
        "uq_silent_sign_live",
        "silent_sign",
        ["person_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "silent_help",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["consent_request.id"], name=op.f("fk_silent_help_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_silent_help_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_silent_help_organisation_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_silent_help")),
    )
    op.create_index(
        "ix_silent_help_person_id_organisation_id",
        "silent_help",
        ["person_id", "organisation_id"],
    )
    op.add_column("pending_act", sa.Column("deciding_role", sa.String(length=30), nullable=True))
    with op.batch_alter_table("concern") as batch:
        batch.alter_column("raised_by", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    connection = op.get_bind()
    for table in ("private_moment", "silent_help"):
        if connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar():  # noqa: S608
            raise RuntimeError("there are silent signs: an older version would give them away")
    with op.batch_alter_table("concern") as batch:
        batch.alter_column("raised_by", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("pending_act") as batch:
        batch.drop_column("deciding_role")
    op.drop_table("silent_help")
    op.drop_table("silent_sign")
    op.drop_table("private_moment")
