"""What other packages bring."""

from collections.abc import Iterable
from difflib import get_close_matches

from embedcurate.errors.base import EmbedcurateError

__all__ = ["PluginError", "PluginUnavailable", "UnknownPlugin"]


class PluginError(EmbedcurateError):
    """A plugin, or what says which plugins may act, can't be used."""


class UnknownPlugin(PluginError):
    """No installed package of that name offers a plugin."""

    def __init__(self, package: str, installed: Iterable[str]) -> None:
        installed = sorted(installed)
        close = get_close_matches(package, installed, n=1)
        hint = f"There are: {', '.join(installed)}." if installed else "Install it with pip first."
        hint = f"Did you mean '{close[0]}'?" if close else hint
        super().__init__(f"No package named '{package}' offers plugins. {hint}")


class PluginUnavailable(PluginError):
    """A plugin is installed but can't be used; `why` is a clause, `remedy` a sentence."""

    def __init__(self, what: str, name: str, why: str, remedy: str) -> None:
        super().__init__(f"The {what} '{name}' can't be used: {why}. {remedy}".rstrip())
        self.name, self.why, self.remedy = name, why, remedy
