"""Queries, recipes and exports that can't be followed."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from embedcurate.errors.base import EmbedcurateError

__all__ = [
    "ExportError",
    "QueryError",
    "RecipeError",
    "RecipeNeeds",
    "ResultMissing",
    "TargetExists",
    "UnknownFilter",
    "UnknownState",
]


class QueryError(EmbedcurateError):
    """The query can't be understood. `position` counts the characters before the trouble."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message + ("" if position is None else f" (At character {position + 1}.)"))
        self.position = position


class UnknownFilter(QueryError):
    """The query filters by a key that does not exist."""

    def __init__(self, key: str, known: Iterable[str], position: int | None = None) -> None:
        known = sorted(known)
        close = get_close_matches(key, known, n=1)
        hint = f"Did you mean '{close[0]}:'?" if close else f"Known: {', '.join(known)}."
        super().__init__(f"There is no filter '{key}:'. {hint}", position)
        self.key = key


class UnknownState(QueryError):
    """The query asks with ``is:`` for what neither embedcurate nor a plugin's check tells."""

    def __init__(self, state: str, known: Iterable[str]) -> None:
        known = list(known)
        close = get_close_matches(state.lower(), known, n=1)
        hint = f"Did you mean '{close[0]}'? " if close else ""
        super().__init__(f"'is:' does not know '{state}'. {hint}It takes {', '.join(known)}.")
        self.state = state


class ResultMissing(EmbedcurateError):
    """A filter or verb needs the result of an analysis that has not been run."""

    def __init__(self, what: str, command: str) -> None:
        super().__init__(f"This collection has no {what} yet. Run: embedcurate {command}")


class RecipeError(EmbedcurateError):
    """A recipe can't be read."""

    def __init__(self, name: Path | str, why: str) -> None:
        super().__init__(f"'{name}' can't be used as a recipe: {why}.")


class RecipeNeeds(RecipeError):
    """A recipe names a run, tag or item that the collection lacks."""

    def __init__(self, what: str, remedy: str) -> None:
        EmbedcurateError.__init__(
            self, f"The recipe needs {what}, which this collection does not have. {remedy}"
        )
        self.what = what


class ExportError(EmbedcurateError):
    """A list or folder can't be exported."""


class TargetExists(ExportError):
    """The export would overwrite something."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"'{path}' exists already. Name another target or add --overwrite.")
        self.path = path
