"""Files of weights that are fetched once and then lie in Hugging Face's cache on this machine."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Weights"]


@dataclass(frozen=True, slots=True)
class Weights:
    """Some files of one repository of the hub: what one model needs.

    `size_bytes` is about how much they take.
    """

    repo: str
    files: tuple[str, ...]
    licence: str
    size_bytes: int

    def path(self, file: str) -> Path | None:
        """Return where a file lies on this machine, or None; never asks the network."""
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(self.repo, file)
        return Path(found) if isinstance(found, str) else None

    @property
    def missing(self) -> list[str]:
        """The files that are not here."""
        return [file for file in self.files if self.path(file) is None]
