"""The bounce mailbox, addresses that bounce and were cleared, senders that were lost, escalations that wait.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_COLUMNS = (
    ("contact", "cleared_at", _MOMENT, None),
    ("person", "bounced_at", _MOMENT, None),
    ("person", "cleared_at", _MOMENT, None),
    ("notice", "losses", sa.Integer(), "0"),
    ("digest", "losses", sa.Integer(), "0"),
    ("assignment", "escalation_waits", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    """Make the columns and tables."""
    for table, name, kind, default in _COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("read_at", _MOMENT, nullable=False),
        sa.Column(
            "end",
            sa.Enum(
                "bounced", "delayed", "delivered", "automatic", "forwarded", "unknown", "other",
                name="bounce_end", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )  # fmt: skip
    op.create_table(
        "bounce_box",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Forget what came back; the ledger keeps it."""
    op.drop_table("bounce_box")
    op.drop_table("bounce")
    for table, name, _, _ in reversed(_COLUMNS):
        op.drop_column(table, name)
