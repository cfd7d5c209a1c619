"""Fetching weights from the hub: the one place that asks the network for them."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from embedcurate.errors import WeightsError
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.weights import Weights, hub, sha256_of

__all__ = ["pull"]

_CHUNK = 1 << 20  # bytes between two reports, at each of which one can cancel
_TIMEOUT_S = 10.0


def pull(weights: Sequence[Weights], progress: Progress = ignore) -> None:
    """Fetch what is missing of `weights` from the hub; `progress` counts bytes.

    A connection that breaks is taken up again where it broke, up to five times without a byte
    between. Raises `WeightsError` if that does not help, if there is no hub or no such file, if the
    disk has no room, or if what came is not what the hub has. A file is there whole or not at all,
    also if `progress` cancels.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    # The hub's own transfer tells of its progress late and can't be cancelled.
    with hub(HF_HUB_OFFLINE=False, HF_HUB_DISABLE_XET=True, DOWNLOAD_CHUNK_SIZE=_CHUNK):
        # Of a model that lacks a file all are looked at, so that they are of one version.
        wanted = [(one, file) for one in weights if one.missing for file in one.files]
        sizes = []
        for one, file in wanted:
            progress(0, None, f"asking for {file}")
            with _in_words(one, file):
                asked = get_hf_file_metadata(hf_hub_url(one.repo, file), timeout=_TIMEOUT_S)
            sizes.append((asked.size or 0) if one.path(file) is None else 0)
        _check_room(sum(sizes))
        done, total = 0, sum(sizes)
        for (one, file), size in zip(wanted, sizes, strict=True):
            _fetch(one, file, _counting(progress, done, total, file))
            done += size


def _counting(progress: Progress, before: int, total: int, file: str) -> Callable[[int], None]:
    done = before

    def count(size: int) -> None:
        nonlocal done
        done += size
        progress(done, total, f"fetching {file}")

    return count


def _fetch(weights: Weights, file: str, count: Callable[[int], None]) -> None:
    from huggingface_hub import hf_hub_download

    class Counting:
        """As much of a progress bar of tqdm as the hub's library uses."""

        def __init__(self, **shown: object) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def update(self, n: int) -> None:
            count(n)

    bar: Any = Counting
    with _in_words(weights, file):
        path = Path(hf_hub_download(weights.repo, file, tqdm_class=bar))
    promised = sha256_of(path)
    if promised is not None:
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != promised:
            path.resolve().unlink()
            path.unlink(missing_ok=True)
            raise WeightsError(
                f"What came as '{file}' is not what '{weights.repo}' has: its checksum differs. "
                "It was deleted; pull it again."
            )


def _check_room(size_bytes: int) -> None:
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < size_bytes:
        raise WeightsError(
            f"The files take {size_bytes / 1e6:,.0f} MB, and the disk of '{folder}' has "
            f"{free / 1e6:,.0f} MB free. Make room, or set HF_HOME to a folder on another disk."
        )


@contextmanager
def _in_words(weights: Weights, file: str) -> Iterator[None]:
    from huggingface_hub import constants, errors

    page = f"{constants.ENDPOINT}/{weights.repo}"
    # The exceptions of its HTTP library, whichever version that is.
    broken: Any = errors.HTTPError  # type: ignore[attr-defined]
    try:
        yield
    except errors.GatedRepoError as error:
        raise WeightsError(
            f"'{weights.repo}' is given only to those who agree to its terms. Agree at {page}, "
            "then log in with: hf auth login"
        ) from error
    except (errors.RepositoryNotFoundError, errors.EntryNotFoundError) as error:
        if isinstance(error, errors.LocalEntryNotFoundError):
            raise WeightsError(_no_hub(weights, file, page)) from error
        raise WeightsError(
            f"The hub has no file '{file}' of '{weights.repo}'. Look at {page} for its name."
        ) from error
    except errors.HfHubHTTPError as error:
        code = error.response.status_code
        raise WeightsError(
            f"The hub answered with code {code} when asked for '{file}' of '{weights.repo}'. Try "
            "again later."
        ) from error
    except (broken, OSError) as error:
        raise WeightsError(_no_hub(weights, file, page)) from error


def _no_hub(weights: Weights, file: str, page: str) -> str:
    from huggingface_hub import constants

    return (
        f"'{file}' of '{weights.repo}' could not be fetched from {constants.ENDPOINT}: there is no "
        "connection, or it broke. Try again; or, on a machine that has one, run: "
        f"hf download {weights.repo} {' '.join(weights.files)} - and copy its folder "
        f"'models--{weights.repo.replace('/', '--')}' into '{constants.HF_HUB_CACHE}' here."
    )
