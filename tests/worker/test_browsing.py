"""What a window asks the resident process, through its pipes: shapes, files, pausing."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from embedcurate.collection import Collection
from embedcurate.items import item_id
from tests.indexing.material import make_sources, new_collection, run
from tests.processes import start, with_tiny

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return with_tiny(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def collection(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    made = new_collection(tmp_path_factory.mktemp("made") / "c")
    run(made, sources)
    return made


@pytest.fixture(scope="module")
def process(env: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    with start("worker", env=env, stderr=subprocess.DEVNULL) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0


def say(process: "subprocess.Popen[str]", **message: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def answer(process: "subprocess.Popen[str]") -> Any:
    assert process.stdout is not None
    while "progress" in (said := json.loads(process.stdout.readline())):
        pass
    return said


@pytest.fixture
def ask(process: "subprocess.Popen[str]", collection: Collection, tmp_path: Path) -> Ask:
    def asked(verb: str, **arguments: object) -> Any:
        given = {"collection": str(collection.path), "into": str(tmp_path / "into"), **arguments}
        say(process, id=1, verb=verb, arguments=given)
        said = answer(process)
        return said["result"] if "result" in said else said["error"]

    return asked


def test_browse_names_files_that_can_be_mapped(ask: Ask) -> None:
    said = ask("browse")
    assert set(said) == {
        "items", "marks", "count", "version", "space", "channels", "sources", "selections", "undo",
    }  # fmt: skip
    with pa.memory_map(said["items"]) as file:
        assert len(pa.ipc.open_file(file).read_all()) == said["count"] == 15
    assert said["space"]["name"] == "tiny"
    assert said["channels"][0]["name"] == "shared"


def test_narrow_gives_rows_and_facets(ask: Ask, collection: Collection) -> None:
    said = ask("narrow", where="modality:text", sort="name", descending=True)
    assert set(said) == {"rows", "count", "facets", "version"}
    rows = np.load(said["rows"])
    assert (rows.dtype, len(rows)) == (np.int64, said["count"])
    names = [Path(collection.catalogue.column("path")[row].as_py()).stem for row in rows]
    assert names == ["yellow", "red", "green", "blue"]
    assert set(said["facets"]) == {
        "modality", "folder", "tag", "stars", "pick", "label", "split", "cluster", "issue", "found",
        "format", "outcome", "size", "duration_s", "width_px", "height_px", "characters",
    }  # fmt: skip
    assert ask("narrow", where="", ids=[], sort="")["count"] == 0
    assert ask("narrow", where="is:duplicate")["kind"] == "ResultMissing"
    assert ask("narrow", where="colour:red")["kind"] == "UnknownFilter"
    assert ask("narrow", where="", sort="beauty")["kind"] == "QueryError"


def test_many_ids_come_in_a_file_which_is_removed(ask, collection, tmp_path) -> None:
    ids = collection.catalogue.ids[::-1]
    file = tmp_path / "many.ids"
    file.write_bytes(ids.tobytes())
    by_list = ask("narrow", ids=ids.astype(str).tolist())
    by_file = ask("narrow", ids={"file": str(file)})
    assert np.load(by_file["rows"]).tolist() == np.load(by_list["rows"]).tolist()
    assert not file.exists()


def test_thumbnails_previews_and_descriptions_come_for_each_modality(ask, sources) -> None:
    picture, sound, text = (
        item_id(sources / name)
        for name in ("pictures/red-disc.png", "sounds/low.wav", "texts/red.txt")
    )
    made = ask("thumbnails", items=[picture, sound, text], size_px=64)["made"]
    assert Path(made[picture]["image"]).read_bytes().startswith(b"\xff\xd8")
    assert len(made[sound]["peaks"]) == 96
    assert made[text] == {"text": "A red thing."}
    assert set(ask("preview", id=picture, size_px=50)) == {"image", "width_px", "height_px"}
    heard = ask("preview", id=sound, segment={"start": 0.25, "end": 0.5})
    assert Path(heard["wav"]).read_bytes().startswith(b"RIFF")
    assert heard["wav_end_s"] == 0.5
    assert ask("preview", id=text)["text"] == "A red thing.\n"
    for id_, modality in ((picture, "image"), (sound, "audio"), (text, "text")):
        said = ask("describe", id=id_)
        assert (said["id"], said["modality"], said["outcome"]) == (id_, modality, "ok")
        assert said["marks"] == {"pick": "", "stars": 0, "tags": [], "note": ""}
        assert said["figures"]
    assert ask("describe", id="0" * 32)["kind"] == "UnknownItem"


def test_complete_knows_what_the_items_have(ask: Ask) -> None:
    said = ask("complete", text="modality:t", cursor=10)
    assert said == {"start": 9, "options": [["text", "text", 4]]}


def test_selections_are_kept_combined_renamed_and_forgotten(ask, collection, sources) -> None:
    ids = [item_id(sources / "texts" / f"{name}.txt") for name in ("red", "green", "blue")]
    ask("selections", do="save", name="all", ids=ids)
    ask("selections", do="save", name="last", ids=ids[1:][::-1])

    def combined(how: str) -> list[str]:
        ask("selections", do="combine", how=how, names=["last", "all"], name="both")
        return ask("selection", name="both")["ids"]

    assert combined("and") == ids[1:][::-1]
    assert combined("or") == [*ids[1:][::-1], ids[0]]
    assert combined("minus") == []
    ask("selections", do="rename", name="both", new="nothing")
    listed = ask("selections", do="delete", name="last")["selections"]
    assert [(one["name"], one["count"]) for one in listed] == [("all", 3), ("nothing", 0)]
    assert ask("selections", do="rename", name="all", new="nothing")["kind"] == "QueryError"
    assert ask("selections", do="delete", name="last")["kind"] == "UnknownSelection"
    assert ask("selections", do="paint")["kind"] == "QueryError"
    # The story of a choice by hand chooses it again.
    story = ask("selection", name="all")["story"]
    assert ask("recipe", recipe=story) == {"ids": ids, "as_written": True, "notes": []}


def test_the_log_tells_what_was_done_and_what_undo_would_do(ask: Ask, sources: Path) -> None:
    ask("tag", ids=[item_id(sources / "texts" / "red.txt")], add=["seen"], pick="pick")
    said = ask("log", limit=1)
    assert said["entries"][0]["words"] == "+seen, pick (1 item)"
    assert said["undo"] == {"undo": "+seen, pick (1 item)", "redo": None}
    ask("undo")
    assert ask("log")["undo"]["redo"] == "+seen, pick (1 item)"


def test_a_hit_says_why(ask: Ask) -> None:
    [hit] = ask("search", query="red - 0.5:green", k=1)["hits"]
    assert [one["term"] for one in hit["contributions"]] == ["red", "green"]
    assert all(isinstance(one["part"], float) for one in hit["contributions"])


def test_a_paused_request_goes_on_where_it_was_or_can_be_cancelled(
    process, collection, sources, tmp_path
) -> None:
    picture = sources / "pictures" / "blue-disc.png"
    away = picture.rename(tmp_path / "away.png")
    arguments = {"collection": str(collection.path), "items": [item_id(picture)], "size_px": 1000}
    say(process, pause=5)
    say(process, id=5, verb="thumbnails", arguments=arguments)
    say(process, id=6, verb="status", arguments={"collection": str(collection.path)})
    away.rename(picture)  # only what waited until now can find it
    say(process, resume=5)
    first, second = answer(process), answer(process)
    assert (first["id"], second["id"]) == (5, 6)
    assert Path(first["result"]["made"][item_id(picture)]["image"]).exists()
    say(process, pause=7)
    say(process, id=7, verb="thumbnails", arguments=arguments)
    say(process, cancel=7)
    cancelled = answer(process)
    assert (cancelled["id"], cancelled["error"]["kind"]) == (7, "Cancelled")


def test_it_ends_with_its_input_while_a_request_is_held(env, collection, sources) -> None:
    with start("worker", env=env, stderr=subprocess.DEVNULL) as process:
        say(process, pause=1)
        items = [item_id(sources / "texts" / "red.txt")]
        arguments = {"collection": str(collection.path), "items": items}
        say(process, id=1, verb="thumbnails", arguments=arguments)
        assert process.stdin is not None
        process.stdin.close()
        assert answer(process)["error"]["kind"] == "Cancelled"
        assert process.wait(20) == 0
