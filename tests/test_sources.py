"""Folders, lists and tables are found whole, once, in order, and nothing of them is opened."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from embedcurate.errors import SourceNotFound, UnreadableSource
from embedcurate.items import Found, Modality
from embedcurate.sources import Annotations, Scan, find

ODD_NAMES = [
    b"caf\xe9.txt", b"line\nbreak.txt", b"tab\there.txt", "\U0001f426.txt".encode(),
    b"x" * 251 + b".txt", b"-rf.txt", b"=cmd.txt", "‮txt.exe.txt".encode(),
    "caf\u00e9.txt".encode(), "cafe\u0301.txt".encode(), b"CON.txt", b" lead.txt", b"trail .txt",
    b"it's.txt", b'quo"te.txt', b"semi;colon.txt", b"100%.txt", b"#hash @at.txt",
]  # fmt: skip


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def found_in(*sources: Path, scan: Scan | None = None, **options: object) -> list[Found]:
    return list(find(sources, scan or Scan(), **options))


def names(found: list[Found]) -> list[str]:
    return [one.path.name for one in found]


def test_media_are_found_by_extension_in_a_repeatable_order(tmp_path: Path) -> None:
    for name in ("b/z.JPG", "b/a.wav", "a.txt", "c.md", "ignored.xml", "no_extension"):
        touch(tmp_path / name)
    scan = Scan()
    found = found_in(tmp_path, scan=scan)
    assert [(one.path.name, one.modality) for one in found] == [
        ("a.txt", Modality.TEXT),
        ("c.md", Modality.TEXT),
        ("a.wav", Modality.AUDIO),
        ("z.JPG", Modality.IMAGE),
    ]
    assert scan.passed == {".xml": 1, "": 1}


def test_only_the_modalities_asked_for_are_found(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    touch(tmp_path / "a.txt")
    assert names(found_in(tmp_path, modalities={Modality.IMAGE})) == ["a.jpg"]


def test_hidden_files_and_collections_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path / ".hidden.jpg")
    touch(tmp_path / ".cache/a.jpg")
    touch(tmp_path / "collection/collection.toml")
    touch(tmp_path / "collection/a.jpg")
    touch(tmp_path / "b.jpg")
    assert names(found_in(tmp_path)) == ["b.jpg"]


def test_eighteen_odd_names_are_found_byte_for_byte(tmp_path: Path) -> None:
    for name in ODD_NAMES:
        touch(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)))
    assert sorted(os.fsencode(one.path.name) for one in found_in(tmp_path)) == sorted(ODD_NAMES)


def test_a_loop_of_links_yields_each_file_once_under_its_own_name(tmp_path: Path) -> None:
    for number in range(18):
        touch(tmp_path / f"d{number % 3}" / f"{number}.txt")
    for number in range(3):
        (tmp_path / f"d{number}" / "up").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "a-link.txt").unlink(missing_ok=True)
        (tmp_path / "a-link.txt").symlink_to(tmp_path / "d0" / "0.txt")
    found = found_in(tmp_path)
    assert len(found) == 18
    assert all("up" not in one.path.parts and one.path.name != "a-link.txt" for one in found)


def test_files_reached_through_links_alone_are_found_once(tmp_path: Path) -> None:
    touch(tmp_path / "outside" / "a.txt")
    root = tmp_path / "root"
    root.mkdir()
    (root / "one.txt").symlink_to(tmp_path / "outside" / "a.txt")
    (root / "two.txt").symlink_to(tmp_path / "outside" / "a.txt")
    assert names(found_in(root)) == ["one.txt"]


def test_pipes_sockets_and_dangling_links_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "gone.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(tmp_path / "socket.txt"))
        scan = Scan()
        assert found_in(tmp_path, scan=scan) == []
    assert [path.name for path, _ in scan.unreadable] == ["dangling.jpg"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs to become another user")
def test_an_unreadable_folder_is_told_and_the_rest_is_found(tmp_path: Path) -> None:
    touch(tmp_path / "closed" / "a.txt")
    touch(tmp_path / "open" / "b.txt")
    (tmp_path / "closed").chmod(0)
    script = """
import os, sys
from pathlib import Path
from embedcurate.sources import Scan, find
os.chdir(sys.argv[1]); os.setuid(65534)
scan = Scan()
print([f.path.name for f in find([Path(".")], scan)], [(p.name, w) for p, w in scan.unreadable])
"""
    for parent in [tmp_path, *tmp_path.parents][:-2]:
        parent.chmod(parent.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['b.txt'] [('closed', 'Permission denied')]"


def test_a_list_names_files_relative_to_itself(tmp_path: Path) -> None:
    touch(tmp_path / "pics" / "a.jpg")
    touch(tmp_path / "pics" / "b.jpg")
    listing = tmp_path / "list.txt"
    listing.write_text("pics/b.jpg\n\npics/a.jpg\n")
    assert names(found_in(listing)) == ["b.jpg", "a.jpg"]


def test_a_text_file_that_names_no_file_is_a_medium(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Remember the milk.\n")
    assert [one.path for one in found_in(note)] == [note]


def test_a_table_of_paths_brings_captions_labels_and_splits(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    table = tmp_path / "table.csv"
    table.write_text('file_name,caption,label,split\na.jpg,"a red, round disc",disc,train\n')
    [found] = found_in(table)
    assert (found.caption, found.label, found.split) == ("a red, round disc", "disc", "train")


@pytest.mark.parametrize("key", ["pics/a.jpg", "a.jpg", "./pics/a.jpg", "{root}/pics/a.jpg"])
def test_an_annotation_table_may_name_a_path_in_any_usual_way(tmp_path: Path, key: str) -> None:
    touch(tmp_path / "pics" / "a.jpg")
    table = tmp_path / "captions.jsonl"
    table.write_text(json.dumps({"path": key.format(root=tmp_path), "caption": "a disc"}))
    [found] = found_in(tmp_path / "pics", annotations=Annotations(captions=table))
    assert found.caption == "a disc"


def test_a_sidecar_is_the_caption_and_no_item_and_its_change_is_seen(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    sidecar = touch(tmp_path / "a.txt")
    touch(tmp_path / "alone.txt")
    os.utime(sidecar, ns=(0, 2**62))
    found = found_in(tmp_path, annotations=Annotations(captions="sidecar"))
    assert [(one.path.name, one.sidecar) for one in found] == [
        ("a.jpg", sidecar),
        ("alone.txt", None),
    ]
    assert found[0].mtime_ns == 2**62


def test_a_table_of_annotations_among_the_files_is_no_item(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    for name in ("captions.csv", "other.csv"):
        (tmp_path / name).write_text("path,caption\na.jpg,a boat\n")
    told = Annotations(captions=tmp_path / "captions.csv")
    found = found_in(tmp_path, annotations=told)
    assert sorted(names(found)) == ["a.jpg", "other.csv"]


def test_folders_give_labels_and_splits(tmp_path: Path) -> None:
    touch(tmp_path / "train" / "cats" / "a.jpg")
    touch(tmp_path / "test" / "dogs" / "b.jpg")
    found = found_in(tmp_path, annotations=Annotations(labels="folder", splits="folder"))
    assert {(one.label, one.split) for one in found} == {("cats", "train"), ("dogs", "test")}


def test_a_source_that_does_not_exist_is_told_before_anything_is_found(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="no file or folder"):
        find([tmp_path, tmp_path / "gone"], Scan())


def test_an_annotation_table_without_the_columns_says_which_it_needs(tmp_path: Path) -> None:
    table = tmp_path / "captions.csv"
    table.write_text("picture,words\na.jpg,red\n")
    with pytest.raises(UnreadableSource, match="column named caption"):
        find([tmp_path], Scan(), annotations=Annotations(captions=table))
