"""The law lets somebody act; a doubt about a decision; a death, and its mistake.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTRUMENTS = "'appointee', 'attorney', 'welfare_attorney', 'deputy', 'guardian', 'controller'"


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "death",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("died_on", sa.Date(), nullable=False),
        sa.Column("told_by", sa.String(length=20), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_human", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "told_by IN ('family', 'care_home', 'certificate', 'government')",
            name=op.f("ck_death_told_by"),
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason IS NULL)", name=op.f("ck_death_undoing")
        ),
        _foreign("death", "person_id", "person"),
        _foreign("death", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_death")),
    )
    op.create_index("ix_death_person_id", "death", ["person_id"])

    op.create_table(
        "legal_authority",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("named", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("seen_as", sa.String(length=20), nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=False),
        sa.Column("seen_by_human", sa.Uuid(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({INSTRUMENTS})", name=op.f("ck_legal_authority_kind")),
        sa.CheckConstraint(
            "seen_as IN ('original', 'certified_copy', 'online')",
            name=op.f("ck_legal_authority_seen_as"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_legal_authority_dates")
        ),
        _foreign("legal_authority", "person_id", "person"),
        _foreign("legal_authority", "organisation_id", "organisation"),
        _foreign("legal_authority", "seen_by", "account"),
        _foreign("legal_authority", "seen_by_human", "human"),
        _foreign("legal_authority", "checked_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_authority")),
    )
    op.create_index("ix_legal_authority_person_id", "legal_authority", ["person_id"])
    op.create_index("ix_legal_authority_organisation_id", "legal_authority", ["organisation_id"])

    op.create_table(
        "capacity_concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.Column("signs", sa.LargeBinary(), nullable=False),
        sa.Column("support", sa.LargeBinary(), nullable=False),
        sa.Column("assessor", sa.LargeBinary(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_human", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('can_decide', 'cannot_decide')", name=op.f("ck_capacity_concern_outcome")
        ),
        _foreign("capacity_concern", "request_id", "consent_request"),
        _foreign("capacity_concern", "person_id", "person"),
        _foreign("capacity_concern", "organisation_id", "organisation"),
        _foreign("capacity_concern", "recorded_by", "account"),
        _foreign("capacity_concern", "recorded_by_human", "human"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_concern")),
    )
    op.create_index("ix_capacity_concern_person_id", "capacity_concern", ["person_id"])
    op.create_index("ix_capacity_concern_request_id_id", "capacity_concern", ["request_id", "id"])
    for statement in guard_statements("capacity_concern", "id", op.get_bind().dialect.name):
        op.execute(statement)

    with op.batch_alter_table("delegation") as batch:
        batch.alter_column("consent_id", existing_type=sa.Uuid(), nullable=True)
        batch.add_column(sa.Column("legal_authority_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("death_id", sa.Uuid(), nullable=True))
        batch.create_unique_constraint("uq_delegation_legal_authority_id", ["legal_authority_id"])
        batch.create_foreign_key(
            "fk_delegation_legal_authority_id", "legal_authority", ["legal_authority_id"], ["id"]
        )
        batch.create_foreign_key("fk_delegation_death_id", "death", ["death_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_delegation_rests_on"), "(consent_id IS NULL) <> (legal_authority_id IS NULL)"
        )
        batch.create_index("ix_delegation_death_id", ["death_id"])


def downgrade() -> None:
    by_law = sa.table("delegation", sa.column("consent_id", sa.Uuid()))
    lasting = sa.select(sa.func.count()).select_from(by_law).where(by_law.c.consent_id.is_(None))
    if op.get_bind().scalar(lasting):
        raise RuntimeError("The older version knows no legal authority, and it may not be lost.")
    with op.batch_alter_table("delegation") as batch:
        batch.drop_index("ix_delegation_death_id")
        batch.drop_constraint(op.f("ck_delegation_rests_on"), type_="check")
        batch.drop_constraint("fk_delegation_death_id", type_="foreignkey")
        batch.drop_constraint("fk_delegation_legal_authority_id", type_="foreignkey")
        batch.drop_constraint("uq_delegation_legal_authority_id", type_="unique")
        batch.drop_column("death_id")
        batch.drop_column("legal_authority_id")
        batch.alter_column("consent_id", existing_type=sa.Uuid(), nullable=False)
    for statement in unguard_statements("capacity_concern", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("capacity_concern")
    op.drop_table("legal_authority")
    op.drop_table("death")
