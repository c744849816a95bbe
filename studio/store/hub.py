"""The Hugging Face Hub, as far as one checkpoint at one commit needs it.

Is: the list of files with their checksums, and the bytes of a file from some position on; its
errors are plain sentences.
Is not: what keeps the bytes or tries again (`studio.services.model_download`).

- `hf_hub_download` of huggingface-hub 2.4 begins a file anew in every process, which is too much
  to lose of five gigabytes. So the bytes are asked for here, with the library's own client and
  login, and a `Range`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from httpx2 import HTTPError
from huggingface_hub import HfApi, get_session, get_token, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from studio.errors import DownloadFailed

PIECE_BYTES = 2**20
TIMEOUT_SECONDS = 20.0
LOG_IN = (
    "Open {page}, log in and accept its conditions there; then give Tableread your token: run "
    "`hf auth login`, or set HF_TOKEN, and start it again."
)


class ConnectionBroke(Exception):
    """The network or the Hub failed in a way that may pass."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file at a commit.

    Args:
        sha256: of its content, where the Hub keeps it as a large file; else empty.
        blob_id: git's own SHA-1 of its content, where it is not large.
    """

    name: str
    n_bytes: int
    sha256: str
    blob_id: str


class HubRepository:
    """A repository at one commit. Thread-safe.

    Args:
        endpoint: of the Hub; None: $HF_ENDPOINT, or the public one.
    """

    def __init__(self, repository: str, revision: str, endpoint: str | None = None) -> None:
        self._repository = repository
        self._revision = revision
        self._endpoint = endpoint
        self._page = f"https://huggingface.co/{repository}"

    def files(self) -> tuple[HubFile, ...]:
        """Every file of the commit.

        Raises:
            DownloadFailed: it cannot be had, or is another commit than was asked for.
            ConnectionBroke: try again.
        """
        with self._plainly():
            info = HfApi(endpoint=self._endpoint).model_info(
                self._repository, revision=self._revision, files_metadata=True,
                timeout=TIMEOUT_SECONDS,
            )  # fmt: skip
        if info.sha != self._revision:
            raise DownloadFailed(
                f"The Hub offers commit {info.sha} of {self._repository} instead of the one that "
                f"Tableread was made for, {self._revision}. Nothing was downloaded."
            )
        return tuple(
            HubFile(
                file.rfilename, file.size or 0,
                file.lfs.sha256 if file.lfs else "", file.blob_id or "",
            )
            for file in info.siblings or ()
        )  # fmt: skip

    @contextmanager
    def read(self, name: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Open a file from a position on.

        Yields where it really begins, which is 0 if the server does not resume, and the bytes.

        Raises:
            DownloadFailed: it cannot be had.
            ConnectionBroke: try again, from where it broke.
        """
        url = hf_hub_url(self._repository, name, revision=self._revision, endpoint=self._endpoint)
        with (
            self._plainly(),
            get_session().stream(
                "GET", url, headers=_headers(start), timeout=TIMEOUT_SECONDS
            ) as answer,
        ):
            hf_raise_for_status(answer)
            begins = start if answer.status_code == 206 else 0
            yield begins, answer.iter_bytes(PIECE_BYTES)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except OfflineModeIsEnabled as error:
            raise DownloadFailed(
                "Downloads are switched off by HF_HUB_OFFLINE. Unset it, and start Tableread again."
            ) from error
        except (RevisionNotFoundError, EntryNotFoundError) as error:
            raise DownloadFailed(
                f"The Hub does not have what Tableread was made for any more: {self._repository} "
                f"at {self._revision}. Look for a newer Tableread."
            ) from error
        except RepositoryNotFoundError as error:  # a gated one is one of these, too
            raise DownloadFailed(self._who_are_you()) from error
        except HfHubHTTPError as error:
            raise self._refused(error) from error
        except HTTPError as error:
            raise ConnectionBroke(str(error) or type(error).__name__) from error

    def _refused(self, error: HfHubHTTPError) -> Exception:
        status = error.response.status_code
        if status in (401, 403):
            return DownloadFailed(self._who_are_you())
        if status in (408, 416, 429) or status >= 500:
            return ConnectionBroke(f"the Hub answered {status}")
        return DownloadFailed(
            f"The Hub refused {self._repository} with status {status}. Try again later."
        )

    def _who_are_you(self) -> str:
        advice = LOG_IN.format(page=self._page)
        return f"The Hub does not give {self._repository} to just anybody. {advice}"


def _headers(start: int) -> dict[str, str]:
    # Compressed, the length would be another and a position would mean nothing.
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    if token := get_token():  # the client drops it where the Hub sends elsewhere
        headers["Authorization"] = f"Bearer {token}"
    return headers
