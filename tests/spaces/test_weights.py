import hashlib
import json
import os
import shutil
import socket
from collections import namedtuple

import pytest
from huggingface_hub import constants

from embedcurate.errors import Cancelled, WeightsError
from embedcurate.spaces import fingerprint
from embedcurate.spaces.fetching import pull
from embedcurate.spaces.weights import Weights, offline
from tests.processes import embedcurate
from tests.spaces.hub import Hub

CLIP = "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"
CONTENT = bytes(range(256)) * 12_000  # three megabytes: progress comes in single ones
SMALL = b'{"of": "a model"}'
WEIGHTS = Weights(CLIP, ("open_clip_model.safetensors", "config.json"), "MIT", len(CONTENT))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def _point_to(url: str, monkeypatch) -> None:
    """Do what HF_ENDPOINT does, which is read once in a process."""
    template = "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + template)


@pytest.fixture
def hub(httpserver, cache, monkeypatch):
    served = Hub(httpserver, {CLIP: dict(zip(WEIGHTS.files, (CONTENT, SMALL), strict=True))})
    _point_to(served.url.rstrip("/"), monkeypatch)
    # The library waits a second before it takes a broken connection up again.
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)
    return served


def test_what_is_pulled_is_there_and_its_bytes_were_counted(hub, cache):
    told = []
    assert WEIGHTS.missing == list(WEIGHTS.files)
    pull([WEIGHTS], lambda *report: told.append(report))
    assert WEIGHTS.missing == []
    assert [WEIGHTS.path(file).read_bytes() for file in WEIGHTS.files] == [CONTENT, SMALL]
    whole = len(CONTENT) + len(SMALL)
    counted = [done for done, total, _ in told if total == whole]
    assert counted[-1] == whole
    assert counted == sorted(counted)
    assert len(counted) >= 4
    described = WEIGHTS.as_document()["files"][0]
    assert described["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert described["size_bytes"] == len(CONTENT)


def test_what_is_there_is_not_fetched_again(hub):
    pull([WEIGHTS])
    asked = len(hub.ranges)
    pull([WEIGHTS])
    assert len(hub.ranges) == asked


def test_a_connection_that_is_cut_is_taken_up_where_it_broke(hub):
    hub.cut = lambda rest: rest[: max(len(rest) // 2, 1_100_000)]
    pull([WEIGHTS])
    assert WEIGHTS.path(WEIGHTS.files[0]).read_bytes() == CONTENT
    resumed = [int(asked[6:-1]) for asked in hub.ranges if asked]
    assert resumed
    assert min(resumed) >= 1_000_000


def test_a_connection_that_stays_broken_is_told_of_and_leaves_no_half_a_file(hub, cache):
    hub.cut = lambda rest: b""
    with pytest.raises(WeightsError, match=r"could not be fetched from .* copy its folder"):
        pull([WEIGHTS])
    assert WEIGHTS.missing == list(WEIGHTS.files)
    assert not list(cache.rglob("*.incomplete"))


def test_cancelling_stops_within_a_megabyte_and_leaves_nothing(hub, cache):
    def stop(done, total, doing):
        if done:
            assert done <= 1 << 20
            raise Cancelled

    with pytest.raises(Cancelled):
        pull([WEIGHTS], stop)
    assert WEIGHTS.missing == list(WEIGHTS.files)
    assert not list(cache.rglob("*.incomplete"))


def test_without_a_hub_the_sentence_says_how_to_bring_the_files_by_hand(cache, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        _point_to(f"http://127.0.0.1:{nobody.getsockname()[1]}", monkeypatch)
        with pytest.raises(WeightsError) as caught:
            pull([WEIGHTS])
    said = str(caught.value)
    assert f"hf download {CLIP} open_clip_model.safetensors config.json" in said
    assert f"'models--laion--CLIP-ViT-B-32-laion2B-s34B-b79K' into '{cache}'" in said


def test_a_file_or_repository_that_the_hub_lacks_is_named(hub):
    with pytest.raises(WeightsError, match=r"no file 'other\.bin' of 'laion"):
        pull([Weights(CLIP, ("other.bin",), "MIT", 0)])
    with pytest.raises(WeightsError, match="of 'no/such'"):
        pull([Weights("no/such", ("other.bin",), "MIT", 0)])


def test_a_disk_without_room_is_told_of_before_anything_is_fetched(hub, monkeypatch):
    usage = namedtuple("usage", "total used free")(10, 9, 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(WeightsError, match="Make room, or set HF_HOME"):
        pull([WEIGHTS])
    assert hub.ranges == []


def test_what_came_wrong_is_deleted(hub):
    hub.cut = lambda rest: bytes(len(rest))
    with pytest.raises(WeightsError, match="checksum differs"):
        pull([WEIGHTS])
    assert "open_clip_model.safetensors" in WEIGHTS.missing


def test_removing_frees_these_files_and_leaves_others_of_the_repository(hub, cache):
    pull([WEIGHTS])
    assert Weights(CLIP, ("config.json",), "MIT", 0).remove() == len(SMALL)
    assert WEIGHTS.missing == ["config.json"]
    assert WEIGHTS.remove() == len(CONTENT)
    assert not (cache / "models--laion--CLIP-ViT-B-32-laion2B-s34B-b79K").exists()
    assert WEIGHTS.remove() == 0


def test_offline_no_library_asks_the_hub(hub, httpserver):
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    with offline(), pytest.raises(LocalEntryNotFoundError):
        hf_hub_download(CLIP, "config.json")
    assert httpserver.log == []
    assert not constants.HF_HUB_OFFLINE


@pytest.fixture
def env(httpserver, cache, tmp_path):
    served = Hub(httpserver, {CLIP: {"open_clip_model.safetensors": CONTENT}})
    return {**os.environ, "HF_ENDPOINT": served.url.rstrip("/"), "HF_HOME": str(tmp_path / "home")}


def test_the_commands_list_pull_and_remove(env):
    listed = json.loads(embedcurate("models", "list", "--json", env=env).stdout)["models"]
    assert next(row for row in listed if row["space"] == "clip")["missing"]
    done = embedcurate("models", "pull", "clip", "--json", "--progress", "json", env=env)
    [row] = json.loads(done.stdout)["models"]
    reports = [json.loads(line) for line in done.stderr.splitlines()]
    assert reports[-1]["done"] == reports[-1]["total"] == len(CONTENT)
    assert (row["repo"], row["licence"], row["missing"]) == (CLIP, "MIT", [])
    assert row["files"][0]["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    freed = json.loads(embedcurate("models", "remove", "clip", "--json", env=env).stdout)
    assert freed == {"space": "clip", "freed_bytes": len(CONTENT)}


@pytest.fixture
def large(tmp_path, monkeypatch):
    """A file that was written long ago, and a count of how often files are hashed."""
    monkeypatch.setattr(fingerprint, "_folder", lambda: tmp_path / "hashes")
    monkeypatch.setattr(fingerprint, "_SMALL", 10)
    file = tmp_path / "weights.safetensors"
    file.write_bytes(CONTENT)
    os.utime(file, (1e9, 1e9))
    hashed = []
    original = fingerprint._hash
    monkeypatch.setattr(fingerprint, "_hash", lambda files: hashed.append(1) or original(files))
    return file, hashed


def test_the_hash_of_a_large_file_is_remembered_until_it_changes(large):
    file, hashed = large
    first = fingerprint.fingerprint("model", file)
    assert fingerprint.fingerprint("model", file) == first
    assert len(hashed) == 1
    file.write_bytes(CONTENT[::-1])
    os.utime(file, (1e9 + 1, 1e9 + 1))
    assert fingerprint.fingerprint("model", file) != first
    os.utime(file, (1e9, 1e9))
    assert len(hashed) == 2


def test_a_file_that_was_written_just_now_is_hashed_each_time(large):
    file, hashed = large
    os.utime(file)
    assert fingerprint.fingerprint("model", file) == fingerprint.fingerprint("model", file)
    assert len(hashed) == 2
