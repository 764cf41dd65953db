"""Each day of a signed list by itself, with its counts.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COUNTS = ("notices", "void", "alone", "digests", "unreachable")


def upgrade() -> None:
    """A page of an armed year reads only the days it shows; a list signed before is cut into days as it is read."""
    op.create_table(
        "simulation_day",
        sa.Column("simulation_id", sa.Integer(), sa.ForeignKey("simulation.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("simulation_id", "day"),
    )  # fmt: skip


def downgrade() -> None:
    """The days are cut out of the list again when they are asked for."""
    op.drop_table("simulation_day")
