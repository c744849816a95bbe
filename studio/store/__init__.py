"""The workspace database: voices, takes and jobs in SQLite.

Is: functions that take and give the core's dataclasses, each one transaction.
Is not: a place that other packages reach into; rows and sessions stay here.
"""
