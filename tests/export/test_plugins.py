"""Formats that plugins bring: exported to by name, held to their rules, harmless when they fail."""

import json
import os
from pathlib import Path
from typing import ClassVar

import pytest

from embedcurate.collection import Collection
from embedcurate.errors import Cancelled, ExportError, PluginUnavailable
from embedcurate.export import ExporterPlugin, export
from embedcurate.export.job import Job
from embedcurate.items import Modality
from embedcurate.testing import check_exporter
from tests.processes import embedcurate
from tests.strangers import install

SOURCE = """
import html
from pathlib import Path
from embedcurate.export import ExporterPlugin

class Page(ExporterPlugin):
    name = "page"
    summary = "A page that shows the captions."
    suffix = ".html"

    def write(self, job, out):
        with out.open("x", encoding="utf-8") as file:
            for entry in job.entries():
                file.write(f"<p id={entry.item.id}>{html.escape(entry.item.caption or '')}</p>\\n")
                job.done(entry)

class Album(ExporterPlugin):
    name = "album"
    summary = "Pictures in folders by split."
    takes = frozenset({"image"})
    copies = True

    def write(self, job, out):
        for entry in job.entries():
            name = f"{entry.split or 'all'}/{entry.item.id}.png"
            if job.copied(entry, name):
                job.done(entry, name)
        (out / "cover.txt").write_text("An album.")

class Bursting(Page):
    name = "bursting"

    def write(self, job, out):
        out.write_text("half")
        raise RuntimeError("no such printer")

class Outside(Album):
    name = "outside"

    def write(self, job, out):
        for entry in job.entries():
            job.copied(entry, "../../" + entry.item.id)

class Lacking(Page):
    name = "lacking"
    remedy = "Run: fetch-it"

    def available(self):
        return "its template is not here"
"""
ENTRIES = {name: name.title() for name in ("page", "album", "bursting", "outside", "lacking")}
GROUP = "embedcurate.exporters"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    install(tmp_path / "site", "ec-formats", SOURCE, ENTRIES, group=GROUP)
    install(tmp_path / "site", "ec-taken", SOURCE, {"csv": "Page"}, group=GROUP)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"


def test_a_list_and_a_folder_of_a_plugin_are_exports_like_others(
    shared: Collection, tmp_path: Path, site: Path
) -> None:
    report = export(shared, tmp_path / "list.html", format="page")
    lines = (tmp_path / "list.html").read_text("utf-8").splitlines()
    assert (report.format, report.items, report.files) == ("page", 17, 2)
    assert len(lines) == 17
    assert any("a red &quot;disc&quot;, ünder it" in line for line in lines)
    manifest = json.loads((tmp_path / "list.html.manifest.json").read_text())
    assert (manifest["format"], manifest["plugin"]) == ("page", "ec-formats 1.0")

    for overwrite in (False, True):
        splits = {"train": 0.5, "test": 0.5}
        report = export(
            shared, tmp_path / "album", format="album", splits=splits, overwrite=overwrite
        )
    assert (report.items, report.left_out) == (8, {"audio": 4, "text": 5})
    assert len(list((tmp_path / "album").rglob("*.png"))) == 8
    assert {path.name for path in (tmp_path / "album").iterdir() if path.is_dir()} == set(splits)
    manifest = json.loads((tmp_path / "album" / "manifest.json").read_text())
    assert manifest["files"] == ["cover.txt"]
    dry = export(shared, tmp_path / "dry", format="album", dry_run=True)
    originals = shared.catalogue.column("size").to_pylist()
    assert 0 < dry.bytes < sum(originals)
    assert not (tmp_path / "dry").exists()


@pytest.mark.parametrize(
    ("name", "error", "sentence"),
    [
        ("bursting", PluginUnavailable, "format 'bursting' can't be used: RuntimeError: no such"),
        ("outside", ExportError, "would lie outside of the export's folder"),
        ("lacking", PluginUnavailable, "its template is not here. Run: fetch-it"),
        ("albun", ExportError, "There is no format 'albun'. Did you mean 'album'?"),
    ],
)
def test_a_format_that_fails_leaves_nothing_and_says_why(
    shared: Collection, tmp_path: Path, site: Path, name: str, error: type[Exception], sentence: str
) -> None:
    (tmp_path / "to").mkdir()
    with pytest.raises(error) as raised:
        export(shared, tmp_path / "to" / "out", format=name)
    assert sentence in str(raised.value)
    assert list((tmp_path / "to").iterdir()) == []


def test_csv_stays_ours(shared: Collection, tmp_path: Path, site: Path) -> None:
    export(shared, tmp_path / "list.csv", format="csv")
    assert (tmp_path / "list.csv").read_text().startswith("id,path,")


def test_the_command_line_knows_formats_of_plugins(
    shared: Collection, tmp_path: Path, site: Path
) -> None:
    env = {**os.environ, "PYTHONPATH": os.fspath(site)}
    out = tmp_path / "out.html"
    done = embedcurate("export", shared.path, out, "--format", "page", "--json", env=env)
    assert json.loads(done.stdout)["items"] == 17
    wrong = embedcurate("export", shared.path, out, "--format", "pdf", env=env, code=2)
    assert "'pdf' is not one of" in " ".join(wrong.stderr.split())
    off = ("--no-plugins", "export", shared.path, tmp_path / "off.html", "--format", "page")
    assert "plugins of others are switched off" in embedcurate(*off, env=env, code=1).stderr


class Good(ExporterPlugin):
    name = "good"
    summary = "Copies, named by their ids."
    copies = True

    def write(self, job: Job, out: Path) -> None:
        for entry in job.entries():
            name = f"media/{entry.item.id}"
            if job.copied(entry, name):
                job.done(entry, name)


class Forgetful(Good):
    def write(self, job: Job, out: Path) -> None:
        for entry in job.entries():
            job.copied(entry, f"media/{entry.item.id}")


class Dated(Good):
    times = 0

    def write(self, job: Job, out: Path) -> None:
        super().write(job, out)
        self.times += 1
        (out / "date.txt").write_text(f"the {self.times}th time")


class Straying(Good):
    def write(self, job: Job, out: Path) -> None:
        super().write(job, out)
        (out.parent / "log.txt").write_text("done")


class Stubborn(Good):
    def write(self, job: Job, out: Path) -> None:
        try:
            super().write(job, out)
        except Cancelled:
            (out / "broken-off.txt").write_text("cancelled")


class Careless(Good):
    def write(self, job: Job, out: Path) -> None:
        (out / "media").mkdir()
        for entry in job.entries():
            name = f"media/{entry.item.id}"
            (out / name).write_bytes(entry.item.path.read_bytes())
            job.done(entry, name)


class Suffixed(Good):
    suffix = "html"


class Nothing(Good):
    takes: ClassVar[frozenset[Modality]] = frozenset()


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (Forgetful, "`job.done` must be called"),
        (Dated, "written the same again"),
        (Straying, "outside of the target"),
        (Stubborn, "must not be caught"),
        (Careless, "an original that has changed must be left out"),
        (Suffixed, "`suffix` must be like"),
        (Nothing, "`takes` must name modalities"),
    ],
)
def test_a_broken_format_fails_by_the_name_of_its_rule(
    broken: type[ExporterPlugin], rule: str
) -> None:
    with pytest.raises(AssertionError) as raised:
        check_exporter(broken())
    assert rule.lower() in str(raised.value).lower()


def test_good_formats_pass(site: Path) -> None:
    from ec_formats import Album, Page

    for good in (Good, Page, Album):
        check_exporter(good())
