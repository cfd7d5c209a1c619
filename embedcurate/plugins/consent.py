"""Which strangers' plugins may act: those that the user has allowed, version by version."""

import os
import re
import tomllib
from enum import StrEnum
from pathlib import Path

import tomli_w
from platformdirs import user_config_dir

from embedcurate.errors import PluginError

__all__ = [
    "POLICY",
    "WARNING",
    "Policy",
    "allow",
    "canonical",
    "config_folder",
    "forbid",
    "is_allowed",
    "policy",
]

POLICY = "EMBEDCURATE_PLUGINS"
"""The environment variable that says which strangers' plugins may act: none, allowed, all."""

WARNING = (
    "A plugin is a program that runs with all your rights: it can read and change your files and "
    "use the network. Allow only what you trust."
)

_CONFIG = "EMBEDCURATE_CONFIG"


class Policy(StrEnum):
    """Which strangers' plugins may act."""

    NONE = "none"
    ALLOWED = "allowed"
    ALL = "all"


def policy() -> Policy:
    """Return what `POLICY` says, `ALLOWED` if it is not set; raise `PluginError` if it is wrong."""
    said = os.environ.get(POLICY) or Policy.ALLOWED
    if said not in set(Policy):
        raise PluginError(f"{POLICY} can't be '{said}'. Set it to one of: {', '.join(Policy)}.")
    return Policy(said)


def config_folder() -> Path:
    """Return where the user's settings are: in ``EMBEDCURATE_CONFIG``, else in the system's place.

    It need not exist.
    """
    return Path(os.environ.get(_CONFIG) or user_config_dir("embedcurate", appauthor=False))


def canonical(package: str) -> str:
    """Return the one way to write a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def is_allowed(package: str, version: str) -> bool:
    """Tell whether the user has allowed this version of a package."""
    return _allowed().get(canonical(package)) == version


def allow(package: str, version: str) -> None:
    """Let the plugins of this version of a package act; another version asks again."""
    _keep({**_allowed(), canonical(package): version})


def forbid(package: str) -> None:
    """Take back what `allow` gave."""
    _keep({name: version for name, version in _allowed().items() if name != canonical(package)})


def _file() -> Path:
    return config_folder() / "plugins.toml"


def _allowed() -> dict[str, str]:
    """Return package -> the version that is allowed; a file that can't be read allows nothing."""
    try:
        found = tomllib.loads(_file().read_text("utf-8")).get("allowed", {})
    except (OSError, ValueError):
        return {}
    return {str(name): str(version) for name, version in dict(found).items()}


def _keep(allowed: dict[str, str]) -> None:
    path = _file()
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(tomli_w.dumps({"allowed": allowed}), "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise PluginError(f"'{path}' can't be written: {error.strerror or error}.") from error
