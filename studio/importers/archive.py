"""The files in an EPUB or a DOCX, read within bounds.

Is: members of a zip by name, and XML with everything active switched off.
Is not: an extractor: nothing is written to the disk, so a member's name cannot lead anywhere.
"""

import stat
import zipfile
import zlib
from pathlib import Path
from types import TracebackType

from lxml import etree

from studio.errors import ImportFailed
from studio.importers import limits


class BookArchive:
    """An open EPUB or DOCX. Not thread-safe; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            ImportFailed: it does not exist, is no zip, or is larger than any book.
        """
        self.name = path.name
        if not path.is_file():
            raise ImportFailed(f"There is no file {path}.")
        if path.stat().st_size > limits.MAX_BOOK_BYTES:
            raise ImportFailed(f"{self.name} is larger than any book that can be read here.")
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            kind = path.suffix.lstrip(".").upper()
            raise ImportFailed(
                f"{self.name} is no {kind}: it is no zip file. Save it again as {kind}, "
                "or choose another file."
            ) from error
        self._unpacked = 0
        if len(self._zip.infolist()) > limits.MAX_MEMBERS:
            self._zip.close()
            raise ImportFailed(f"{self.name} holds more files than any book.")

    def read(self, member: str) -> bytes:
        """Unpack one member.

        Raises:
            ImportFailed: it is missing, damaged, encrypted, or unpacks to too much.
        """
        self._refuse_disguised(member)
        try:
            with self._zip.open(member) as file:
                # One byte more than allowed shows a lie in the declared size.
                content = file.read(limits.MAX_MEMBER_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
            raise ImportFailed(self._damaged(f"is damaged or encrypted at {member}")) from error
        self._unpacked += len(content)
        if len(content) > limits.MAX_MEMBER_BYTES or self._unpacked > limits.MAX_UNPACKED_BYTES:
            raise ImportFailed(f"{self.name} unpacks to more text than any book holds.")
        return content

    def _damaged(self, what: str) -> str:
        return f"{self.name} {what}. Get it or save it once more, or choose another file."

    def names(self) -> list[str]:
        """Every member's name, as the archive lists them."""
        return self._zip.namelist()

    def _refuse_disguised(self, member: str) -> None:
        """Links and rare compressions have no place in a book."""
        try:
            info = self._zip.getinfo(member)
        except KeyError as error:
            raise ImportFailed(self._damaged(f"is incomplete: {member} is missing")) from error
        plain = info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        if stat.S_ISLNK(info.external_attr >> 16) or not plain:
            raise ImportFailed(f"{self.name} is no real book: {member} is not a plain file.")

    def read_xml(self, member: str) -> etree._Element:
        """Parse one member; entities, DTDs and the network are switched off.

        Raises:
            ImportFailed: it is missing or no XML.
        """
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
        )
        try:
            return etree.fromstring(self.read(member), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise ImportFailed(self._damaged(f"is damaged: {member} is no XML")) from error

    def __enter__(self) -> "BookArchive":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()
