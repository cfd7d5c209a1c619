"""What is known of an item, in words, group by group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from ..grid.wording import extent, when
from ..items import MODALITIES, Items
from .span import clock
from .summary import Summary

__all__ = [
    "Fact",
    "Group",
    "bytes_in_words",
    "common_facts",
    "facts_of",
    "figure",
    "hit_of",
    "in_short",
]

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known: a key that is the same for all items, its name, and what is so.

    `is_long` values, such as paths, are to be shortened in their middle.
    """

    key: str
    name: str
    value: str
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Facts of one kind."""

    title: str
    facts: tuple[Fact, ...]


def facts_of(document: Document) -> list[Group]:
    """Return what the worker's verb `describe` says, groups with nothing in them left out."""
    groups = (
        Group(_tr("File"), tuple(_file(document))),
        Group(_tr("Medium"), tuple(_medium(document["facts"]))),
        Group(_tr("Camera"), tuple(_camera(document["camera"]))),
        Group(_tr("Measured"), tuple(_figures(document["figures"]))),
        Group(_tr("Found by analyses"), tuple(_found(document))),
    )
    return [group for group in groups if group.facts]


def hit_of(hit: Document) -> tuple[Fact, ...]:
    """Return why a search found an item: its score, and the part that each term has in it."""
    facts = [Fact("score", _tr("Score"), f"{hit['score']:.2f}")]
    if hit.get("cosine") is not None:
        facts.append(Fact("cosine", _tr("Cosine"), f"{hit['cosine']:.3f}"))
    through = {
        "item": _tr("the whole item"),
        "segment": _tr("one of its parts"),
        "caption": _tr("its caption"),
        "words": _tr("its words"),
    }
    if hit.get("through") in through:
        facts.append(Fact("through", _tr("Matched"), through[hit["through"]]))
    facts += [
        Fact(f"term {at}", f"“{one['term']}”", f"{one['part']:+.2f}")
        for at, one in enumerate(hit.get("contributions", ()))
    ]
    return tuple(facts)


def common_facts(summary: Summary) -> tuple[Fact, ...]:
    """Return what several items come to together."""
    kinds = {"image": _tr("Pictures"), "text": _tr("Texts"), "audio": _tr("Sounds")}
    picks = {"pick": _tr("Picked"), "reject": _tr("Rejected")}
    facts = [Fact(kind, kinds[kind], f"{count:,}") for kind, count in summary.modalities.items()]
    facts += [
        Fact(pick, picks[pick], f"{count:,}") for pick, count in summary.picks.items() if pick
    ]
    facts.append(Fact("size", _tr("Size"), bytes_in_words(summary.size)))
    if summary.duration_s:
        facts.append(Fact("duration_s", _tr("Duration"), clock(summary.duration_s)))
    if summary.characters:
        facts.append(Fact("characters", _tr("Characters"), f"{summary.characters:,}"))
    return tuple(facts)


def in_short(items: Items, row: int) -> str:
    """Return what an item is, in a line, from the columns at hand."""
    kinds = {"image": _tr("Picture"), "text": _tr("Text"), "audio": _tr("Sound")}
    told = (
        kinds[MODALITIES[items.modality[row]]],
        (items.value("format", row) or "").upper(),
        extent(items, row),
        bytes_in_words(items.value("size", row) or 0),
    )
    return " · ".join(filter(None, told))


def bytes_in_words(size: float) -> str:
    """Return bytes as people write them."""
    return QLocale().formattedDataSize(int(size), 1)


def figure(value: float) -> str:
    """Return a number with as many digits as matter."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _file(document: Document) -> Iterable[Fact]:
    yield Fact("path", _tr("Path"), document["path"], is_long=True)
    if document.get("row") is not None:
        yield Fact("row", _tr("Row"), f"{document['row'] + 1:,}")
    if document["outcome"] != "ok":
        reason = document.get("reason") or ""
        yield Fact("outcome", _tr("Outcome"), f"{document['outcome']}: {reason}".rstrip(": "))
    yield Fact("size", _tr("Size"), bytes_in_words(document["size"]))
    yield Fact("mtime_ns", _tr("Changed"), when(document["mtime_ns"]))
    for key, name in (("label", _tr("Label")), ("split", _tr("Split"))):
        if document.get(key):
            yield Fact(key, name, document[key])
    if document.get("content"):
        yield Fact("content", _tr("Content"), document["content"], is_long=True)
    yield Fact("id", _tr("Id"), document["id"], is_long=True)


def _medium(facts: Document) -> Iterable[Fact]:
    if facts.get("format"):
        yield Fact("format", _tr("Format"), facts["format"].upper())
    if facts.get("width_px") and facts.get("height_px"):
        width, height = facts["width_px"], facts["height_px"]
        millions = width * height / 1e6
        about = f" ({millions:.1f} MP)" if millions >= 0.1 else ""
        yield Fact("pixels", _tr("Pixels"), f"{width:,} \N{MULTIPLICATION SIGN} {height:,}{about}")
    if facts.get("duration_s"):
        yield Fact("duration_s", _tr("Duration"), clock(facts["duration_s"]))
    if facts.get("rate_hz"):
        yield Fact("rate_hz", _tr("Sample rate"), f"{facts['rate_hz']:,} Hz")
    if facts.get("channels"):
        words = {1: _tr("mono"), 2: _tr("stereo")}
        yield Fact(
            "channels", _tr("Channels"), words.get(facts["channels"], str(facts["channels"]))
        )
    if facts.get("characters") is not None:
        yield Fact("characters", _tr("Characters"), f"{facts['characters']:,}")
    for key, name in (("language", _tr("Language")), ("note", _tr("Remark"))):
        if facts.get(key):
            yield Fact(key, name, str(facts[key]))


def _camera(notes: Document) -> Iterable[Fact]:
    names = {
        "Make": _tr("Maker"),
        "Model": _tr("Model"),
        "LensModel": _tr("Lens"),
        "DateTimeOriginal": _tr("Taken"),
        "DateTime": _tr("Written"),
        "ExposureTime": _tr("Exposure"),
        "FNumber": _tr("Aperture"),
        "ISOSpeedRatings": _tr("ISO"),
        "FocalLength": _tr("Focal length"),
        "FocalLengthIn35mmFilm": _tr("As on 35 mm film"),
        "ExposureBiasValue": _tr("Exposure bias"),
        "WhiteBalance": _tr("White balance"),
        "Flash": _tr("Flash"),
        "Orientation": _tr("Orientation"),
        "Software": _tr("Software"),
        "Artist": _tr("Artist"),
        "Copyright": _tr("Copyright"),
        "ImageDescription": _tr("Description"),
        "latitude": _tr("Latitude"),
        "longitude": _tr("Longitude"),
    }
    for key, value in notes.items():
        yield Fact(f"camera {key}", names.get(key, key), _noted(key, value))


def _noted(key: str, value: Any) -> str:
    if not isinstance(value, int | float):
        return str(value)
    match key:
        case "ExposureTime" if 0 < value < 0.5:
            return f"1/{round(1 / Fraction(value).limit_denominator(100_000)):,} s"
        case "ExposureTime":
            return f"{figure(value)} s"
        case "FNumber":
            return f"f/{figure(value)}"
        case "FocalLength" | "FocalLengthIn35mmFilm":
            return f"{figure(value)} mm"
        case "ExposureBiasValue":
            return f"{value:+.1f} EV"
        case "latitude" | "longitude":
            return f"{value:.5f}°"
        case "Flash":
            return _tr("fired") if int(value) & 1 else _tr("did not fire")
        case "WhiteBalance":
            return _tr("by hand") if value else _tr("automatic")
    return figure(value)


def _figures(figures: Document) -> Iterable[Fact]:
    for key, value in figures.items():
        if value is None:
            continue
        stem, _, unit = key.rpartition("_")
        units = {"db": "dB", "hz": "Hz"}
        name, suffix = (stem, f" {units[unit]}") if unit in units else (key, "")
        name = name.replace("_", " ").capitalize().replace("Jpeg", "JPEG").replace("Dc ", "DC ")
        yield Fact(f"figure {key}", name.replace("Rms", "RMS"), figure(value) + suffix)


def _found(document: Document) -> Iterable[Fact]:
    if cluster := document.get("cluster"):
        name = cluster["name"] if cluster["label"] >= 0 else _tr("none: it is noise")
        yield Fact("cluster", _tr("Cluster"), name)
    for one in document.get("issues", ()):
        yield Fact(
            f"issue {one['issue']}",
            _tr("Quality"),
            _tr("{} ({})").format(one["issue"].replace("-", " "), figure(round(one["score"], 3))),
        )
    if outlier := document.get("outlier"):
        score = outlier.get("score")
        if isinstance(score, int | float):
            yield Fact("outlier", _tr("Oddness"), figure(round(score, 3)))
    if document.get("leak"):
        yield Fact("leak", _tr("Leak"), _tr("it stands in several splits"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("facts", text)
