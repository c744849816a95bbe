"""The sections of the page, one module each: its layout and the wiring of its events.

Nothing is computed here. A section reaches another only through `studio.ui.shared`.
"""
