"""The first tables: everything that a helper, a person and an auditor need from the start.

The journal and whatever else only grows refuse to be changed from their first row on.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Tables that only grow, with their keys.
APPEND_ONLY = (
    ("audit_event", "id"),
    ("consent_policy", "version"),
    ("form_definition", "id"),
    ("limit_entry", "id"),
    ("note", "id"),
    ("statement", "id"),
    ("submission", "id"),
)


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("window_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("purpose", "key", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_window_started_at", "attempt", ["window_started_at"], unique=False)

    op.create_table(
        "audit_detail",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_detail")),
    )
    op.create_index("ix_audit_detail_sealed_for", "audit_detail", ["sealed_for"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lane_id", sa.Uuid(), nullable=False),
        sa.Column("lane_seq", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("command", sa.String(length=80), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=60), nullable=True),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("human_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("authority_kind", sa.String(length=40), nullable=True),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("lane_id", "lane_seq", name=op.f("uq_audit_event_lane_id_lane_seq")),
    )
    op.create_index(
        "ix_audit_event_account_id_id", "audit_event", ["account_id", "id"], unique=False
    )
    op.create_index("ix_audit_event_action_id", "audit_event", ["action", "id"], unique=False)
    op.create_index(
        "ix_audit_event_organisation_id_id", "audit_event", ["organisation_id", "id"], unique=False
    )
    op.create_index("ix_audit_event_person_id_id", "audit_event", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_audit_event_subject_id_id", "audit_event", ["subject_id", "id"], unique=False
    )

    op.create_table(
        "audit_lane",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("endorsement", sa.LargeBinary(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_lane")),
    )
    op.create_table(
        "consent_policy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_consent_policy")),
    )
    op.create_table(
        "data_key",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_data_key")),
    )
    op.create_table(
        "form_definition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_definition")),
        sa.UniqueConstraint(
            "service_key", "hash", name=op.f("uq_form_definition_service_key_hash")
        ),
        sa.UniqueConstraint(
            "service_key", "version", name=op.f("uq_form_definition_service_key_version")
        ),
    )
    op.create_table(
        "human",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_human")),
    )
    op.create_table(
        "installation_key",
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_installation_key")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_risky", sa.Boolean(), nullable=False),
        sa.Column("digest_key", sa.String(length=64), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("second_of", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=True),
        sa.Column("independent", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("is_brief", sa.Boolean(), nullable=False),
        sa.Column("is_large_print", sa.Boolean(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("queued_by_human_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("is_rerouted", sa.Boolean(), nullable=False),
        sa.Column("claim_token", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.String(length=60), nullable=True),
        sa.Column("provider_reference", sa.String(length=120), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("posted_by_human_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_notice_one_addressee")
        ),
        sa.ForeignKeyConstraint(["second_of"], ["notice.id"], name=op.f("fk_notice_second_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("reference", name=op.f("uq_notice_reference")),
    )
    op.create_index("ix_notice_account_id", "notice", ["account_id"], unique=False)
    op.create_index(
        "ix_notice_organisation_id_state_id",
        "notice",
        ["organisation_id", "state", "id"],
        unique=False,
    )
    op.create_index("ix_notice_person_id_id", "notice", ["person_id", "id"], unique=False)
    op.create_index("ix_notice_second_of", "notice", ["second_of"], unique=False)
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"], unique=False)
    op.create_index("ix_notice_visit_id", "notice", ["visit_id"], unique=False)
    op.create_index(
        "uq_notice_open_digest",
        "notice",
        ["digest_key"],
        unique=True,
        sqlite_where=sa.text("state = 'queued' AND digest_key IS NOT NULL"),
        postgresql_where=sa.text("state = 'queued' AND digest_key IS NOT NULL"),
    )

    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("nation", sa.String(length=20), nullable=False),
        sa.Column("required_courses", sa.JSON(), nullable=False),
        sa.Column("training_valid_months", sa.Integer(), nullable=False),
        sa.Column("required_check", sa.String(length=30), nullable=True),
        sa.Column("check_valid_months", sa.Integer(), nullable=False),
        sa.Column("is_pool", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('council', 'library', 'charity', 'care_home', 'department')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.CheckConstraint(
            "nation IN ('england', 'wales', 'scotland', 'northern_ireland')",
            name=op.f("ck_organisation_nation"),
        ),
        sa.CheckConstraint(
            "required_check IS NULL OR required_check IN ('basic', 'standard', 'enhanced', 'enhanced_with_barred_list')",
            name=op.f("ck_organisation_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("reference", name=op.f("uq_organisation_reference")),
    )
    op.create_index("ix_organisation_name_key_id", "organisation", ["name_key", "id"], unique=False)

    op.create_table(
        "pending_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("command", sa.String(length=80), nullable=False),
        sa.Column("command_version", sa.Integer(), nullable=False),
        sa.Column("arguments", sa.LargeBinary(), nullable=False),
        sa.Column("arguments_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("human_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=True),
        sa.Column("actor_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("actor_person_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("answered", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drawn_account_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_human_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_role", sa.String(length=30), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.LargeBinary(), nullable=True),
        sa.Column("failure", sa.String(length=1000), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_pending_act_decided")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'released', 'refused', 'failed', 'withdrawn')",
            name=op.f("ck_pending_act_state"),
        ),
        sa.CheckConstraint(
            "(drawn_account_id IS NULL) = (drawn_human_id IS NULL)",
            name=op.f("ck_pending_act_drawn"),
        ),
        sa.CheckConstraint(
            "drawn_human_id IS NULL OR human_id IS NULL OR drawn_human_id <> human_id",
            name=op.f("ck_pending_act_not_same_human"),
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["pending_act.id"], name=op.f("fk_pending_act_follows_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_act")),
        sa.UniqueConstraint("reference", name=op.f("uq_pending_act_reference")),
    )
    op.create_index(
        "ix_pending_act_drawn_account_id_state_due_at",
        "pending_act",
        ["drawn_account_id", "state", "due_at"],
        unique=False,
    )
    op.create_index("ix_pending_act_human_id_id", "pending_act", ["human_id", "id"], unique=False)
    op.create_index(
        "ix_pending_act_organisation_id_id", "pending_act", ["organisation_id", "id"], unique=False
    )
    op.create_index("ix_pending_act_person_id", "pending_act", ["person_id"], unique=False)
    op.create_index("ix_pending_act_state_due_at", "pending_act", ["state", "due_at"], unique=False)
    op.create_index(
        "uq_pending_act_waiting",
        "pending_act",
        ["command", "arguments_fingerprint"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "person_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("has_more", sa.Boolean(), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_search")),
    )
    op.create_index(
        "ix_person_search_account_id_searched_at",
        "person_search",
        ["account_id", "searched_at"],
        unique=False,
    )

    op.create_table(
        "request_key",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_request_key")),
    )
    op.create_index("ix_request_key_claimed_at", "request_key", ["claimed_at"], unique=False)

    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('assisting', 'representing')", name=op.f("ck_statement_kind")),
        sa.CheckConstraint("language IN ('en', 'cy')", name=op.f("ck_statement_language")),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_statement_approval")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "kind", "language", "version", name=op.f("uq_statement_kind_language_version")
        ),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('en', 'cy')", name=op.f("ck_account_language")),
        sa.ForeignKeyConstraint(["human_id"], ["human.id"], name=op.f("fk_account_human_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_fingerprint", name=op.f("uq_account_email_fingerprint")),
    )
    op.create_index("ix_account_human_id", "account", ["human_id"], unique=False)

    op.create_table(
        "audit_remit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("auditing_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audited_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "auditing_organisation_id <> audited_organisation_id",
            name=op.f("ck_audit_remit_not_own"),
        ),
        sa.ForeignKeyConstraint(
            ["audited_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_audit_remit_audited_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["auditing_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_audit_remit_auditing_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_remit")),
    )
    op.create_index(
        "ix_audit_remit_audited_organisation_id",
        "audit_remit",
        ["audited_organisation_id"],
        unique=False,
    )
    op.create_index(
        "uq_audit_remit_live",
        "audit_remit",
        ["auditing_organisation_id", "audited_organisation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "notice_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_entry_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_entry")),
    )
    op.create_index("ix_notice_entry_notice_id", "notice_entry", ["notice_id"], unique=False)

    op.create_table(
        "pending_act_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pending_act_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('decided', 'handed_back', 'escalated', 'not_live', 'withdrawn')",
            name=op.f("ck_pending_act_draw_end_reason"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_pending_act_draw_end")
        ),
        sa.ForeignKeyConstraint(
            ["pending_act_id"], ["pending_act.id"], name=op.f("fk_pending_act_draw_pending_act_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_act_draw")),
    )
    op.create_index(
        "ix_pending_act_draw_account_id_id", "pending_act_draw", ["account_id", "id"], unique=False
    )
    op.create_index(
        "ix_pending_act_draw_pending_act_id", "pending_act_draw", ["pending_act_id"], unique=False
    )

    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=800), nullable=False),
        sa.Column("known_as", sa.String(length=800), nullable=True),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("birth_month", sa.SmallInteger(), nullable=True),
        sa.Column("birth_day", sa.SmallInteger(), nullable=True),
        sa.Column("nation", sa.String(length=20), nullable=True),
        sa.Column("housing", sa.String(length=20), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("hides_address", sa.Boolean(), nullable=False),
        sa.Column("postcode_fingerprint", sa.LargeBinary(length=32), nullable=True),
        sa.Column("national_insurance_number", sa.LargeBinary(), nullable=True),
        sa.Column("nino_fingerprint", sa.LargeBinary(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("spoken_language", sa.String(length=60), nullable=False),
        sa.Column("needs_interpreter", sa.Boolean(), nullable=False),
        sa.Column("formats", sa.String(length=100), nullable=False),
        sa.Column("support", sa.LargeBinary(), nullable=True),
        sa.Column("contact_is_unsafe", sa.Boolean(), nullable=False),
        sa.Column("no_messages_left", sa.Boolean(), nullable=False),
        sa.Column("no_paper_at_home", sa.Boolean(), nullable=False),
        sa.Column("preferred_contact", sa.String(length=15), nullable=True),
        sa.Column("safe_contact", sa.LargeBinary(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("human_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_human_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "housing IN ('address', 'no_fixed_address', 'not_known')",
            name=op.f("ck_person_housing"),
        ),
        sa.CheckConstraint(
            "birth_day IS NULL OR birth_month IS NOT NULL", name=op.f("ck_person_birth_date")
        ),
        sa.ForeignKeyConstraint(["human_id"], ["human.id"], name=op.f("fk_person_human_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("reference", name=op.f("uq_person_reference")),
    )
    op.create_index(
        "ix_person_birth_year_birth_month_birth_day",
        "person",
        ["birth_year", "birth_month", "birth_day"],
        unique=False,
    )
    op.create_index(
        "ix_person_created_by_human_id", "person", ["created_by_human_id"], unique=False
    )
    op.create_index("ix_person_human_id", "person", ["human_id"], unique=False)
    op.create_index("ix_person_name_key", "person", ["name_key"], unique=False)
    op.create_index("ix_person_nino_fingerprint", "person", ["nino_fingerprint"], unique=False)
    op.create_index(
        "ix_person_postcode_fingerprint", "person", ["postcode_fingerprint"], unique=False
    )

    op.create_table(
        "service",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("form_definition_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_hash", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("risk IN ('ordinary', 'risky')", name=op.f("ck_service_risk")),
        sa.ForeignKeyConstraint(
            ["form_definition_id"],
            ["form_definition.id"],
            name=op.f("fk_service_form_definition_id"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_service")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_site_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("reference", name=op.f("uq_site_reference")),
    )
    op.create_index("ix_site_organisation_id", "site", ["organisation_id"], unique=False)

    op.create_table(
        "case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.LargeBinary(), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=True),
        sa.Column("why_help", sa.String(length=120), nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=False),
        sa.Column("first_contact_basis", sa.LargeBinary(), nullable=True),
        sa.Column("keep_date_by", sa.Date(), nullable=True),
        sa.Column("claim_sent_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("close_reason", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_case_closed_at")
        ),
        sa.CheckConstraint("state IN ('open', 'waiting', 'closed')", name=op.f("ck_case_state")),
        sa.ForeignKeyConstraint(["assigned_to"], ["account.id"], name=op.f("fk_case_assigned_to")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_case_closed_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_case_opened_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_case_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_case_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    op.create_index(
        "ix_case_assigned",
        "case",
        ["organisation_id", "assigned_to", "id"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "ix_case_keep_date_by",
        "case",
        ["organisation_id", "keep_date_by", "id"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed' AND claim_sent_on IS NULL"),
        postgresql_where=sa.text("state <> 'closed' AND claim_sent_on IS NULL"),
    )
    op.create_index(
        "ix_case_open",
        "case",
        ["organisation_id", "id"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "ix_case_person_id_organisation_id", "case", ["person_id", "organisation_id"], unique=False
    )

    op.create_table(
        "contact_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("whose", sa.String(length=10), nullable=False),
        sa.Column("is_safe", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_human_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("ended_by_human_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=15), nullable=True),
        sa.Column("may_be_told", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mobile', 'landline', 'email', 'postal', 'held_at_desk')",
            name=op.f("ck_contact_point_kind"),
        ),
        sa.CheckConstraint(
            "whose IN ('own', 'shared', 'other')", name=op.f("ck_contact_point_whose")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_contact_point_ended")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contact_point_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["contact_point.id"], name=op.f("fk_contact_point_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
    )
    op.create_index("ix_contact_point_fingerprint", "contact_point", ["fingerprint"], unique=False)
    op.create_index(
        "ix_contact_point_person_id_ended_at",
        "contact_point",
        ["person_id", "ended_at"],
        unique=False,
    )
    op.create_index("ix_contact_point_replaces_id", "contact_point", ["replaces_id"], unique=False)

    op.create_table(
        "declared_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=True),
        sa.Column("relation", sa.String(length=20), nullable=True),
        sa.Column("person_reference", sa.String(length=12), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind = 'relative' OR fingerprint IS NOT NULL",
            name=op.f("ck_declared_interest_fingerprint"),
        ),
        sa.CheckConstraint(
            "kind IN ('relative', 'bank_account', 'contact_point')",
            name=op.f("ck_declared_interest_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_declared_interest_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["human_id"], ["human.id"], name=op.f("fk_declared_interest_human_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_declared_interest_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest")),
    )
    op.create_index(
        "ix_declared_interest_fingerprint", "declared_interest", ["fingerprint"], unique=False
    )
    op.create_index(
        "ix_declared_interest_human_id", "declared_interest", ["human_id"], unique=False
    )
    op.create_index(
        "ix_declared_interest_person_reference",
        "declared_interest",
        ["person_reference"],
        unique=False,
    )

    op.create_table(
        "factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_step", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind <> 'app' OR secret IS NOT NULL", name=op.f("ck_factor_secret")),
        sa.CheckConstraint("kind IN ('app', 'printed_codes')", name=op.f("ck_factor_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_factor_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
    )
    op.create_index("ix_factor_account_id", "factor", ["account_id"], unique=False)

    op.create_table(
        "identity_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("what_was_seen", sa.LargeBinary(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("seen_by_human_id", sa.Uuid(), nullable=True),
        sa.Column("seen_by_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_identity_evidence_level")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_evidence_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_evidence")),
    )
    op.create_index(
        "ix_identity_evidence_person_id", "identity_evidence", ["person_id"], unique=False
    )

    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"], unique=False)

    op.create_table(
        "kept_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_kept_form_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
    )
    op.create_index("ix_kept_form_account_id", "kept_form", ["account_id"], unique=False)
    op.create_index("ix_kept_form_expires_at", "kept_form", ["expires_at"], unique=False)

    op.create_table(
        "look_reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("search_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_look_reason_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["search_id"], ["person_search.id"], name=op.f("fk_look_reason_search_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_reason")),
    )
    op.create_index(
        "ix_look_reason_account_id_person_id_good_until",
        "look_reason",
        ["account_id", "person_id", "good_until"],
        unique=False,
    )
    op.create_index("ix_look_reason_person_id", "look_reason", ["person_id"], unique=False)
    op.create_index("ix_look_reason_search_id", "look_reason", ["search_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_by", sa.Uuid(), nullable=True),
        sa.Column("suspension_reason", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('staff', 'volunteer', 'family')", name=op.f("ck_membership_kind")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_membership_dates")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id")
        ),
        sa.ForeignKeyConstraint(["human_id"], ["human.id"], name=op.f("fk_membership_human_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("reference", name=op.f("uq_membership_reference")),
    )
    op.create_index("ix_membership_human_id", "membership", ["human_id"], unique=False)
    op.create_index(
        "ix_membership_organisation_id_id", "membership", ["organisation_id", "id"], unique=False
    )
    op.create_index(
        "uq_membership_open",
        "membership",
        ["account_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('printed', 'recovery')", name=op.f("ck_one_time_code_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_one_time_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sa.UniqueConstraint(
            "sheet_id", "position", name=op.f("uq_one_time_code_sheet_id_position")
        ),
    )
    op.create_index(
        "ix_one_time_code_account_id_kind", "one_time_code", ["account_id", "kind"], unique=False
    )

    op.create_table(
        "person_name_key",
        sa.Column("token", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_name_key_person_id")
        ),
        sa.PrimaryKeyConstraint("token", "person_id", name=op.f("pk_person_name_key")),
    )
    op.create_index("ix_person_name_key_person_id", "person_name_key", ["person_id"], unique=False)

    op.create_table(
        "recovery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vouched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vouched_by", sa.Uuid(), nullable=True),
        sa.Column("vouched_how", sa.String(length=20), nullable=True),
        sa.Column("code_hash", sa.String(length=200), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('password', 'factor')", name=op.f("ck_recovery_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["vouched_by"], ["account.id"], name=op.f("fk_recovery_vouched_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
    )
    op.create_index("ix_recovery_account_id", "recovery", ["account_id"], unique=False)
    op.create_index("ix_recovery_closed_at_id", "recovery", ["closed_at", "id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("role_grant_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("return_path", sa.String(length=500), nullable=True),
        sa.Column("shown_once", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "stage <> 'open' OR second_factor_at IS NOT NULL", name=op.f("ck_sign_in_second_factor")
        ),
        sa.CheckConstraint(
            "stage IN ('factor', 'setup', 'new_factor', 'open')", name=op.f("ck_sign_in_stage")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_sign_in_end")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(
        "ix_sign_in_account_id_ended_at", "sign_in", ["account_id", "ended_at"], unique=False
    )
    op.create_index("ix_sign_in_seen_at", "sign_in", ["seen_at"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('in_person', 'telephone')", name=op.f("ck_visit_channel")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_visit_account_id")),
        sa.ForeignKeyConstraint(["human_id"], ["human.id"], name=op.f("fk_visit_human_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_visit_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(
        "ix_visit_organisation_id_visited_on",
        "visit",
        ["organisation_id", "visited_on"],
        unique=False,
    )
    op.create_index("ix_visit_person_id_id", "visit", ["person_id", "id"], unique=False)
    op.create_index(
        "uq_visit_open",
        "visit",
        ["person_id", "account_id", "place_id", "channel", "visited_on"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "waiting_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("called", sa.LargeBinary(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["account.id"], name=op.f("fk_waiting_person_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_waiting_person_organisation_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_waiting_person_site_id")),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["account.id"], name=op.f("fk_waiting_person_taken_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_person")),
    )
    op.create_index(
        "ix_waiting_person_arrived",
        "waiting_person",
        ["organisation_id", "site_id", "arrived_at"],
        unique=False,
    )
    op.create_index(
        "ix_waiting_person_called",
        "waiting_person",
        ["arrived_at"],
        unique=False,
        sqlite_where=sa.text("called IS NOT NULL"),
        postgresql_where=sa.text("called IS NOT NULL"),
    )

    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("form_definition_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("authority_kind", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_by_human", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("read_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_back_by", sa.Uuid(), nullable=True),
        sa.Column("read_back_version", sa.Integer(), nullable=True),
        sa.Column("read_back_answer", sa.String(length=15), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_by", sa.String(length=30), nullable=True),
        sa.Column("declared_to", sa.Uuid(), nullable=True),
        sa.Column("declared_words_hash", sa.String(length=64), nullable=True),
        sa.Column("declarer", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=20), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)",
            name=op.f("ck_application_submitted"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_application_withdrawn"),
        ),
        sa.CheckConstraint(
            "mode IN ('assisting', 'representing')", name=op.f("ck_application_mode")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'withdrawn')", name=op.f("ck_application_state")
        ),
        sa.CheckConstraint(
            "withdrawn_reason IS NULL OR withdrawn_reason IN ('not_wanted', 'done_elsewhere', 'mistake')",
            name=op.f("ck_application_withdrawn_reason"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_application_case_id")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_application_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["declared_to"], ["account.id"], name=op.f("fk_application_declared_to")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_application_ended_by")),
        sa.ForeignKeyConstraint(
            ["form_definition_id"],
            ["form_definition.id"],
            name=op.f("fk_application_form_definition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_application_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_application_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["read_back_by"], ["account.id"], name=op.f("fk_application_read_back_by")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_application_site_id")),
        sa.ForeignKeyConstraint(
            ["started_by"], ["account.id"], name=op.f("fk_application_started_by")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_human"], ["human.id"], name=op.f("fk_application_started_by_human")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("reference", name=op.f("uq_application_reference")),
    )
    op.create_index("ix_application_case_id_id", "application", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_application_open",
        "application",
        ["organisation_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "ix_application_person_id_organisation_id_id",
        "application",
        ["person_id", "organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_application_draft",
        "application",
        ["case_id", "service"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )

    op.create_table(
        "background_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=30), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "level IN ('basic', 'standard', 'enhanced', 'enhanced_with_barred_list')",
            name=op.f("ck_background_check_level"),
        ),
        sa.CheckConstraint("expires_on >= checked_on", name=op.f("ck_background_check_dates")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_background_check_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_background_check_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_check")),
    )
    op.create_index(
        "ix_background_check_membership_id", "background_check", ["membership_id"], unique=False
    )

    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("holder_kind", sa.String(length=20), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("powers", sa.JSON(), nullable=False),
        sa.Column("money_limit_pence", sa.Integer(), nullable=True),
        sa.Column("money_period", sa.String(length=10), nullable=True),
        sa.Column("act_limit_pence", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("statement_hash", sa.String(length=64), nullable=False),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("read_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=True),
        sa.Column("witness_human_id", sa.Uuid(), nullable=True),
        sa.Column("strength", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_how", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "holder_kind IN ('account', 'organisation')", name=op.f("ck_consent_holder_kind")
        ),
        sa.CheckConstraint("mode IN ('assisting', 'representing')", name=op.f("ck_consent_mode")),
        sa.CheckConstraint(
            "strength IN ('basic', 'standard', 'strong')", name=op.f("ck_consent_strength")
        ),
        sa.CheckConstraint(
            "withdrawn_how IS NULL OR withdrawn_how IN ('in_front', 'telephone')",
            name=op.f("ck_consent_withdrawn_how"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_how IS NULL)", name=op.f("ck_consent_withdrawal")
        ),
        sa.CheckConstraint("read_ended_at >= read_began_at", name=op.f("ck_consent_reading")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id")),
        sa.ForeignKeyConstraint(["human_id"], ["human.id"], name=op.f("fk_consent_human_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consent_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["consent_policy.version"], name=op.f("fk_consent_policy_version")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_consent_statement_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_consent_visit_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_consent_withdrawn_by")
        ),
        sa.ForeignKeyConstraint(
            ["witness_human_id"], ["human.id"], name=op.f("fk_consent_witness_human_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("reference", name=op.f("uq_consent_reference")),
    )
    op.create_index("ix_consent_case_id", "consent", ["case_id"], unique=False)
    op.create_index(
        "ix_consent_organisation_id_id", "consent", ["organisation_id", "id"], unique=False
    )
    op.create_index("ix_consent_person_id_id", "consent", ["person_id", "id"], unique=False)
    op.create_index("ix_consent_visit_id", "consent", ["visit_id"], unique=False)

    op.create_table(
        "consent_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.String(length=20), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("powers", sa.JSON(), nullable=False),
        sa.Column("money_limit_pence", sa.Integer(), nullable=True),
        sa.Column("money_period", sa.String(length=10), nullable=True),
        sa.Column("act_limit_pence", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("read_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "holder_kind IN ('account', 'organisation')",
            name=op.f("ck_consent_request_holder_kind"),
        ),
        sa.CheckConstraint(
            "money_period IS NULL OR money_period IN ('month', 'term')",
            name=op.f("ck_consent_request_money_period"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_request_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_consent_request_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_request_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_consent_request_statement_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_consent_request_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_consent_request_reference")),
    )
    op.create_index("ix_consent_request_person_id", "consent_request", ["person_id"], unique=False)

    op.create_table(
        "membership_site",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_site_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_site_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_membership_site_site_id")),
        sa.PrimaryKeyConstraint("membership_id", "site_id", name=op.f("pk_membership_site")),
    )
    op.create_index("ix_membership_site_site_id", "membership_site", ["site_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_human_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('ordinary', 'sensitive')", name=op.f("ck_note_kind")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_note_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_note_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_note_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_case_id_id", "note", ["case_id", "id"], unique=False)

    op.create_table(
        "record_of_help",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("word", sa.String(length=15), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("authority_kind", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("was_sent", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_by_human", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "mode IN ('assisting', 'representing')", name=op.f("ck_record_of_help_mode")
        ),
        sa.CheckConstraint(
            "word IN ('here', 'telephone', 'delegation')", name=op.f("ck_record_of_help_word")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_record_of_help_case_id")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_record_of_help_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_human"], ["human.id"], name=op.f("fk_record_of_help_made_by_human")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_record_of_help_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_record_of_help_person_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_record_of_help_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_of_help")),
        sa.UniqueConstraint("reference", name=op.f("uq_record_of_help_reference")),
    )
    op.create_index(
        "ix_record_of_help_case_id_id", "record_of_help", ["case_id", "id"], unique=False
    )
    op.create_index(
        "ix_record_of_help_person_id_organisation_id_id",
        "record_of_help",
        ["person_id", "organisation_id", "id"],
        unique=False,
    )

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_role_grant_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_role_grant_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_membership_id", "role_grant", ["membership_id"], unique=False)
    op.create_index(
        "ix_role_grant_organisation_id_role",
        "role_grant",
        ["organisation_id", "role"],
        unique=False,
    )
    op.create_index(
        "uq_role_grant_live",
        "role_grant",
        ["membership_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_task_added_by")),
        sa.ForeignKeyConstraint(["assigned_to"], ["account.id"], name=op.f("fk_task_assigned_to")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_task_done_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_case_id_id", "task", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_task_due",
        "task",
        ["organisation_id", "assigned_to", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_task_person_id",
        "task",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )

    op.create_table(
        "training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=40), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("expires_on >= completed_on", name=op.f("ck_training_dates")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_training_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_training_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    op.create_index("ix_training_membership_id", "training", ["membership_id"], unique=False)

    op.create_table(
        "answer_page",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("authority_kind", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_answer_page_application_id")
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name=op.f("fk_answer_page_saved_by")),
        sa.PrimaryKeyConstraint("application_id", "path", name=op.f("pk_answer_page")),
    )
    op.create_table(
        "consent_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("code", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_code_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["consent_request.id"], name=op.f("fk_consent_code_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_code")),
    )
    op.create_index(
        "ix_consent_code_person_id_sent_at", "consent_code", ["person_id", "sent_at"], unique=False
    )
    op.create_index("ix_consent_code_request_id", "consent_code", ["request_id"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.String(length=20), nullable=False),
        sa.Column("holder_account_id", sa.Uuid(), nullable=True),
        sa.Column("holder_human_id", sa.Uuid(), nullable=True),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("powers", sa.JSON(), nullable=False),
        sa.Column("money_limit_pence", sa.Integer(), nullable=True),
        sa.Column("money_period", sa.String(length=10), nullable=True),
        sa.Column("act_limit_pence", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(length=20), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_how", sa.String(length=20), nullable=True),
        sa.Column("frozen_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(holder_kind = 'account') = (holder_account_id IS NOT NULL)",
            name=op.f("ck_delegation_holder"),
        ),
        sa.CheckConstraint(
            "ended_how IS NULL OR ended_how IN ('in_front', 'telephone', 'consent_withdrawn', 'died')",
            name=op.f("ck_delegation_ended_how"),
        ),
        sa.CheckConstraint(
            "frozen_how IS NULL OR frozen_how IN ('in_front', 'telephone')",
            name=op.f("ck_delegation_frozen_how"),
        ),
        sa.CheckConstraint(
            "holder_kind IN ('account', 'organisation')", name=op.f("ck_delegation_holder_kind")
        ),
        sa.CheckConstraint(
            "money_period IS NULL OR money_period IN ('month', 'term')",
            name=op.f("ck_delegation_money_period"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_how IS NULL)", name=op.f("ck_delegation_ending")
        ),
        sa.CheckConstraint(
            "(frozen_at IS NULL) = (frozen_how IS NULL)", name=op.f("ck_delegation_freeze")
        ),
        sa.CheckConstraint(
            "(money_limit_pence IS NULL) = (money_period IS NULL)", name=op.f("ck_delegation_money")
        ),
        sa.CheckConstraint("expires_at > starts_at", name=op.f("ck_delegation_term")),
        sa.CheckConstraint(
            "money_limit_pence IS NULL OR money_limit_pence > 0", name=op.f("ck_delegation_limit")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_delegation_consent_id")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_delegation_ended_by")),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["account.id"], name=op.f("fk_delegation_frozen_by")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["account.id"], name=op.f("fk_delegation_granted_by")
        ),
        sa.ForeignKeyConstraint(
            ["holder_account_id"], ["account.id"], name=op.f("fk_delegation_holder_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["holder_human_id"], ["human.id"], name=op.f("fk_delegation_holder_human_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_delegation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("consent_id", name=op.f("uq_delegation_consent_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_delegation_reference")),
    )
    op.create_index(
        "ix_delegation_holder_account_id", "delegation", ["holder_account_id"], unique=False
    )
    op.create_index(
        "ix_delegation_holder_human_id", "delegation", ["holder_human_id"], unique=False
    )
    op.create_index(
        "ix_delegation_organisation_id_id", "delegation", ["organisation_id", "id"], unique=False
    )
    op.create_index("ix_delegation_person_id_id", "delegation", ["person_id", "id"], unique=False)

    op.create_table(
        "kept_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("posted", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_kept_text_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_kept_text_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_text")),
    )
    op.create_index(
        "ix_kept_text_application_id",
        "kept_text",
        ["application_id", "account_id", "path"],
        unique=False,
    )

    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_by_human", sa.Uuid(), nullable=False),
        sa.Column("authority_kind", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_submission_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["account.id"], name=op.f("fk_submission_submitted_by")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_human"], ["human.id"], name=op.f("fk_submission_submitted_by_human")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("application_id", name=op.f("uq_submission_application_id")),
    )
    op.create_table(
        "limit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("reserve_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reserve') = (reserve_id IS NULL)", name=op.f("ck_limit_entry_settles")
        ),
        sa.CheckConstraint(
            "kind IN ('reserve', 'use', 'give_back')", name=op.f("ck_limit_entry_kind")
        ),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_limit_entry_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_limit_entry_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_limit_entry_delegation_id")
        ),
        sa.ForeignKeyConstraint(
            ["reserve_id"], ["limit_entry.id"], name=op.f("fk_limit_entry_reserve_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_entry")),
        sa.UniqueConstraint("reserve_id", "kind", name=op.f("uq_limit_entry_reserve_id_kind")),
    )
    op.create_index(
        "ix_limit_entry_delegation_id_period",
        "limit_entry",
        ["delegation_id", "period"],
        unique=False,
    )
    op.create_index("ix_limit_entry_subject_id", "limit_entry", ["subject_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for table, key in APPEND_ONLY:
        for statement in guard_statements(table, key, dialect):
            op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_limit_entry_subject_id", table_name="limit_entry")
    op.drop_index("ix_limit_entry_delegation_id_period", table_name="limit_entry")

    op.drop_table("limit_entry")
    op.drop_table("submission")
    op.drop_index("ix_kept_text_application_id", table_name="kept_text")

    op.drop_table("kept_text")
    op.drop_index("ix_delegation_person_id_id", table_name="delegation")
    op.drop_index("ix_delegation_organisation_id_id", table_name="delegation")
    op.drop_index("ix_delegation_holder_human_id", table_name="delegation")
    op.drop_index("ix_delegation_holder_account_id", table_name="delegation")

    op.drop_table("delegation")
    op.drop_index("ix_consent_code_request_id", table_name="consent_code")
    op.drop_index("ix_consent_code_person_id_sent_at", table_name="consent_code")

    op.drop_table("consent_code")
    op.drop_table("answer_page")
    op.drop_index("ix_training_membership_id", table_name="training")

    op.drop_table("training")
    op.drop_index(
        "ix_task_person_id",
        table_name="task",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(
        "ix_task_due",
        table_name="task",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index("ix_task_case_id_id", table_name="task")

    op.drop_table("task")
    op.drop_index(
        "uq_role_grant_live",
        table_name="role_grant",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_role_grant_organisation_id_role", table_name="role_grant")
    op.drop_index("ix_role_grant_membership_id", table_name="role_grant")

    op.drop_table("role_grant")
    op.drop_index("ix_record_of_help_person_id_organisation_id_id", table_name="record_of_help")
    op.drop_index("ix_record_of_help_case_id_id", table_name="record_of_help")

    op.drop_table("record_of_help")
    op.drop_index("ix_note_case_id_id", table_name="note")

    op.drop_table("note")
    op.drop_index("ix_membership_site_site_id", table_name="membership_site")

    op.drop_table("membership_site")
    op.drop_index("ix_consent_request_person_id", table_name="consent_request")

    op.drop_table("consent_request")
    op.drop_index("ix_consent_visit_id", table_name="consent")
    op.drop_index("ix_consent_person_id_id", table_name="consent")
    op.drop_index("ix_consent_organisation_id_id", table_name="consent")
    op.drop_index("ix_consent_case_id", table_name="consent")

    op.drop_table("consent")
    op.drop_index("ix_background_check_membership_id", table_name="background_check")

    op.drop_table("background_check")
    op.drop_index(
        "uq_application_draft",
        table_name="application",
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index("ix_application_person_id_organisation_id_id", table_name="application")
    op.drop_index(
        "ix_application_open",
        table_name="application",
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index("ix_application_case_id_id", table_name="application")

    op.drop_table("application")
    op.drop_index(
        "ix_waiting_person_called",
        table_name="waiting_person",
        sqlite_where=sa.text("called IS NOT NULL"),
        postgresql_where=sa.text("called IS NOT NULL"),
    )
    op.drop_index("ix_waiting_person_arrived", table_name="waiting_person")

    op.drop_table("waiting_person")
    op.drop_index(
        "uq_visit_open",
        table_name="visit",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_visit_person_id_id", table_name="visit")
    op.drop_index("ix_visit_organisation_id_visited_on", table_name="visit")

    op.drop_table("visit")
    op.drop_index("ix_sign_in_seen_at", table_name="sign_in")
    op.drop_index("ix_sign_in_account_id_ended_at", table_name="sign_in")

    op.drop_table("sign_in")
    op.drop_index("ix_recovery_closed_at_id", table_name="recovery")
    op.drop_index("ix_recovery_account_id", table_name="recovery")

    op.drop_table("recovery")
    op.drop_index("ix_person_name_key_person_id", table_name="person_name_key")

    op.drop_table("person_name_key")
    op.drop_index("ix_one_time_code_account_id_kind", table_name="one_time_code")

    op.drop_table("one_time_code")
    op.drop_index(
        "uq_membership_open",
        table_name="membership",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_membership_organisation_id_id", table_name="membership")
    op.drop_index("ix_membership_human_id", table_name="membership")

    op.drop_table("membership")
    op.drop_index("ix_look_reason_search_id", table_name="look_reason")
    op.drop_index("ix_look_reason_person_id", table_name="look_reason")
    op.drop_index("ix_look_reason_account_id_person_id_good_until", table_name="look_reason")

    op.drop_table("look_reason")
    op.drop_index("ix_kept_form_expires_at", table_name="kept_form")
    op.drop_index("ix_kept_form_account_id", table_name="kept_form")

    op.drop_table("kept_form")
    op.drop_index("ix_invitation_account_id", table_name="invitation")

    op.drop_table("invitation")
    op.drop_index("ix_identity_evidence_person_id", table_name="identity_evidence")

    op.drop_table("identity_evidence")
    op.drop_index("ix_factor_account_id", table_name="factor")

    op.drop_table("factor")
    op.drop_index("ix_declared_interest_person_reference", table_name="declared_interest")
    op.drop_index("ix_declared_interest_human_id", table_name="declared_interest")
    op.drop_index("ix_declared_interest_fingerprint", table_name="declared_interest")

    op.drop_table("declared_interest")
    op.drop_index("ix_contact_point_replaces_id", table_name="contact_point")
    op.drop_index("ix_contact_point_person_id_ended_at", table_name="contact_point")
    op.drop_index("ix_contact_point_fingerprint", table_name="contact_point")

    op.drop_table("contact_point")
    op.drop_index("ix_case_person_id_organisation_id", table_name="case")
    op.drop_index(
        "ix_case_open",
        table_name="case",
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.drop_index(
        "ix_case_keep_date_by",
        table_name="case",
        sqlite_where=sa.text("state <> 'closed' AND claim_sent_on IS NULL"),
        postgresql_where=sa.text("state <> 'closed' AND claim_sent_on IS NULL"),
    )
    op.drop_index(
        "ix_case_assigned",
        table_name="case",
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )

    op.drop_table("case")
    op.drop_index("ix_site_organisation_id", table_name="site")

    op.drop_table("site")
    op.drop_table("service")
    op.drop_index("ix_person_postcode_fingerprint", table_name="person")
    op.drop_index("ix_person_nino_fingerprint", table_name="person")
    op.drop_index("ix_person_name_key", table_name="person")
    op.drop_index("ix_person_human_id", table_name="person")
    op.drop_index("ix_person_created_by_human_id", table_name="person")
    op.drop_index("ix_person_birth_year_birth_month_birth_day", table_name="person")

    op.drop_table("person")
    op.drop_index("ix_pending_act_draw_pending_act_id", table_name="pending_act_draw")
    op.drop_index("ix_pending_act_draw_account_id_id", table_name="pending_act_draw")

    op.drop_table("pending_act_draw")
    op.drop_index("ix_notice_entry_notice_id", table_name="notice_entry")

    op.drop_table("notice_entry")
    op.drop_index(
        "uq_audit_remit_live",
        table_name="audit_remit",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_audit_remit_audited_organisation_id", table_name="audit_remit")

    op.drop_table("audit_remit")
    op.drop_index("ix_account_human_id", table_name="account")

    op.drop_table("account")
    op.drop_table("statement")
    op.drop_index("ix_request_key_claimed_at", table_name="request_key")

    op.drop_table("request_key")
    op.drop_index("ix_person_search_account_id_searched_at", table_name="person_search")

    op.drop_table("person_search")
    op.drop_index(
        "uq_pending_act_waiting",
        table_name="pending_act",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index("ix_pending_act_state_due_at", table_name="pending_act")
    op.drop_index("ix_pending_act_person_id", table_name="pending_act")
    op.drop_index("ix_pending_act_organisation_id_id", table_name="pending_act")
    op.drop_index("ix_pending_act_human_id_id", table_name="pending_act")
    op.drop_index("ix_pending_act_drawn_account_id_state_due_at", table_name="pending_act")

    op.drop_table("pending_act")
    op.drop_index("ix_organisation_name_key_id", table_name="organisation")

    op.drop_table("organisation")
    op.drop_index(
        "uq_notice_open_digest",
        table_name="notice",
        sqlite_where=sa.text("state = 'queued' AND digest_key IS NOT NULL"),
        postgresql_where=sa.text("state = 'queued' AND digest_key IS NOT NULL"),
    )
    op.drop_index("ix_notice_visit_id", table_name="notice")
    op.drop_index("ix_notice_state_due_at", table_name="notice")
    op.drop_index("ix_notice_second_of", table_name="notice")
    op.drop_index("ix_notice_person_id_id", table_name="notice")
    op.drop_index("ix_notice_organisation_id_state_id", table_name="notice")
    op.drop_index("ix_notice_account_id", table_name="notice")

    op.drop_table("notice")
    op.drop_table("installation_key")
    op.drop_table("human")
    op.drop_table("form_definition")
    op.drop_table("data_key")
    op.drop_table("consent_policy")
    op.drop_table("audit_lane")
    op.drop_index("ix_audit_event_subject_id_id", table_name="audit_event")
    op.drop_index("ix_audit_event_person_id_id", table_name="audit_event")
    op.drop_index("ix_audit_event_organisation_id_id", table_name="audit_event")
    op.drop_index("ix_audit_event_action_id", table_name="audit_event")
    op.drop_index("ix_audit_event_account_id_id", table_name="audit_event")

    op.drop_table("audit_event")
    op.drop_index("ix_audit_detail_sealed_for", table_name="audit_detail")

    op.drop_table("audit_detail")
    op.drop_index("ix_attempt_window_started_at", table_name="attempt")

    op.drop_table("attempt")
    if op.get_bind().dialect.name == "postgresql":
        for table, _key in APPEND_ONLY:
            for statement in unguard_statements(table, "postgresql")[2:]:
                op.execute(statement)
