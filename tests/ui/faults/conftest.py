"""Windows on collections of the tiny space, made once by the program itself."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from embedcurate_ui.window import Window
from pytestqt.qtbot import QtBot

from tests.indexing.material import make_sources
from tests.processes import embedcurate, with_tiny, with_troubled_decoders
from tests.ui.faults.material import Gate, opened


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of processes that know the tiny space, and whose decoders wait at gates."""
    site = tmp_path_factory.mktemp("tiny") / "site"
    env = with_tiny(site)
    with_troubled_decoders(site)
    return env


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, tiny: Mapping[str, str]) -> Path:
    """A folder with fifteen files and a collection of them."""
    root = tmp_path_factory.mktemp("made")
    make_sources(root / "sources")
    embedcurate("index", root / "collection", root / "sources", "--space", "tiny", env=tiny)
    return root


@pytest.fixture(autouse=True)
def config(tmp_path: Path, tiny: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", tiny["PYTHONPATH"])
    monkeypatch.setenv("EMBEDCURATE_CONFIG", os.fspath(tmp_path / "config"))


@pytest.fixture
def collection(tmp_path: Path, made: Path) -> Path:
    """A collection of its own; the fifteen files are all tests'."""
    return shutil.copytree(made / "collection", tmp_path / "collection")


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "more")


@pytest.fixture
def window(qtbot: QtBot, collection: Path) -> Iterator[Window]:
    with opened(qtbot, collection) as window:
        yield window
