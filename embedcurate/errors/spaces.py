"""Encoders and their weights."""

from collections.abc import Iterable
from difflib import get_close_matches

from embedcurate.errors.base import EmbedcurateError

__all__ = [
    "BridgeError",
    "ConsentNeeded",
    "DeviceError",
    "NoRoute",
    "ServiceError",
    "SpaceError",
    "SpaceOptionError",
    "SpaceUnavailable",
    "UnknownSpace",
    "WeightsError",
]


class SpaceError(EmbedcurateError):
    """A space or one of its encoders can't be used."""


class UnknownSpace(SpaceError):
    """No installed plugin provides the space asked for."""

    def __init__(self, name: str, installed: Iterable[str]) -> None:
        installed = sorted(installed)
        close = get_close_matches(name, installed, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"Installed: {', '.join(installed)}."
        super().__init__(f"No space named '{name}' is installed. {hint}")
        self.name = name


class SpaceUnavailable(SpaceError):
    """The space is installed but can't be loaded."""

    def __init__(self, name: str, missing: str, remedy: str) -> None:
        super().__init__(f"The space '{name}' can't be loaded: {missing}. {remedy}")
        self.name = name


class SpaceOptionError(SpaceError):
    """A model or an option that the space does not take."""

    def __init__(self, name: str, given: str, takes: Iterable[str]) -> None:
        known = sorted(takes)
        hint = f"It takes: {', '.join(known)}." if known else "Use its name alone."
        super().__init__(f"The space '{name}' does not take '{given}'. {hint}")


class DeviceError(SpaceError):
    """The device that is asked for is not in this machine."""

    def __init__(self, asked: str, here: Iterable[str]) -> None:
        super().__init__(f"There is no device '{asked}' here. There is: {', '.join(here)}.")


class WeightsError(SpaceError):
    """A file of weights is damaged, is of another model, or can't be fetched."""


class BridgeError(SpaceError):
    """Two spaces can't be aligned by these anchors."""


class ServiceError(SpaceError):
    """A service on the network that should encode media can't be used."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"The service at {host} can't be used: {why}.")
        self.host = host


class ConsentNeeded(SpaceError):
    """The media would be sent to a service, and nobody has agreed to that."""

    def __init__(self, what: str, variable: str) -> None:
        super().__init__(
            f"This space sends what it encodes: {what}. Nothing was sent. "
            f"Agree with --yes, or with {variable}=yes in the environment."
        )


class NoRoute(SpaceError):
    """The space has no channel in which the query and the items can be compared."""

    def __init__(self, space: str, query: str, item: str) -> None:
        super().__init__(
            f"The space '{space}' can't compare a query that is {query} with items that are {item}."
        )
