"""Second factors, the provider's accounts, sessions as people see them, scopes of keys and coordinators, webhooks.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and name what keys made before may do."""
    _columns()
    _factors()
    _scopes()
    _hooks()


def _columns() -> None:
    op.add_column("web_session", sa.Column("seen_at", _MOMENT, nullable=True))
    op.add_column("web_session", sa.Column("how", sa.String(), nullable=False, server_default="password"))
    op.add_column("web_session", sa.Column("agent", sa.String(), nullable=False, server_default=""))
    op.add_column("access_key", sa.Column("scopes", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE access_key SET scopes = 'read evidence ledger' WHERE purpose = 'api'")
    op.execute(
        "UPDATE access_key SET scopes = 'read evidence ledger write' WHERE purpose = 'api' AND may_write"
    )


def _factors() -> None:
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "provider_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("issuer", "subject"),
    )


def _scopes() -> None:
    op.create_table(
        "plan_scope",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("person_id", "plan_id"),
    )
    op.create_table(
        "idempotent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "key"),
    )
    op.create_index(op.f("ix_idempotent_made_at"), "idempotent", ["made_at"], unique=False)


def _hooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("old_secret", sa.String(), nullable=False),
        sa.Column("old_until", _MOMENT, nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("disabled_at", _MOMENT, nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hook_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "owed", "retrying", "taken", "failed",
                name="hook_message_state", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _MOMENT, nullable=True),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("webhook_id", "seq"),
    )  # fmt: skip
    op.create_index(op.f("ix_hook_message_webhook_id"), "hook_message", ["webhook_id"], unique=False)
    op.create_index(
        "hook_message_waits", "hook_message", ["next_try_at"], unique=False,
        sqlite_where=sa.text("next_try_at IS NOT NULL"), postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    """Forget second factors, scopes and webhooks; people, keys and the ledger stay."""
    for table in (
        "hook_message", "webhook", "idempotent", "plan_scope", "provider_link", "recovery_code", "second_factor",
    ):  # fmt: skip
        op.drop_table(table)
    for table, names in {
        "web_session": ("seen_at", "how", "agent"),
        "access_key": ("scopes",),
    }.items():
        with op.batch_alter_table(table) as changed:
            for name in names:
                changed.drop_column(name)
