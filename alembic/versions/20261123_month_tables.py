"""Tables of the month: drafts, evidence, comments, applications, urging, notices, snapshots."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261123month"
down_revision: str | None = "20261122named"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_calendar_day_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("jurisdiction_id", "day", name=op.f("uq_calendar_day_jurisdiction_id_day")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("official_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "supervision",
                "liaison",
                "lead_official",
                "administrator",
                "auditor",
                name="notice_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(department_id IS NOT NULL AND official_id IS NULL AND role IS NULL) OR (department_id IS NULL AND official_id IS NOT NULL AND role IS NULL) OR (department_id IS NULL AND official_id IS NULL AND role IS NOT NULL)",
            name=op.f("ck_notice_for_somebody"),
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_notice_department_id")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_notice_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_notice_official_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice") as batch:
        batch.create_index(batch.f("ix_notice_department_id"), ["department_id"], unique=False)
        batch.create_index("ix_notice_jurisdiction_id_id", ["jurisdiction_id", "id"], unique=False)

    op.create_table(
        "period_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_period_snapshot_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_period_snapshot_period_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_snapshot")),
        sa.UniqueConstraint("period_id", name=op.f("uq_period_snapshot_period_id")),
    )
    op.create_table(
        "urging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("department_name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_ids", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_urging_department_id")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_urging_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["reporting_period.id"], name=op.f("fk_urging_period_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_urging_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urging")),
        sa.UniqueConstraint(
            "jurisdiction_id", "year", "number", name=op.f("uq_urging_jurisdiction_id_year_number")
        ),
    )
    with op.batch_alter_table("urging") as batch:
        batch.create_index(batch.f("ix_urging_department_id"), ["department_id"], unique=False)
        batch.create_index(batch.f("ix_urging_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("department_name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "extension",
                "completion",
                "suspension",
                name="application_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "verified",
                "approved",
                "refused",
                "withdrawn",
                name="application_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("due_on_before", sa.Date(), nullable=False),
        sa.Column("due_on_wanted", sa.Date(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_words", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'extension') = (due_on_wanted IS NOT NULL)",
            name=op.f("ck_application_extension_has_date"),
        ),
        sa.CheckConstraint(
            "state <> 'verified' OR kind = 'completion'",
            name=op.f("ck_application_only_completion_is_verified"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_application_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_application_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_application_plan_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_application_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    with op.batch_alter_table("application") as batch:
        batch.create_index(batch.f("ix_application_plan_id"), ["plan_id"], unique=False)
        batch.create_index(batch.f("ix_application_task_id"), ["task_id"], unique=False)
        batch.create_index(
            "uq_application_open",
            ["task_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state IN ('pending', 'verified')"),
            postgresql_where=sa.text("state IN ('pending', 'verified')"),
        )

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("department_name", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_attachment_department_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_attachment_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["reporting_period.id"], name=op.f("fk_attachment_period_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_attachment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment") as batch:
        batch.create_index(batch.f("ix_attachment_period_id"), ["period_id"], unique=False)
        batch.create_index("ix_attachment_task_id_period_id", ["task_id", "period_id"], unique=False)

    op.create_table(
        "contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("department_name", sa.String(), nullable=False),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_contribution_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_contribution_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_contribution_period_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_contribution_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint(
            "task_id",
            "period_id",
            "department_id",
            name=op.f("uq_contribution_task_id_period_id_department_id"),
        ),
    )
    with op.batch_alter_table("contribution") as batch:
        batch.create_index(batch.f("ix_contribution_department_id"), ["department_id"], unique=False)
        batch.create_index(batch.f("ix_contribution_period_id"), ["period_id"], unique=False)

    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.CheckConstraint("target > 0", name=op.f("ck_indicator_target_counts")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_indicator_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_indicator_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("task_id", name=op.f("uq_indicator_task_id")),
    )
    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("completion", sa.String(), nullable=False),
        sa.Column("actual", sa.String(), nullable=False),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("problems", sa.String(), nullable=False),
        sa.Column("next_steps", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_report_draft_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_report_draft_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_report_draft_period_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_report_draft_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint(
            "task_id",
            "period_id",
            "department_id",
            name=op.f("uq_report_draft_task_id_period_id_department_id"),
        ),
    )
    with op.batch_alter_table("report_draft") as batch:
        batch.create_index(batch.f("ix_report_draft_department_id"), ["department_id"], unique=False)
        batch.create_index(batch.f("ix_report_draft_period_id"), ["period_id"], unique=False)

    op.create_table(
        "task_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("department_name", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "agree", "change", name="comment_answer", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_adopted", sa.Boolean(), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer <> 'change' OR words <> ''", name=op.f("ck_task_comment_change_has_words")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_task_comment_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_task_comment_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_task_comment_plan_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_comment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_comment")),
        sa.UniqueConstraint(
            "task_id", "department_id", "round", name=op.f("uq_task_comment_task_id_department_id_round")
        ),
    )
    with op.batch_alter_table("task_comment") as batch:
        batch.create_index(batch.f("ix_task_comment_department_id"), ["department_id"], unique=False)
        batch.create_index(batch.f("ix_task_comment_plan_id"), ["plan_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task_comment") as batch:
        batch.drop_index(batch.f("ix_task_comment_plan_id"))
        batch.drop_index(batch.f("ix_task_comment_department_id"))

    op.drop_table("task_comment")
    with op.batch_alter_table("report_draft") as batch:
        batch.drop_index(batch.f("ix_report_draft_period_id"))
        batch.drop_index(batch.f("ix_report_draft_department_id"))

    op.drop_table("report_draft")
    op.drop_table("indicator")
    with op.batch_alter_table("contribution") as batch:
        batch.drop_index(batch.f("ix_contribution_period_id"))
        batch.drop_index(batch.f("ix_contribution_department_id"))

    op.drop_table("contribution")
    with op.batch_alter_table("attachment") as batch:
        batch.drop_index("ix_attachment_task_id_period_id")
        batch.drop_index(batch.f("ix_attachment_period_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("application") as batch:
        batch.drop_index(
            "uq_application_open",
            sqlite_where=sa.text("state IN ('pending', 'verified')"),
            postgresql_where=sa.text("state IN ('pending', 'verified')"),
        )
        batch.drop_index(batch.f("ix_application_task_id"))
        batch.drop_index(batch.f("ix_application_plan_id"))

    op.drop_table("application")
    with op.batch_alter_table("urging") as batch:
        batch.drop_index(batch.f("ix_urging_plan_id"))
        batch.drop_index(batch.f("ix_urging_department_id"))

    op.drop_table("urging")
    op.drop_table("period_snapshot")
    with op.batch_alter_table("notice") as batch:
        batch.drop_index("ix_notice_jurisdiction_id_id")
        batch.drop_index(batch.f("ix_notice_department_id"))

    op.drop_table("notice")
    op.drop_table("calendar_day")
