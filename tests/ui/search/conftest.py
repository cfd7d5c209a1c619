"""Settings of their own for the tests of the search bar."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
