"""Strangers' plugins: nothing runs before it was allowed, and no plugin can stop the program."""

import json
import os
import signal
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from embedcurate.plugins import State, offers
from embedcurate.testing import make_picture
from tests.processes import TINY, complaint, embedcurate, start
from tests.strangers import install

Env = dict[str, str]

TOUCHES = "import os, pathlib\npathlib.Path(os.environ['TOUCHED']).touch()\n"

BAD = {
    "raises": "raise RuntimeError('no such GPU')",
    "hangs": "import threading\nthreading.Event().wait()",
    "aborts": "import os\nos.abort()",
    "exits": "raise SystemExit(3)",
    "interrupts": "raise KeyboardInterrupt",
    "leaves": "import os\nos._exit(0)",
    "wrong": "Tiny = dict",
    "abstract": TINY.replace("def load", "def lode"),
    "moody": TINY + "\n    def __init__(self, *options):\n        raise ValueError('not today')\n",
    "fickle": TINY.replace("return None", "raise ZeroDivisionError('oops')"),
    "odd": TINY.replace('"Known answers."', "object()"),
    "lacking": TINY.replace("return None", "return 'its weights are not here'"),
}

EXPECTED = {
    "raises": ("broken", "RuntimeError: no such GPU"),
    "hangs": ("hangs", "it did not answer within 4 s"),
    "aborts": ("broken", "it ended the process that looked at it (Aborted)"),
    "exits": ("broken", "SystemExit: 3"),
    "interrupts": ("broken", "KeyboardInterrupt"),
    "leaves": ("broken", "it ended the process that looked at it (exit code 0)"),
    "wrong": ("broken", "'ec_wrong:Tiny' is not a class derived from SpacePlugin"),
    "abstract": ("broken", "abstract method"),
    "moody": ("broken", "ValueError: not today"),
    "fickle": ("broken", "ZeroDivisionError: oops"),
    "odd": ("broken", "TypeError: Object of type object is not JSON serializable"),
    "lacking": ("incomplete", "its weights are not here"),
    "tiny": ("ready", ""),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Env:
    """The environment of processes among plugins of every bad kind, all allowed, and a good one."""
    site = tmp_path_factory.mktemp("bad")
    for name, source in BAD.items():
        install(site, f"ec-{name}", f"print('{{')\n{source}", {name: "Tiny"})
    install(site, "ec-good", f"print('{{')\n{TINY}", {"tiny": "Tiny"})
    install(site, "ec-shadow", TOUCHES, {"starter": "Tiny", "tiny": "Tiny"})
    return {
        **os.environ,
        "PYTHONPATH": os.fspath(site),
        "EMBEDCURATE_PLUGINS": "all",
        "EMBEDCURATE_PLUGINS_LIMIT_S": "4",
        "TOUCHED": os.fspath(site / "touched"),
    }


def answer(worker: Popen[str], **request: Any) -> Any:
    """Ask a worker and return its result; all that it writes is JSON."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps({"id": 1, **request}) + "\n")
    worker.stdin.flush()
    while "progress" in (said := json.loads(worker.stdout.readline())):
        pass
    return said["result"]


def test_the_program_starts_among_bad_plugins_and_lists_each_with_its_reason(
    bad: Env, tmp_path: Path
) -> None:
    listing = [start(verb, "--json", env=bad) for verb in ("plugins", "spaces", "doctor")]
    with start("worker", env=bad) as worker:
        results = [answer(worker, verb="spaces")["spaces"] for _ in range(2)]
    documents = []
    for process in listing:
        with process:
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
            documents.append(json.loads(out))
    listed = {(one["name"], one["package"]): one for one in documents[0]["plugins"]}
    for name, (state, reason) in EXPECTED.items():
        one = listed[name, "ec-good" if name == "tiny" else f"ec-{name}"]
        assert one["state"] == state
        assert reason in one["reason"]
    assert listed["starter", "embedcurate"]["state"] == "ready"
    for name, owner in (("starter", "embedcurate"), ("tiny", "ec-good")):
        one = listed[name, "ec-shadow"]
        assert one["state"] == "shadowed"
        assert one["reason"] == f"the name belongs to the package '{owner}'"
    assert not Path(bad["TOUCHED"]).exists()

    spaces = {one["name"]: one for one in documents[1]["spaces"]}
    assert {name for name, one in spaces.items() if one["problem"] is None} >= {"starter", "tiny"}
    assert {name for name, one in spaces.items() if one["problem"]} >= BAD.keys()
    assert documents[2]["spaces"] == {name: one["problem"] for name, one in spaces.items()}
    assert results == [documents[1]["spaces"]] * 2


def test_what_was_made_in_a_good_space_works_on_among_bad_ones(bad: Env, tmp_path: Path) -> None:
    make_picture(tmp_path / "sources" / "red.png", colour="red")
    embedcurate("index", tmp_path / "c", tmp_path / "sources", "--space", "tiny", env=bad)
    found = embedcurate("search", tmp_path / "c", "red", "--json", env=bad)
    assert [Path(hit["path"]).name for hit in json.loads(found.stdout)["hits"]] == ["red.png"]
    asked = {"collection": os.fspath(tmp_path / "c"), "query": "red"}
    with start("worker", env=bad) as worker:
        assert len(answer(worker, verb="search", arguments=asked)["hits"]) == 1


@pytest.mark.parametrize("name", ["exits", "interrupts", "raises"])
def test_a_space_that_ends_its_program_or_raises_costs_a_sentence(
    bad: Env, tmp_path: Path, name: str
) -> None:
    made = embedcurate("index", tmp_path / "c", tmp_path, "--space", name, env=bad, code=1)
    [line] = made.stderr.splitlines()[-1:]
    reason = EXPECTED[name][1]
    assert line.startswith(f"embedcurate: The space '{name}' can't be loaded: {reason}. Update or")


@pytest.fixture
def stranger(tmp_path: Path) -> Env:
    """The environment of processes with one stranger's package and a user who was never asked."""
    install(
        tmp_path / "site", "ec-tiny", TOUCHES + TINY, {"tiny": "Tiny"},
        metadata="Summary: Colours.\nLicense-Expression: MIT\n",
    )  # fmt: skip
    return {
        **{name: value for name, value in os.environ.items() if name != "EMBEDCURATE_PLUGINS"},
        "PYTHONPATH": os.fspath(tmp_path / "site"),
        "EMBEDCURATE_CONFIG": os.fspath(tmp_path / "config"),
        "TOUCHED": os.fspath(tmp_path / "touched"),
    }


def row(env: Env, *before: str) -> dict[str, Any]:
    """Return what `plugins` says of the stranger's."""
    [found] = [
        one
        for one in json.loads(embedcurate(*before, "plugins", "--json", env=env).stdout)["plugins"]
        if one["package"] == "ec-tiny"
    ]
    return found


def test_nothing_of_a_stranger_runs_before_its_package_was_allowed(
    stranger: Env, tmp_path: Path
) -> None:
    touched = Path(stranger["TOUCHED"])
    listed = row(stranger)
    assert (listed["state"], listed["summary"]) == ("not allowed", "Colours.")
    assert (listed["version"], listed["licence"]) == ("1.0", "MIT")
    assert listed["remedy"] == "Allow it with: embedcurate plugins allow ec-tiny"
    refused = complaint("index", tmp_path / "c", tmp_path, "--space", "tiny", env=stranger)
    assert refused == (
        "The space 'tiny' can't be loaded: its package 'ec-tiny' 1.0 has not been allowed to run. "
        "Allow it with: embedcurate plugins allow ec-tiny"
    )
    said = embedcurate("plugins", "allow", "EC_Tiny", env=stranger).stdout
    assert "ec-tiny 1.0, licence MIT: Colours." in said
    assert "It brings: space tiny" in said
    assert "use the network" in said
    assert not touched.exists()

    assert row(stranger)["state"] == "ready"
    assert touched.exists()
    assert row(stranger, "--no-plugins")["state"] == "disabled"
    off = ("--no-plugins", "index", tmp_path / "c", tmp_path, "--space", "tiny")
    assert "Leave --no-plugins away" in complaint(*off, env=stranger)


def test_a_new_version_asks_again_and_permission_can_be_taken_back(
    stranger: Env, tmp_path: Path
) -> None:
    embedcurate("plugins", "allow", "ec-tiny", env=stranger)
    install(tmp_path / "site", "ec-tiny", TINY, {"tiny": "Tiny"}, version="1.1")
    assert row(stranger)["state"] == "not allowed"
    embedcurate("plugins", "allow", "ec-tiny", env=stranger)
    assert row(stranger)["state"] == "ready"
    embedcurate("plugins", "forbid", "ec-tiny", env=stranger)
    assert row(stranger)["state"] == "not allowed"


def test_wrong_names_and_settings_are_told(stranger: Env) -> None:
    assert complaint("plugins", "allow", "ec-tony", env=stranger) == (
        "No package named 'ec-tony' offers plugins. Did you mean 'ec-tiny'?"
    )
    wrong = {**stranger, "EMBEDCURATE_PLUGINS": "some"}
    assert complaint("plugins", env=wrong) == (
        "EMBEDCURATE_PLUGINS can't be 'some'. Set it to one of: none, allowed, all."
    )
    wrong = {**stranger, "EMBEDCURATE_PLUGINS": "all", "EMBEDCURATE_PLUGINS_LIMIT_S": "long"}
    assert "a number of seconds" in complaint("plugins", env=wrong)


def test_a_package_whose_metadata_cannot_be_read_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "ec-garbled", "", {"": "no name"})
    install(tmp_path, "ec-nameless", TINY, {"named": "Tiny"})
    info = tmp_path / "ec_garbled-1.0.dist-info"
    (info / "entry_points.txt").write_text("[embedcurate.spaces]\na line without a value\n")
    (tmp_path / "ec_nameless-1.0.dist-info" / "METADATA").write_bytes(b"\xff\xfe")
    monkeypatch.syspath_prepend(tmp_path)
    found = {one.name: one for one in offers()}
    assert found["ec-garbled"].state()[0] is State.BROKEN
    assert found["named"].package == "a package without a name"


def test_ctrl_c_while_a_plugin_is_at_work_ends_the_program_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "ec-slow", TINY, {"slow": "Tiny"})
    monkeypatch.syspath_prepend(tmp_path)
    [slow] = [one for one in offers() if one.name == "slow"]
    with pytest.raises(KeyboardInterrupt):
        slow.guard(lambda: signal.raise_signal(signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
