"""Checkpoints that several files of tests share, made once a run whatever the number of workers."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from embedcurate.progress import ignore
from embedcurate.spaces import registry
from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.naming import SpaceName
from tests.once import once
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
    folder = once(tmp_path_factory, "clip-clap", _make_clip_clap)
    return _in(folder)


def _in(folder: Path) -> ClipClap:
    return ClipClap(folder / "clip", folder / "clap", folder / "data")


def _make_clip_clap(folder: Path) -> None:
    made = _in(folder)
    make_clip(made.clip)
    make_clap(made.clap, texts=anchors())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(made.data_home))
        plugin = registry.installed()["clip-clap"].plugin(SpaceName("clip-clap", made.model))
        plugin.load(ignore)
