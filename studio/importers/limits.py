"""The caps of every importer, in one place.

Is: numbers with units and reasons. Is not: settings; nothing a book needs comes near them.
"""

MAX_TEXT_BYTES = 5 * 2**20
"""A plain text, Markdown, Fountain or table file; the Bible has 4.5 MB."""

MAX_MARKDOWN_BYTES = 2 * 2**20
"""A Markdown file; its parser cannot be stopped, so it gets less than others."""

MAX_MARKDOWN_PARAGRAPH = 100_000
"""Characters between two blank lines of a Markdown file; the parser is quadratic in some signs."""

MAX_MARKDOWN_BRACKETS = 5_000
"""`[` between two blank lines; 100 000 of them take it five seconds, a million minutes."""

MAX_MARKDOWN_COLUMNS = 500
"""`|` in one line."""

MAX_BOOK_BYTES = 200 * 2**20
"""A whole EPUB, DOCX or PDF, pictures included."""

MAX_MEMBERS = 10_000
"""Files in an EPUB or a DOCX."""

MAX_MEMBER_BYTES = 20 * 2**20
"""One unpacked file of an EPUB or a DOCX, or an HTML file; only text is unpacked."""

MAX_UNPACKED_BYTES = 60 * 2**20
"""All that is unpacked of one EPUB or DOCX."""

MAX_DEPTH = 500
"""Nested elements of a page; real ones have fewer than 30, deeper ones are made to be slow."""

MAX_TAG_CHARACTERS = 2**20
"""A tag, comment or script that is not closed within this is none."""

FEED_CHARACTERS = 2**14
"""How much of a page is parsed between two looks at the clock."""

MAX_PARSE_SECONDS = 8.0
"""Processor time for all pages of a book; 700 pages take about one second."""

MAX_BOOK_CHARACTERS = 6_000_000
"""Text of a whole book; the Bible has 4.5 million, and a million takes about two seconds."""

MAX_BLOCKS = 500_000
"""Paragraphs of a book."""

MAX_PDF_PAGES = 5_000
"""Pages of a PDF."""

MAX_PDF_SECONDS = 60
"""Time that the process which reads a PDF may take, on the processor and on the clock."""

MAX_PDF_MEMORY_BYTES = 2**30
"""Address space of that process; PDFium maps more than it uses."""

MAX_PDF_TEXT_BYTES = 20 * 2**20
"""What that process may hand back."""
