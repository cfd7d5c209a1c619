"""Where a service's key comes from: the environment, else the system's keyring."""

import os
from importlib.util import find_spec

from .providers import Provider

__all__ = ["OWN", "key_of", "own_key"]

OWN = "EMBEDCURATE_API_KEY"
"""The key for a server that a space's `url` names."""

_SERVICE = "embedcurate"


def key_of(provider: Provider) -> str | None:
    """Return the key for the service itself, or None."""
    return _first(provider.variables)


def own_key() -> str | None:
    """Return the key for a server that the space's name chose, or None.

    Never a service's own: the name may have come with someone else's collection, and would send
    that key wherever it likes.
    """
    return _first((OWN,))


def _first(names: tuple[str, ...]) -> str | None:
    for name in names:
        if key := os.environ.get(name, "").strip():
            return key
    if find_spec("keyring") is None:
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        found = (keyring.get_password(_SERVICE, name) for name in names)
        return next((key for key in found if key), None)
    except KeyringError:  # there is none here, or it stays locked
        return None
