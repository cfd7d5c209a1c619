"""What the grid says of an item, in few words."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from ..items import MODALITIES, PICKS, Items

__all__ = ["clock", "extent", "kind", "place", "reasons", "score", "sentence", "title", "when"]

Hit = Mapping[str, Any]


def _tr(text: str) -> str:
    return QCoreApplication.translate("grid", text)


def clock(seconds: float) -> str:
    """Return seconds as m:ss, or h:mm:ss from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def when(mtime_ns: int | None) -> str:
    """Return when a file was changed, as the user's country writes it."""
    if mtime_ns is None:
        return ""
    moment = QDateTime.fromMSecsSinceEpoch(mtime_ns // 1_000_000)
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def kind(items: Items, row: int) -> str:
    """Return what an item is, in a word."""
    words = {"image": _tr("picture"), "text": _tr("text"), "audio": _tr("sound")}
    return words[MODALITIES[items.modality[row]]]


def title(items: Items, row: int) -> str:
    """Return what an item is called: its file's name, and its row if it is one of a table."""
    number = items.value("row", row)
    name = items.name(row)
    return name if number is None else _tr("{}, row {:,}").format(name, number + 1)


def extent(items: Items, row: int) -> str:
    """Return how large an item is in its own terms: pixels, minutes or characters."""
    width, height = items.value("width_px", row), items.value("height_px", row)
    if width and height:
        return f"{width} \u00d7 {height}"
    if duration := items.value("duration_s", row):
        return clock(duration)
    characters = items.value("characters", row)
    return "" if characters is None else _tr("{:,} characters").format(characters)


def score(hit: Hit | None) -> str:
    """Return how well an item fits, "" where nothing was asked."""
    return "" if not hit or hit.get("score") is None else f"{hit['score']:.2f}"


def place(items: Items, row: int, hit: Hit | None, *, short: bool = False) -> str:
    """Return where in a long item a hit lies: its time in a sound, its characters in a text.

    `short` leaves the end away.
    """
    if not hit or not (segment := hit.get("segment")):
        return ""
    ends = segment["start"], segment["end"]
    if MODALITIES[items.modality[row]] == "audio":
        return "\u2013".join(clock(end) for end in ends[: 1 if short else 2])
    return (_tr("from {:,.0f}") if short else _tr("characters {:,.0f}\u2013{:,.0f}")).format(*ends)


def reasons(hit: Hit | None) -> str:
    """Return what each term of a query adds to a hit's place in the ranking, if there are more."""
    parts = hit.get("contributions", ()) if hit else ()
    if len(parts) < 2:
        return ""
    return ", ".join(f"{one['term']} {one['part']:+.2f}" for one in parts)


def sentence(items: Items, row: int, hit: Hit | None, position: int, count: int) -> str:
    """Return what a screen reader says of a tile."""
    picks = {"": "", "pick": _tr("picked"), "reject": _tr("rejected")}
    stars, tags = int(items.stars[row]), items.tags.get(row, ())
    said = (
        title(items, row),
        kind(items, row),
        extent(items, row),
        picks[PICKS[items.pick[row]]],
        _tr("{} of 5 stars").format(stars) if stars else "",
        _tr("tags {}").format(", ".join(tags)) if tags else "",
        _tr("score {}").format(score(hit)) if score(hit) else "",
        place(items, row, hit),
        _tr("{:,} of {:,}").format(position + 1, count),
    )
    return ", ".join(filter(None, said))
