"""Brings a database to the version this code knows.

Is: all missing steps in the caller's one transaction: killed half-way, the old version is there.
Is not: a backup (`studio.store.backup`), and there is no way down: the way back is the backup.

- The version is in `user_version` for every Tableread ever released to read, and in Alembic's own
  table. A database with `user_version` 1 and no such table is from before Alembic: it is adopted.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from studio.errors import Damaged

FIRST = "0001"


def migrate(connection: Connection, version: int) -> None:
    """Take every missing step. Foreign keys must be off; they are checked at the end.

    Args:
        connection: in a transaction, which the caller commits.
        version: the `user_version` found; 0: an empty file.

    Raises:
        Damaged: rows point nowhere, before or after.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    if version and not connection.dialect.has_table(connection, "alembic_version"):
        command.stamp(config, FIRST)
    command.upgrade(config, "head")
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise Damaged(
            f"{len(broken)} rows of the workspace database point to rows that are gone, the first "
            f"in the table {broken[0][0]}. Run: python app.py check --repair"
        )
