"""Books, plays and texts from files -> scripts.

Is: bounded readers for files of unknown origin.
Is not: lenient about brackets: what a source has in brackets is spoken, never direction, unless
the user asks for it.
"""
