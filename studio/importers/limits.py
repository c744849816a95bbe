"""The caps of every importer, in one place.

Is: numbers with units and reasons. Is not: settings; nothing a book needs comes near them.
"""

MAX_TEXT_BYTES = 5 * 2**20
"""A plain text file; the Bible has 4.5 MB."""

MAX_BOOK_BYTES = 200 * 2**20
"""A whole EPUB, pictures included."""

MAX_MEMBERS = 10_000
"""Files in an EPUB."""

MAX_MEMBER_BYTES = 20 * 2**20
"""One unpacked file of an EPUB; only text is unpacked."""

MAX_UNPACKED_BYTES = 100 * 2**20
"""All that is unpacked of one EPUB."""

MAX_DEPTH = 500
"""Nested elements of a page; real ones have fewer than 30, deeper ones are made to be slow."""
