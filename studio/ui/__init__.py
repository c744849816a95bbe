"""The browser face of the studio: layout, wiring and markup, and nothing that decides.

A handler converts, calls one service and converts back. Every visible string is in `text`, every
piece of HTML is made in `markup`, where user text is escaped by construction.
"""
