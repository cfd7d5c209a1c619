"""The conformance suite of export formats."""

import os
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from embedcurate.errors import Cancelled
from embedcurate.items import Modality
from embedcurate.spaces.tiny import tiny_space
from embedcurate.testing.encoders import rule
from embedcurate.testing.media import make_picture, make_sound, make_text

if TYPE_CHECKING:
    from embedcurate.export import ExporterPlugin, ExportReport

__all__ = ["check_exporter"]


def check_exporter(exporter: "ExporterPlugin") -> None:
    """Check that a format keeps what `ExporterPlugin` promises; raise `AssertionError` if not.

    It exports a small collection of pictures, sounds, texts and rows of a table: all that it takes
    is written, the same each time, nowhere but in the target; it replaces its own export, leaves
    nothing when cancelled, and leaves out an original that has changed if it holds their bytes.
    """
    for word in ("name", "summary"):
        said = getattr(exporter, word, "")
        rule(isinstance(said, str) and bool(said), f"`{word}` must be a text")
        rule("\n" not in said, f"`{word}` must be one line")
    rule(not exporter.suffix or exporter.suffix[0] == ".", "`suffix` must be like '.csv', or ''")
    rule(bool(exporter.takes) and exporter.takes <= set(Modality), "`takes` must name modalities")
    missing = exporter.available()
    rule(missing is None, f"nothing may be missing for the check: {missing}. {exporter.remedy}")
    with tempfile.TemporaryDirectory() as folder:
        _check(exporter, Path(folder))


def _check(exporter: "ExporterPlugin", root: Path) -> None:
    from embedcurate.collection import Collection
    from embedcurate.export import export
    from embedcurate.indexing import index

    media = _make_media(root / "media")
    collection = Collection.create(root / "collection", tiny_space())
    index(collection, tiny_space(), [root / "media"])
    modalities = collection.catalogue.column("modality").to_pylist()
    count = sum(modality in exporter.takes for modality in modalities)
    (root / "out").mkdir()
    one, other = (root / "out" / f"{name}{exporter.suffix}" for name in ("one", "other"))
    before = _content(root)
    write = partial(export, collection, format=exporter)

    report = write(one)
    rule(not report.failures and report.items == count, "`job.done` must be called for each item")
    written = _written(one)
    rule(bool(written), "something must be written")
    rule(
        _content(root, but=one) == before,
        "nothing may be written or changed outside of the target",
    )
    write(other)
    rule(_written(other) == written, "the same export must be written the same again")
    write(one, overwrite=True)
    rule(_written(one) == written, "an export must be replaced by the same one")
    _check_cancelling(write, root / "out" / f"cancelled{exporter.suffix}")
    if exporter.copies:
        with media[min(exporter.takes)].open("ab") as file:
            file.write(b" ")
        report = write(root / "out" / f"changed{exporter.suffix}")
        rule(
            len(report.failures) == 1,
            "an original that has changed must be left out: use `job.copied` or `job.read`",
        )


def _check_cancelling(write: "Callable[..., ExportReport]", out: Path) -> None:
    beside = sorted(out.parent.iterdir())

    def cancel(done: int, total: int | None, doing: str) -> None:
        if done:
            raise Cancelled

    try:
        write(out, progress=cancel)
    except Cancelled:
        left = [path for path in sorted(out.parent.iterdir()) if path not in beside]
        rule(not left, "nothing may be left when `job.entries` raises `Cancelled`")
        return
    rule(False, "`Cancelled`, which `job.entries` raises, must not be caught")


def _make_media(folder: Path) -> dict[Modality, Path]:
    """Make a few media; return one file of each modality."""
    for colour, shape in product(("red", "blue"), ("disc", "square")):
        picture = make_picture(folder / shape / f"{colour}, ünder.png", colour=colour)
        picture.write_bytes(picture.read_bytes() + shape.encode())
    sound = make_sound(folder / "sounds" / "low.wav", pitch_hz=200)
    text = make_text(folder / "texts" / "sea.txt", "The sea.\n")
    make_text(folder / "texts" / "rows.csv", "text\nfirst\nsecond\n")
    return {Modality.IMAGE: picture, Modality.AUDIO: sound, Modality.TEXT: text}


def _content(root: Path, *, but: Path | None = None) -> dict[str, bytes]:
    """Return path -> bytes of all files, but for one export and its manifest."""
    from embedcurate.export.target import manifest_beside

    ignored = set() if but is None else {but, manifest_beside(but)}
    return {
        os.fspath(path): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not ignored & {path, *path.parents}
    }


def _written(out: Path) -> dict[str, bytes]:
    """Return name -> bytes of what an export wrote, without the manifest, which has its date."""
    from embedcurate.export.target import MANIFEST_NAME

    if out.is_file():
        return {"": out.read_bytes()}
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path != out / MANIFEST_NAME
    }
