import multiprocessing
import resource
import subprocess
import sys
import tarfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest
from pebble import ProcessPool

from embedcurate.errors import MediaError
from embedcurate.items import Modality
from embedcurate.media.decoding import Needs, decode

PILLOW = f"pillow=={version('pillow')}"
LIMIT = 2 << 30


@pytest.fixture
def corpus(tmp_path):
    """Pillow's own test images, the files of its old crashes among them."""
    command = [sys.executable, "-m", "pip", "download", "--no-binary", ":all:", "--no-deps"]
    got = subprocess.run(
        [*command, "-q", "-d", tmp_path, PILLOW], capture_output=True, text=True, check=False
    )
    archives = list(tmp_path.glob("pillow-*.tar.gz"))
    if not archives:
        pytest.skip(
            f"the source distribution of {PILLOW} can't be had: {got.stderr.strip()[-200:]}"
        )
    with tarfile.open(archives[0]) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    return sorted(path for path in tmp_path.glob("source/*/Tests/images/**/*") if path.is_file())


@pytest.mark.slow
def test_each_of_pillows_test_images_ends_in_one_outcome(corpus):
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with ProcessPool(
        max_workers=2,
        context=multiprocessing.get_context("spawn"),
        initializer=resource.setrlimit,
        initargs=(resource.RLIMIT_AS, (LIMIT, LIMIT)),
    ) as pool:
        futures = [
            pool.schedule(decode, args=(path, Modality.IMAGE, Needs()), timeout=10)
            for path in corpus
        ]
        for path, future in zip(corpus, futures, strict=True):
            try:
                outcomes["ok"] += 1 if future.result().medium.pixels.size else 0
            except MediaError as error:
                outcomes[type(error).__name__] += 1
                reasons[f"{error} ({Path(path).suffix})"] += 1
    print(dict(outcomes), *(f"{n} {reason}" for reason, n in reasons.most_common()), sep="\n")  # noqa: T201
    assert len(corpus) > 900
    assert sum(outcomes.values()) == len(corpus)
    assert outcomes["ok"] > 0.7 * len(corpus)
