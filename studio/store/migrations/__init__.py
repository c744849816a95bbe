"""The steps from one version of the workspace database to the next.

Is: Alembic steps, one file each under `versions`, and the call that takes them (`steps.migrate`).
Is not: imported unless a database is new or old; opening a current one costs nothing here.
"""
