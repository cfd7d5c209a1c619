"""What stays between requests, and what a request brings."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from embedcurate.errors import QueryError
from embedcurate.items import Modality
from embedcurate.progress import Progress

if TYPE_CHECKING:
    from embedcurate.bridging import Move

__all__ = ["PATIENCE_S", "Arguments", "Document", "Verb", "Worker", "modalities"]

PATIENCE_S = 2.0
"""How long a change by the user waits for a job that stores what it found."""

Document: TypeAlias = dict[str, Any]
Verb: TypeAlias = Callable[["Worker", "Arguments", Progress], Document]


class Arguments(dict[str, Any]):
    """A request's arguments; one that is needed and lacks is an error in words."""

    def __missing__(self, name: str) -> Any:
        raise QueryError(f"The argument '{name}' is missing.")

    def given(self, *names: str, **readers: Callable[[Any], Any]) -> dict[str, Any]:
        """Return those that were given: of `names` as they are, of `readers` as these read them."""
        return {
            **{name: self[name] for name in names if name in self},
            **{name: self.read(name, read) for name, read in readers.items() if name in self},
        }

    def ids(self) -> list[str] | None:
        """Return `ids`: a list, or so many that they came in a file, 32 bytes each, now removed."""
        told = self.get("ids")
        if not isinstance(told, dict):
            return told
        import numpy as np

        path = Path(told["file"])
        found: list[str] = np.fromfile(path, "S32").astype(str).tolist()
        path.unlink()
        return found

    def read(self, name: str, read: Callable[[Any], Any]) -> Any:
        """Return an argument as `read` reads it; raise `QueryError` if it can't."""
        value = self[name]
        try:
            return read(value)
        except (TypeError, ValueError) as error:
            raise QueryError(f"The argument '{name}' can't be {value!r}.") from error


class Worker:
    """The collections and spaces that stay open between requests.

    `planned` is the move that was planned last: it holds what was encoded for it.
    """

    def __init__(self) -> None:
        self.planned: Move | None = None
        self._searchers: dict[Path, Any] = {}
        self._browsers: dict[Path, Any] = {}

    def collection(self, arguments: Arguments) -> Any:
        """Return the collection that a request names."""
        from embedcurate.collection import Collection

        return Collection.open(Path(arguments["collection"]))

    def browser(self, path: Path) -> Any:
        """Return the browser of the collection at `path`, opened once."""
        from embedcurate.browsing import Browser
        from embedcurate.collection import Collection

        collection = Collection.open(path)  # says so if it is gone
        known = self._browsers.get(path)
        if known is None or known.collection.settings.created != collection.settings.created:
            self._browsers[path] = Browser(collection)
        return self._browsers[path]

    def searcher(self, path: Path) -> Any:
        """Return the searcher of the collection at `path`, opened once."""
        from embedcurate.collection import Collection
        from embedcurate.search import Searcher

        if path not in self._searchers:
            self._searchers[path] = Searcher(Collection.open(path))
        return self._searchers[path]


def modalities(names: list[str]) -> frozenset[Modality]:
    """Return the modalities of a list of names."""
    return frozenset(map(Modality, names))
