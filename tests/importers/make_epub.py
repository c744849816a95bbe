"""Small EPUBs for the tests, honest and hostile, in the markup of real ones.

Is: a builder. Is not: a test.
"""

import zipfile
from pathlib import Path

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="epub/content.opf"/></'
    "rootfiles></container>"
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A Play</dc:title>'
    "<dc:creator>A. Writer</dc:creator></metadata><manifest>{items}</manifest>"
    "<spine>{spine}</spine></package>"
)
HEAD = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
    "<head><title>not spoken</title></head>"
)


def row(speaker: str, speech: str) -> str:
    """A speech as Standard Ebooks marks it up; without a speaker, a stage direction."""
    cell = f'<td epub:type="z3998:persona">{speaker}</td>' if speaker else "<td/>"
    return f"<tr>{cell}<td>{speech}</td></tr>"


def direction(text: str) -> str:
    return f'<i epub:type="z3998:stage-direction">{text}</i>'


def play_page(title: str, *rows: str) -> str:
    return (
        f'{HEAD}<body epub:type="bodymatter z3998:drama"><h2>{title}</h2>'
        f"<p>Scene: a room.</p><table><tbody>{''.join(rows)}</tbody></table></body></html>"
    )


def page(types: str, content: str) -> str:
    return f'{HEAD}<body epub:type="{types}">{content}</body></html>'


def make_epub(path: Path, *pages: str, members: dict[str, bytes] | None = None) -> Path:
    """Write an EPUB with these pages; `members` replace or add files."""
    names = [f"text/page%20{number}.xhtml" for number in range(len(pages))]
    items = "".join(f'<item id="p{n}" href="{name}"/>' for n, name in enumerate(names))
    spine = "".join(f'<itemref idref="p{n}"/>' for n in range(len(pages)))
    files = {
        "META-INF/container.xml": CONTAINER.encode(),
        "epub/content.opf": PACKAGE.format(items=items, spine=spine).encode(),
    }
    for name, content in zip(names, pages, strict=True):
        files[f"epub/{name.replace('%20', ' ')}"] = content.encode()
    files.update(members or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
