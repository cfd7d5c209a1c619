"""Files of weights that are fetched once and then lie in Hugging Face's cache on this machine.

Nothing here asks the network; `fetching` does.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Weights", "hub", "offline", "sha256_of"]

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Weights:
    """Some files of one repository of the hub: what one model needs.

    `size_bytes` is about how much they take; 0 if that is not known before they are fetched.
    """

    repo: str
    files: tuple[str, ...]
    licence: str
    size_bytes: int

    def path(self, file: str) -> Path | None:
        """Return where a file lies on this machine, or None; never asks the network."""
        from huggingface_hub import constants, try_to_load_from_cache

        found = try_to_load_from_cache(self.repo, file, cache_dir=constants.HF_HUB_CACHE)
        return Path(found) if isinstance(found, str) else None

    @property
    def missing(self) -> list[str]:
        """The files that are not here."""
        return [file for file in self.files if self.path(file) is None]

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate models --json` says of them."""
        here = {file: path for file in self.files if (path := self.path(file)) is not None}
        return {
            "repo": self.repo,
            "licence": self.licence,
            "size_bytes": self.size_bytes,
            "missing": self.missing,
            "files": [
                {
                    "file": file,
                    "path": str(path),
                    "size_bytes": path.stat().st_size,
                    "sha256": sha256_of(path),
                }
                for file, path in here.items()
            ],
        }

    def remove(self) -> int:
        """Delete the files from this machine, all versions of them; return how many bytes."""
        from huggingface_hub import constants, scan_cache_dir
        from huggingface_hub.errors import CacheNotFound

        freed = 0
        try:
            cached = scan_cache_dir(constants.HF_HUB_CACHE)
        except CacheNotFound:
            return 0
        for repo in cached.repos:
            if repo.repo_id != self.repo or repo.repo_type != "model":
                continue
            for revision in repo.revisions:
                for file in revision.files:
                    if file.file_path.relative_to(revision.snapshot_path).as_posix() in self.files:
                        file.file_path.unlink()
                        if file.blob_path.exists():
                            freed += file.blob_path.stat().st_size
                            file.blob_path.unlink()
            if not any(path.is_file() for path in (repo.repo_path / "snapshots").rglob("*")):
                shutil.rmtree(repo.repo_path)
        return freed


@contextmanager
def offline() -> Iterator[None]:
    """Keep libraries from asking the hub while the body runs, whatever the environment says."""
    with hub(HF_HUB_OFFLINE=True):
        yield


@contextmanager
def hub(**settings: object) -> Iterator[None]:
    """Give huggingface_hub other settings while the body runs: it reads them at each call."""
    from huggingface_hub import constants

    before = {name: getattr(constants, name) for name in settings}
    vars(constants).update(settings)
    try:
        yield
    finally:
        vars(constants).update(before)


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 that the hub gave for a file in its cache, or None for small ones."""
    name = path.resolve().name
    return name if _SHA256.fullmatch(name) else None
