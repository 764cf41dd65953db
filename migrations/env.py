"""What alembic runs: the revisions, on the connection that :mod:`migrations` hands over."""

from typing import Any

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import models


def _plain_type(kind: str, value: Any, _: Any) -> Any:
    """Revisions name SQLAlchemy's own types, so that they can be read and run without SQLModel."""
    if kind != "type":
        return False
    if isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(value, AutoString):
        return f"sa.String(length={value.length})" if value.length else "sa.String()"
    return False


assert models.__all__  # importing it has registered every table
connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run the revisions with: dondoc db upgrade")
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
