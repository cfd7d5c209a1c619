"""Settings are declared once; a file holds them, and nothing but what they allow."""

import os
from pathlib import Path

import pytest
from embedcurate_ui.preferences.recent import Recent
from embedcurate_ui.preferences.settings import (
    GROUPS,
    SETTINGS,
    Refused,
    Settings,
    file_of_settings,
)
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


def test_every_setting_is_whole() -> None:
    for name, setting in SETTINGS.items():
        assert setting.name == name
        assert setting.group in GROUPS
        assert setting.read(setting.default) == setting.default
        assert setting.help.endswith(".")
        assert type(setting.default) in (bool, str) or None not in (setting.low, setting.high)


def test_what_is_set_is_told_once_and_there_in_the_next_session(
    tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "deep" / "window.ini"
    settings = Settings(file)
    with qtbot.waitSignal(settings.changed) as told:
        settings["grid/tile_px"] = 200
    assert told.args == ["grid/tile_px"]
    with qtbot.assertNotEmitted(settings.changed):
        settings["grid/tile_px"] = 200
    settings["grid/advance"] = False
    settings["collections/folder"] = "/a, b/ü"
    settings.store.sync()
    later = Settings(file)
    assert later["grid/tile_px"] == 200
    assert later["grid/advance"] is False
    assert later["collections/folder"] == "/a, b/ü"
    assert later["appearance/scheme"] == "system"
    later.reset()
    assert {name: later[name] for name in SETTINGS} == {
        name: setting.default for name, setting in SETTINGS.items()
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("grid/tile_px", 5, "from 64 to 512"),
        ("grid/tile_px", "wide", "'Size of thumbnails' can't be 'wide'"),
        ("appearance/scheme", "pink", "Choose system, light, dark"),
        ("grid/advance", "perhaps", "can't be 'perhaps'"),
    ],
)
def test_what_a_setting_does_not_allow_is_refused_in_words(
    tmp_path: Path, name: str, value: str | int, said: str
) -> None:
    settings = Settings(tmp_path / "window.ini")
    with pytest.raises(Refused, match=said):
        settings[name] = value
    assert settings[name] == SETTINGS[name].default


def test_a_file_that_was_edited_wrongly_gives_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    file.write_text("[grid]\ntile_px=enormous\nadvance=maybe\n[appearance]\nscheme=dark\n")
    settings = Settings(file)
    assert (settings["grid/tile_px"], settings["grid/advance"]) == (160, True)
    assert settings["appearance/scheme"] == "dark"


def test_the_folder_of_settings_can_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path))
    assert file_of_settings() == tmp_path / "window.ini"
    monkeypatch.delenv("EMBEDCURATE_CONFIG")
    assert tmp_path not in file_of_settings().parents


def test_recent_collections_come_latest_first_each_once(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(b"/caf\xe9, 100%/x"))

    def recent() -> Recent:
        return Recent(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))

    assert recent().paths() == []
    recent().opened(Path("/a"))
    assert recent().paths() == [Path("/a")]
    for path in (odd, Path("/b/./c"), Path("/a")):
        recent().opened(path)
    assert recent().paths() == [Path("/a"), Path("/b/c"), odd]
    recent().forget(Path("/b/c"))
    assert recent().paths() == [Path("/a"), odd]
    for number in range(20):
        recent().opened(Path(f"/{number}"))
    assert recent().paths() == [Path(f"/{number}") for number in range(19, 7, -1)]
