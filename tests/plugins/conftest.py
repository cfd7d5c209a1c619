"""Checkpoints that several files of tests share, made once a run whatever the number of workers."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from embedcurate.progress import ignore
from embedcurate.spaces import registry
from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.naming import SpaceName
from tests.plugins.checkpoints.clap import make_clap
from tests.plugins.checkpoints.clip import make_clip


@dataclass(frozen=True, slots=True)
class ClipClap:
    """Checkpoints of CLIP and of CLAP, and the folder where the bridge between them is kept."""

    clip: Path
    clap: Path
    data_home: Path

    @property
    def model(self) -> str:
        """What the space `clip-clap` is told."""
        return f"{self.clip}+{self.clap}"


@pytest.fixture(scope="session")
def clip_clap(tmp_path_factory: pytest.TempPathFactory) -> ClipClap:
    """Return the two models with their bridge fitted, which takes half a minute."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "clip-clap"
    found = ClipClap(folder / "clip", folder / "clap", folder / "data")
    with FileLock(folder.with_suffix(".lock")), pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(found.data_home))
        if not folder.exists():
            make_clip(found.clip)
            make_clap(found.clap, texts=anchors())
        plugin = registry.installed()["clip-clap"].plugin(SpaceName("clip-clap", found.model))
        plugin.load(ignore)
    return found
