"""Alembic's environment: runs inside the transaction that ``storage.migrate`` has opened."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage import schema
from storage.tables.core import UtcTime


def render(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 - Alembic's
    """Write our column type as what it is in the database: migrations must not change when our code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
    render_item=render,
    transactional_ddl=False,
)
context.run_migrations()
