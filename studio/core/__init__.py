"""The pure core: scripts, plans, checks and timelines.

Is: rules on values. Is not: allowed to do I/O, read a clock, draw chances or import a framework;
a test enforces it.
"""
