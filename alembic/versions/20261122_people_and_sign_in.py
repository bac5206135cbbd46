"""How an account signs in, and what is remembered of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261122people"
down_revision: str | None = "20261122directory"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CREDENTIAL = "ck_user_account_credential"


def upgrade() -> None:
    op.create_table(
        "past_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_past_password_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_past_password_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_password")),
    )
    with op.batch_alter_table("past_password") as batch:
        batch.create_index(op.f("ix_past_password_user_id"), ["user_id"])

    with op.batch_alter_table("user_account") as batch:
        batch.add_column(sa.Column("credential", sa.String(32), nullable=False, server_default="password"))
        batch.add_column(sa.Column("subject", sa.String(), nullable=True))
        batch.add_column(sa.Column("external_id", sa.String(), nullable=True))
        batch.add_column(sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("totp_secret", sa.String(), nullable=True))
        batch.add_column(sa.Column("totp_step", sa.Integer(), nullable=True))
        batch.create_unique_constraint(
            op.f("uq_user_account_jurisdiction_id_external_id"), ["jurisdiction_id", "external_id"]
        )
        batch.create_unique_constraint(op.f("uq_user_account_subject"), ["subject"])
        batch.create_check_constraint(op.f(CREDENTIAL), "credential IN ('password', 'ldap', 'oidc')")

    op.add_column("api_token", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "login_failure", sa.Column("was_checked", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("login_session", sa.Column("agent", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "login_session", sa.Column("is_pending", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    for table, column in (
        ("login_session", "is_pending"),
        ("login_session", "agent"),
        ("login_failure", "was_checked"),
        ("api_token", "expires_at"),
    ):
        op.drop_column(table, column)
    with op.batch_alter_table("user_account") as batch:
        batch.drop_constraint(op.f(CREDENTIAL), type_="check")
        batch.drop_constraint(op.f("uq_user_account_subject"), type_="unique")
        batch.drop_constraint(op.f("uq_user_account_jurisdiction_id_external_id"), type_="unique")
        for column in (
            "totp_step",
            "totp_secret",
            "password_changed_at",
            "external_id",
            "subject",
            "credential",
        ):
            batch.drop_column(column)
    op.drop_table("past_password")
