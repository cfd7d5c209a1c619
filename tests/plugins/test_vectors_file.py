"""Vectors that were made elsewhere: known ones, in files of every format that is read."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from embedcurate.collection import Collection
from embedcurate.errors import QueryError, SpaceUnavailable, WeightsError
from embedcurate.evaluation import evaluate
from embedcurate.indexing import open_and_index
from embedcurate.items import Modality, item_id
from embedcurate.media.decoding import content_hash
from embedcurate.search import Searcher
from embedcurate.sources import Annotations
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.testing import check_encoder, make_picture, make_sound, make_text

NAMES = ["a.png", "b/../b.png", "c.wav"]
ROWS = [[3, 4, 0], [0, 0, 2], [1, 0, 0]]
EXPECTED = np.array([[0.6, 0.8, 0], [0, 0, 1], [1, 0, 0]])


def npy_and_txt(folder, names, rows):
    np.save(folder / "v.npy", np.array(rows, np.float16))
    (folder / "v.txt").write_bytes("\r\n".join([*names, ""]).encode())
    return folder / "v.npy"


def npy_and_csv(folder, names, rows):
    np.save(folder / "v.npy", np.array(rows, np.int32))
    (folder / "v.csv").write_text("\n".join(["path", *names]))
    return folder / "v.npy"


def parquet_of_lists(folder, names, rows):
    table = pa.table({"path": names, "vector": [list(map(float, row)) for row in rows], "n": names})
    parquet.write_table(table, folder / "v.parquet")
    return folder / "v.parquet"


def parquet_of_fixed_lists(folder, names, rows):
    vectors = pa.array(rows, pa.list_(pa.float32(), len(rows[0])))
    parquet.write_table(pa.table({"embedding": vectors, "path": names}), folder / "v.parquet")
    return folder / "v.parquet"


def json_lines(folder, names, rows, **more):
    records = [{"path": n, "vector": row, **more} for n, row in zip(names, rows, strict=True)]
    (folder / "v.jsonl").write_text("\n\n".join(map(json.dumps, records)))
    return folder / "v.jsonl"


def load(file):
    return registry.load(f"vectors_file:{file}")


@pytest.mark.parametrize(
    "write", [npy_and_txt, npy_and_csv, parquet_of_lists, parquet_of_fixed_lists, json_lines]
)
def test_every_format_gives_the_rows_normalised_by_paths_from_its_folder(tmp_path, write):
    space = load(write(tmp_path, NAMES, ROWS))
    assert space.modalities == {Modality.IMAGE, Modality.AUDIO}
    assert [(one.name, one.dimension) for one in space.channels] == [(SHARED, 3)]
    images = space.encoders[Modality.IMAGE]
    found = images.encode([tmp_path / "b.png", tmp_path / "a.png"])[SHARED]
    assert found == pytest.approx(EXPECTED[[1, 0]], abs=1e-6)
    sounds = space.encoders[Modality.AUDIO]
    assert sounds.encode([tmp_path / "c.wav"])[SHARED] == pytest.approx(EXPECTED[2:], abs=1e-6)
    assert "has no row for this path" in sounds.problem(tmp_path / "a.png")  # it is a picture


def test_files_are_known_by_the_ids_of_their_items_or_by_their_content(tmp_path):
    paths = [make_text(tmp_path / name, name) for name in ("one.txt", "two.txt")]
    rows = [{"id": item_id(path), "vector": [number, 1.0]} for number, path in enumerate(paths)]
    (tmp_path / "ids.jsonl").write_text("\n".join(map(json.dumps, rows)))
    rows = [{"content": content_hash(path), "vector": [1.0, n]} for n, path in enumerate(paths)]
    (tmp_path / "contents.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name, expected in (("ids", [0, 1]), ("contents", [1, 0])):
        space = load(tmp_path / f"{name}.jsonl")
        assert space.modalities == set(Modality)  # nothing says which, so any
        found = space.encoders[Modality.TEXT].encode(paths)[SHARED]
        assert found[0] == pytest.approx(expected)
        assert found[1] == pytest.approx([0.5**0.5] * 2)
    assert "no longer there" in space.encoders[Modality.TEXT].problem(tmp_path / "gone.txt")


def test_a_table_may_say_what_its_files_are(tmp_path):
    space = load(json_lines(tmp_path, ["one", "two"], ROWS[:2], modality="image"))
    assert space.modalities == {Modality.IMAGE}


def test_the_encoder_conforms(tmp_path):
    names = [f"{number}.png" for number in range(9)]
    rows = np.random.default_rng(0).normal(size=(9, 5)).tolist()
    space = load(npy_and_txt(tmp_path, names, rows))
    check_encoder(space.encoders[Modality.IMAGE], [tmp_path / name for name in names])


def test_another_table_is_another_fingerprint(tmp_path):
    first = load(npy_and_txt(tmp_path, NAMES, ROWS)).fingerprints
    registry._loaded.clear()
    assert load(npy_and_txt(tmp_path, NAMES, ROWS)).fingerprints == first
    registry._loaded.clear()
    assert load(npy_and_txt(tmp_path, NAMES[::-1], ROWS)).fingerprints != first


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    paths = {
        "red": make_picture(folder / "red.png", colour="red"),
        "blue": make_picture(folder / "blue.png", colour="blue"),
        "zero": make_picture(folder / "zero.png", colour="green"),
        "none": make_picture(folder / "none.png", colour="white"),
        "grey": make_picture(folder / "grey.png", colour="grey"),
        "black": make_picture(folder / "black.png", colour="black"),
        "cyan": make_picture(folder / "cyan.png", colour="cyan"),
        "note": make_sound(folder / "note.wav"),
        "text": make_text(folder / "text.txt", "A disc on a white ground."),
    }
    rows = {"red": [2, 0, 0], "blue": [0, 3, 0], "zero": [0, 0, 0], "note": [4, 3, 0]}
    rows |= {"text": [3, 0, 4], "grey": [0, 1, 5], "black": [0, 0, -1], "cyan": [-1, 0, 0]}
    file = parquet_of_lists(folder, [paths[name].name for name in rows], list(rows.values()))
    made = folder / "collection"
    media = list(paths.values())
    captions = make_text(folder / "captions.csv", "path,caption\nred.png,a\nblue.png,b\nnote.wav,a")
    told = Annotations(captions=str(captions))
    space = f"vectors_file:{file}"
    collection, report = open_and_index(made, media, space=space, annotations=told)
    return collection, report, paths


def test_files_without_a_usable_vector_fail_with_a_sentence_and_the_others_are_stored(indexed):
    collection, report, paths = indexed
    assert (report.ok, report.failed) == (7, 2)
    reasons = {failure.path.stem: failure.reason for failure in report.failures}
    assert "the table 'v.parquet' has no row for this path" in reasons["none"]
    assert "row 3 of 'v.parquet' is all zeros" in reasons["zero"]
    stored = collection.vectors([item_id(paths[name]) for name in ("red", "note", "text")], SHARED)
    assert stored == pytest.approx(np.array([[1, 0, 0], [0.8, 0.6, 0], [0.6, 0, 0.8]]), abs=1e-6)


def test_items_and_files_are_searched_by_across_modalities_and_words_are_not_known(indexed):
    collection, _, paths = indexed
    searcher = Searcher(Collection.open(collection.path))

    def found(query, *kinds):
        return [hit.path.stem for hit in searcher.find(query, modalities=kinds or Modality).hits]

    pictures = ["red", "blue", "grey", "black", "cyan"]  # by their cosine with the sound's vector
    assert found(f"#{item_id(paths['note'])}", Modality.IMAGE) == pictures
    assert found(f"#{item_id(paths['note'])}", Modality.TEXT) == ["text"]
    assert found(f'@"{paths["text"]}"', Modality.IMAGE)[:3] == ["grey", "red", "blue"]
    assert found('"white ground"') == ["text"]
    with pytest.raises(QueryError, match="knows no words: search by @file or #item"):
        found("a red disc")
    with pytest.raises(QueryError, match=r"can't be searched by: .* has no row for this path"):
        found(f'@"{paths["none"]}"')


def test_a_space_without_words_is_calibrated_and_evaluated_by_what_it_has(indexed):
    collection, _, _ = indexed
    routes = {route for route in collection.settings.backgrounds if route[1] is Modality.IMAGE}
    assert {query for query, _ in routes} == set(Modality)
    found = evaluate(collection).retrieval
    assert found["audio->image"].recall[1] == 1.0  # the sound's nearest picture is the red one
    assert not any("text" in route for route in found)


def _npy(array, names="a.png\nb.png\nc.wav"):
    def write(folder: Path):
        np.save(folder / "v.npy", array, allow_pickle=True)
        (folder / "v.txt").write_text(names)
        return folder / "v.npy"

    return write


def _jsonl(text):
    def write(folder: Path):
        (folder / "v.jsonl").write_text(text)
        return folder / "v.jsonl"

    return write


def _parquet(columns):
    def write(folder: Path):
        parquet.write_table(pa.table(columns), folder / "v.parquet")
        return folder / "v.parquet"

    return write


def _cut(folder: Path):
    file = npy_and_txt(folder, NAMES, ROWS)
    file.write_bytes(file.read_bytes()[:-4])
    return file


GOOD = '{"path": "a.png", "vector": [1, 2]}\n'


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (_npy(np.array([{}, 1], object)), "Python objects"),
        (_npy(np.zeros(3)), "not vectors in rows"),
        (_npy(np.zeros((2, 3))), "2 vectors for 3 keys"),
        (_npy(np.zeros((0, 3)), ""), "it is empty"),
        (_npy(np.ones((3, 2)), "a.png\nb.png\n./a.png"), "rows 1 and 3 are both for '.*a.png'"),
        (_npy(np.ones((2, 2)), "a.png\nb.xyz"), "row 2, '.*b.xyz', is of no known kind"),
        (_cut, "can't be used as vectors"),
        (_jsonl(GOOD + "{"), "line 2 is not JSON"),
        (_jsonl(GOOD + "[1]"), "line 2 is not an object"),
        (_jsonl(GOOD + '{"path": "b.png"}'), "line 2 lacks 'vector'"),
        (_jsonl(GOOD + '{"path": "b.png", "vector": [1]}'), "row 2 has 1 numbers, and those .* 2"),
        (_jsonl(GOOD + '{"path": "b.png", "vector": ["x", 1]}'), "line 2 is no list of numbers"),
        (_jsonl('{"file": "a.png", "vector": [1]}'), "no column path, id, content, only file, vec"),
        (_jsonl('{"path": "a.png", "values": [1]}'), "no column vector or embedding"),
        (_jsonl('{"path": "a", "vector": [1], "modality": "x"}'), "modality of its row 1 is 'x'"),
        (_jsonl(""), "it is empty"),
        (_parquet({"path": ["a.png", "b.png"], "vector": [[1.0], [1.0, 2.0]]}), "row 2 has 2 num"),
        (_parquet({"path": ["a.png", "b.png"], "vector": [[1.0], None]}), "row 2 has no vector"),
        (_parquet({"path": ["a.png"], "vector": ["1"]}), "are string, not lists of numbers"),
        (_parquet({"path": ["a.png"], "vector": [["1"]]}), "hold string, not numbers"),
        (lambda folder: make_text(folder / "v.parquet", "PAR1"), "can't be used as vectors"),
    ],
)
def test_a_table_that_is_broken_gets_a_sentence_that_says_where(tmp_path, write, sentence):
    with pytest.raises(WeightsError, match=sentence):
        load(write(tmp_path))


def test_what_is_not_finite_is_told_of_its_row(tmp_path):
    space = load(json_lines(tmp_path, NAMES[:1], [[1, float("nan")]]))
    images = space.encoders[Modality.IMAGE]
    assert images.problem(tmp_path / "a.png") == "row 1 of 'v.jsonl' is not finite"
    with pytest.raises(WeightsError, match=r"no vector for '.*a\.png': row 1 of"):
        images.encode([tmp_path / "a.png"])


def test_it_says_what_it_needs(tmp_path):
    for name, sentence in (
        ("vectors_file", r"needs a file of vectors\. Write: vectors_file:PATH"),
        (f"vectors_file:{tmp_path}/v.npy", "there is no file"),
        (f"vectors_file:{make_text(tmp_path / 'v.npz')}", r"is none of \.npy, \.parquet, \.jsonl"),
    ):
        with pytest.raises(SpaceUnavailable, match=sentence):
            registry.load(name)
    np.save(tmp_path / "v.npy", np.ones((1, 1)))
    with pytest.raises(SpaceUnavailable, match=r"no list of paths '.*v\.txt' or '.*v\.csv'"):
        registry.load(f"vectors_file:{tmp_path}/v.npy")
