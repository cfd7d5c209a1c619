"""Names for exported files: as the originals', but such that every file system can hold them."""

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from embedcurate.items import Item

__all__ = ["distinct", "extension", "portable", "relative_names"]

_LONGEST = 240
"""Bytes of a name; most file systems hold 255."""

_UNPORTABLE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# Windows takes these names, whatever their suffix, for devices.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z0-9]{1,10}")


def portable(name: str) -> str:
    """Return `name` as Linux, macOS and Windows can hold it; what they can't is written as %XX.

    Control characters, those that turn the direction of writing, bytes that are not UTF-8, the
    names of devices, dots and spaces at the end, and what is longer than 240 bytes go.
    """
    name = _UNPORTABLE.sub(lambda found: _escaped(found[0]), name)
    name = "".join(_escaped(c) if "\ud800" <= c <= "\udfff" else c for c in name)
    if _DEVICE.match(name):
        name = _escaped(name[0]) + name[1:]
    if not name.strip(". "):
        name = "".join(map(_escaped, name))
    elif name[-1] in ". ":
        name = name[:-1] + _escaped(name[-1])
    return _shortened(name)


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))


def _shortened(name: str, tail: str = "") -> str:
    """Return `name` with `tail` before its extension, in `_LONGEST` bytes."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > _LONGEST // 4:
        stem, dot, suffix = name, "", ""
    end = f"{tail}{dot}{suffix}"
    cut = stem.encode()[: _LONGEST - len(end.encode())].decode(errors="ignore")
    return (cut if cut == stem else cut.rstrip(". ")) + end


def extension(item: Item) -> str:
    """Return the extension that a file of `item`'s bytes gets, in lower case, with its dot."""
    if item.row is not None:
        return ".txt"
    suffix = item.path.suffix.lower()
    return suffix if _EXTENSION.fullmatch(suffix) else ".bin"


def distinct(names: Iterable[str], *, taken: Iterable[str] = ()) -> dict[str, str]:
    """Return name -> portable name, such that no two are the same to any file system."""
    found: dict[str, str] = {}
    keys = set(map(_key, taken))
    for name in sorted(names):
        new, number = portable(name), 1
        while _key(new) in keys:
            number += 1
            new = _shortened(portable(name), f"~{number}")
        keys.add(_key(new))
        found[name] = new
    return found


def relative_names(places: Iterable[tuple[str, bytes, int | None]]) -> dict[str, str]:
    """Return id -> path below the folder that gets the files, with slashes.

    `places` are ids with the paths of the originals and their rows in tables. The folders below
    the deepest one that holds all originals stay. No two names are the same, nor would they be
    where case or the way of writing an accent does not count: those after the first, by id, have
    the start of their id added.
    """
    paths = {id_: (os.fsdecode(path), row) for id_, path, row in places}
    folders = {os.path.dirname(path) for path, _ in paths.values()}  # noqa: PTH120 - many
    root = os.path.commonpath(folders) if folders else ""
    below = {
        folder: "".join(portable(part) + "/" for part in Path(os.path.relpath(folder, root)).parts)
        for folder in folders
    }
    inside = [PurePosixPath(folder, "x") for folder in below.values()]
    taken = {_key(str(folder)) for one in inside for folder in one.parents}
    names: dict[str, str] = {}
    for id_ in sorted(paths):
        path, row = paths[id_]
        folder, name = os.path.split(path)
        name = portable(name if row is None else f"{name}-{row}.txt")
        new, tail = name, ""
        while _key(below[folder] + new) in taken:
            tail = f"~{id_[: 12 if not tail else 32]}"
            new = _shortened(name, tail)
        names[id_] = below[folder] + new
        taken.add(_key(names[id_]))
    return names


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
