"""Alembic's way in: runs the steps on the connection, and in the transaction, it is given.

Is: executed by Alembic. Is not: a command-line environment; there is no alembic.ini.
"""

from alembic import context

from studio.store.project_tables import ProjectRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=ProjectRow.metadata,
    render_as_batch=True,  # SQLite cannot alter most things; Alembic rebuilds the table instead
)
context.run_migrations()
