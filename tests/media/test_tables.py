import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from embedcurate.errors import DamagedMedium, MediumTooLarge, UnsupportedMedium
from embedcurate.media.tables import Row, is_table, rows


def test_csv_quoting_label_and_split(tmp_path):
    path = tmp_path / "a.CSV"
    path.write_text('id,Text,label,split\n1,"a, ""b""\nc",cat,train\n2,d,,test\n', newline="")
    assert is_table(path)
    assert list(rows(path)) == [
        Row(0, 'a, "b"\nc', "cat", "train"),
        Row(1, "d", None, "test"),
    ]


@pytest.mark.parametrize(("name", "delimiter"), [("a.tsv", "\t"), ("a.csv", ";"), ("b.csv", "|")])
def test_delimiters(tmp_path, name, delimiter):
    (tmp_path / name).write_text(delimiter.join("ab") + "\n" + delimiter.join(["x y, z", "1"]))
    assert [row.text for row in rows(tmp_path / name)] == ["x y, z"]


def test_without_a_known_name_the_longest_strings_are_the_text(tmp_path):
    path = tmp_path / "a.jsonl"
    record = {"path": "/a/very/long/path/to/somewhere", "n": 3, "word": "cat", "says": "I am a cat"}
    path.write_text(json.dumps(record))
    assert [row.text for row in rows(path)] == ["I am a cat"]


def test_row_of_the_wrong_width_fails_alone(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\na,x\nb\nc,y\n")
    found = list(rows(tmp_path / "a.csv"))
    assert [row.text for row in found] == ["a", "", "c"]
    assert found[1].problem == "line 3 has 1 fields where the header has 2"


def test_broken_rows_of_json_lines_fail_alone(tmp_path):
    lines = ['{"text": "one"}', "{broken", "", '{"text": 3}', '{"text": " "}', '"two"', "[1]"]
    lines += ['{"text": "\\ud83d"}', '{"label": "x"}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = list(rows(tmp_path / "a.jsonl"))
    assert {row.index: row.text for row in found if row.problem is None} == {0: "one", 4: "two"}
    assert [row.index for row in found] == list(range(8))
    assert [row.problem for row in found if row.problem] == [
        "line 2 is not JSON",
        "its text is not a string but 3",
        "its text is empty",
        "it is neither an object nor a string",
        "its text holds half of a character",
        "it has no text",
    ]


def test_json_of_rows_and_of_anything_else(tmp_path):
    (tmp_path / "a.json").write_text('[{"caption": "a cat", "class": 3}, {"caption": "a dog"}]')
    assert list(rows(tmp_path / "a.json")) == [Row(0, "a cat", "3"), Row(1, "a dog")]
    (tmp_path / "b.json").write_text('{"setting": 3}')
    with pytest.raises(UnsupportedMedium, match="not a list"):
        list(rows(tmp_path / "b.json"))
    (tmp_path / "c.json").write_text('[{"a"')
    with pytest.raises(DamagedMedium, match="not JSON"):
        list(rows(tmp_path / "c.json"))


def test_parquet_and_arrow_types(tmp_path):
    table = pa.table(
        {
            "body": pa.array(["one", None], pa.large_string()),
            "label": pa.array(["x", "y"]).dictionary_encode(),
            "split": ["train", "test"],
            "vector": [[1.0], [2.0]],
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    assert list(rows(tmp_path / "a.parquet")) == [
        Row(0, "one", "x", "train"),
        Row(1, "", "y", "test", "it has no text"),
    ]
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(data[:-30])
    with pytest.raises(DamagedMedium, match="Parquet"):
        list(rows(tmp_path / "a.parquet"))


def test_table_without_text_or_rows(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n")
    with pytest.raises(UnsupportedMedium, match="none of its columns"):
        list(rows(tmp_path / "a.csv"))
    (tmp_path / "b.csv").write_text("text,label\n")
    with pytest.raises(DamagedMedium, match="no rows"):
        list(rows(tmp_path / "b.csv"))
    (tmp_path / "c.csv").write_bytes(b"")
    with pytest.raises(DamagedMedium, match="empty"):
        list(rows(tmp_path / "c.csv"))
    (tmp_path / "d.csv").write_bytes(b"text\n\0\1\2\3")
    with pytest.raises(DamagedMedium, match="binary"):
        list(rows(tmp_path / "d.csv"))


def test_encodings_of_tables(tmp_path):
    text = "text,label\ncafé à la crème,x\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        (tmp_path / "a.csv").write_bytes(text.encode(encoding))
        assert [row.text for row in rows(tmp_path / "a.csv")] == ["café à la crème"], encoding


def test_line_without_end_is_not_read(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"a" * (5 << 20))
    with pytest.raises(DamagedMedium, match="line 1 has more than"):
        list(rows(path))
    path.write_bytes(b"text\n")
    with path.open("r+b") as file:
        file.truncate(1 << 30)
    with pytest.raises(MediumTooLarge):
        list(rows(path))
