"""Named endpoints for programs: every operation of the services, as JSON, also as MCP tools.

Is: one file for each noun; its class has a method for each operation, called `<noun>_<method>`.
Is not: a second way to do anything: a method converts, calls one service, and converts back.
"""

from studio.ui.api.endpoints import add_endpoints, endpoints

__all__ = ["add_endpoints", "endpoints"]
