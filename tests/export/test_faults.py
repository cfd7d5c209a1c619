import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from blake3 import blake3

from embedcurate.collection import Collection
from embedcurate.errors import Cancelled, ExportError, TargetExists
from embedcurate.export import Format, export
from embedcurate.formats import LISTS
from embedcurate.items import Modality
from tests.export import killed_export

FOLDERS = sorted(set(Format) - LISTS)
Snapshot = dict[str, tuple[int, int, str]]


def snapshot(root: Path, *, but: str = "-") -> Snapshot:
    """Return the mode, the time and the content of everything below `root`, but below `but`."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if name.startswith(but):
            continue
        info = path.lstat()
        content = str(path.readlink()) if path.is_symlink() else ""
        if path.is_file() and not path.is_symlink():
            content = blake3(path.read_bytes()).hexdigest()
        found[name] = (info.st_mode, 0 if path.is_dir() else info.st_mtime_ns, content)
    return found


@pytest.mark.parametrize("kind", Format)
def test_a_cancelled_export_leaves_all_as_it_was_whenever_it_was_cancelled(
    collection: Collection, tmp_path: Path, kind: Format
) -> None:
    out = tmp_path / "target" / "out"
    out.parent.mkdir()

    class Stop:
        def __init__(self, after: int) -> None:
            self.left = after

        def __call__(self, done: int, total: int | None, doing: str) -> None:
            self.left -= 1
            if self.left == 0:
                raise Cancelled

    never = Stop(0)
    export(collection, out, format=kind, progress=never)
    for overwrite in (True, False):
        before = snapshot(tmp_path)
        for after in range(1, -never.left + 1):
            with pytest.raises(Cancelled):
                export(collection, out, format=kind, progress=Stop(after), overwrite=overwrite)
            assert snapshot(tmp_path) == before
        shutil.rmtree(out.parent)
        out.parent.mkdir()


@pytest.mark.parametrize("kind", [Format.CSV, Format.COPY, Format.WEBDATASET])
def test_what_a_killed_export_leaves_is_gone_after_the_next(
    collection: Collection, tmp_path: Path, kind: Format
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    for steps in (1, 9):
        before = snapshot(target, but=".")
        command = [sys.executable, "-m", killed_export.__name__]
        with subprocess.Popen(
            [*command, str(collection.path), str(target / "out"), kind, str(steps)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
            process.send_signal(signal.SIGKILL)
        assert snapshot(target, but=".") == before
        export(collection, target / "out", format=kind, overwrite=True)
        assert [path.name for path in target.iterdir() if path.name.startswith(".")] == []


def test_an_export_killed_between_the_renames_of_a_swap_comes_back(
    collection: Collection, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(collection, out, format=Format.COPY)
    before = snapshot(out)
    out.rename(tmp_path / ".out.export-old")
    with pytest.raises(TargetExists):
        export(collection, out, format=Format.COPY)
    assert snapshot(out) == before


def test_no_export_touches_an_original_or_anything_but_its_target(
    collection: Collection, tmp_path: Path
) -> None:
    before = snapshot(tmp_path)
    for kind in Format:
        for _ in range(2):
            export(collection, tmp_path / "out", format=kind, overwrite=True)
        assert snapshot(tmp_path, but="out") == before
        for path in tmp_path.glob("out*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_target_is_replaced_only_when_asked_and_only_an_export(
    collection: Collection, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    export(collection, out, format=Format.COPY)  # an empty folder is in nobody's way
    with pytest.raises(TargetExists):
        export(collection, out, format=Format.COCO)
    export(collection, out, format=Format.COCO, overwrite=True)
    assert (out / "annotations").exists()
    assert not (out / "texts").exists()

    (out / "images" / "mine.txt").write_text("not written by an export")
    before = snapshot(out)
    with pytest.raises(ExportError, match=r"'images/mine\.txt', which no export wrote"):
        export(collection, out, format=Format.COPY, overwrite=True)
    shutil.copytree(tmp_path / "originals", tmp_path / "others")
    with pytest.raises(ExportError, match="not a folder that embedcurate has exported"):
        export(collection, tmp_path / "others", format=Format.COPY, overwrite=True)
    assert snapshot(out) == before


def test_nothing_is_written_through_a_link(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere.csv").write_text("keep me")
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "out.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(ExportError, match="never writes through a link"):
        export(collection, tmp_path / "out", format=Format.COPY, overwrite=True)
    with pytest.raises(TargetExists):
        export(collection, tmp_path / "out.csv")
    export(collection, tmp_path / "out.csv", overwrite=True)
    assert not (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "elsewhere.csv").read_text() == "keep me"
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("originals/pictures/disc/red.png", "one of the originals"),
        ("originals/texts/rows.csv", "one of the originals"),
        ("link/texts/rows.csv", "one of the originals"),
        ("collection/list.csv", "inside the collection"),
        ("missing/list.csv", "there is no folder"),
        ("originals", "is a folder"),
    ],
)
def test_a_list_takes_no_place_that_is_not_its_own(
    collection: Collection, tmp_path: Path, target: str, why: str
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "originals")
    before = snapshot(tmp_path)
    with pytest.raises(ExportError, match=why):
        export(collection, tmp_path / target, format=Format.CSV, overwrite=True)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    "target", ["originals/texts/out", "originals/texts/a/../out", "link/texts/out"]
)
def test_a_folder_is_never_written_among_originals(
    collection: Collection, tmp_path: Path, target: str
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "originals")
    before = snapshot(tmp_path)
    for kind in FOLDERS:
        with pytest.raises(ExportError, match="among the originals"):
            export(collection, tmp_path / target, format=kind, overwrite=True)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("kind", FOLDERS)
def test_originals_that_changed_or_vanished_are_reported_and_left_out(
    collection: Collection, tmp_path: Path, kind: Format
) -> None:
    originals = tmp_path / "originals"
    broken = {
        "pictures/disc/red.png": lambda path: path.write_bytes(path.read_bytes()[:-1] + b"X"),
        "pictures/disc/blue.png": Path.unlink,
        "sounds/red.wav": lambda path: path.write_bytes(path.read_bytes() + b"more"),
        "sounds/blue.wav": lambda path: (path.unlink(), os.mkfifo(path)),
        "texts/1st.txt": lambda path: path.write_bytes(b""),
        "texts/rows.csv": lambda path: path.write_text("text\nfirst\nother\n"),
    }
    for name, breaks in broken.items():
        breaks(originals / name)
    report = export(collection, tmp_path / "out", format=kind)
    failed = {str(one.path.relative_to(originals)) for one in report.failures}
    expected = {
        name
        for name in broken
        if (kind not in (Format.IMAGEFOLDER, Format.COCO) or name.endswith(".png"))
        and (kind is not Format.AUDIOFOLDER or name.endswith(".wav"))
    }
    assert failed == expected
    rows = "texts/rows.csv" in expected  # of which two of three changed
    assert report.items == sum(len(sorted_) for sorted_ in held(collection, kind)) - (
        len(expected) + rows
    )
    said = "".join(
        path.read_text()
        for path in (tmp_path / "out").rglob("*.json*")
        if path.name != "manifest.json"
    )
    assert not any(failure.id in said for failure in report.failures)
    for path in (tmp_path / "out").rglob("*"):
        assert not any(failure.id in path.name for failure in report.failures)
    for path in (tmp_path / "out").glob("*.tar"):
        assert not any(failure.id.encode() in path.read_bytes() for failure in report.failures)


def held(collection: Collection, kind: Format) -> list[list[str]]:
    """Return the ids that a format holds, modality by modality."""
    holds = {Format.IMAGEFOLDER: "image", Format.COCO: "image", Format.AUDIOFOLDER: "audio"}
    modalities = [Modality(holds[kind])] if kind in holds else list(Modality)
    catalogue = collection.catalogue
    return [catalogue.ids[catalogue.of_modalities([one])].tolist() for one in modalities]


def test_a_disk_without_room_is_noticed_before_anything_is_written(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    before = snapshot(tmp_path)
    with pytest.raises(ExportError, match="Free some space"):
        export(collection, tmp_path / "out", format=Format.COPY)
    assert snapshot(tmp_path) == before


def test_two_exports_to_one_target_do_not_mix(collection: Collection, tmp_path: Path) -> None:
    refused = []

    def progress(done: int, total: int | None, doing: str) -> None:
        with pytest.raises(ExportError, match="Another export") as caught:
            export(collection, tmp_path / "out", format=Format.COPY)
        refused.append(caught)

    report = export(collection, tmp_path / "out", format=Format.COPY, progress=progress)
    assert (report.items, report.failures) == (17, ())
    assert refused


def test_a_format_that_can_hold_none_of_the_items_says_so(
    collection: Collection, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="None of the items is audio"):
        export(collection, tmp_path / "out", format=Format.AUDIOFOLDER, ids=[])
    with pytest.raises(ExportError, match="does not say what to write"):
        export(collection, tmp_path / "out")
