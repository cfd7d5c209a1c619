"""The space `clap`: sounds and texts by CLAP."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from embedcurate_plugins.pretrained import folder_of, is_path

from embedcurate.errors import SpaceOptionError
from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.space import Space
from embedcurate.spaces.weights import Weights

__all__ = ["DEFAULT", "FILES", "ClapSpace", "weights_of"]

DEFAULT = "laion/clap-htsat-unfused"
"""The repository of the model that is used if none is named."""

FILES = (
    "config.json",
    "model.safetensors",
    "preprocessor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""What a model consists of, in a repository or in a folder."""

_LICENCE = "Apache-2.0"
_SIZE_BYTES = 616_000_000


def weights_of(repo: str) -> Weights:
    """Return the files that `models` pulls for a repository of CLAP."""
    ours = repo.startswith("laion/clap-htsat-")
    return Weights(repo, FILES, _LICENCE if ours else "see the model's page", _SIZE_BYTES)


class ClapSpace(SpacePlugin):
    """CLAP (Wu et al. 2023, arXiv 2211.06687) in the format of transformers, fused or not.

    The model is a repository of the hub, looked for in its cache on this machine, or a folder.
    """

    name = "clap"
    summary = "Sounds of all kinds and texts by CLAP: any model that transformers saved."
    modalities = frozenset({Modality.AUDIO, Modality.TEXT})
    licence = f"each model's own; of the default: {_LICENCE}"
    default_model = DEFAULT
    download_bytes = _SIZE_BYTES
    takes: ClassVar[Mapping[str, str]] = {
        "template": "what is put around a short query: 'This is a sound of {}.'",
    }

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        super().__init__(model, options)
        self._template = self.options.get("template", "{}")
        if "{}" not in self._template:
            raise SpaceOptionError(
                self.name, f"template={self._template}", ["template=a sound of {}, and so on"]
            )

    @property
    def remedy(self) -> str:  # type: ignore[override]
        """The command that gets what `available` misses."""
        if find_spec("transformers") is None:
            return "Run: pip install 'embedcurate[clap]'"
        if self.weights():
            return f"Run: embedcurate models pull {self.name}:{self.model}"
        return "Name a folder that ClapModel and ClapProcessor saved."

    def available(self) -> str | None:
        """Name the package or the files that are missing."""
        if find_spec("transformers") is None:
            return "the package 'transformers' is not installed"
        missing = [file for file in FILES if not (self._folder / file).is_file()]
        if not missing:
            return None
        if self.weights():
            return f"the weights of '{self.model}' are not on this machine"
        return f"'{self._folder}' lacks {', '.join(missing)}"

    def weights(self) -> Sequence[Weights]:
        """Return the files of a repository; a folder of one's own is nobody's to fetch."""
        return () if is_path(self.model) else (weights_of(self.model),)

    @cached_property
    def _folder(self) -> Path:
        return folder_of(self.model)

    def load(self, progress: Progress) -> Space:
        """Make the space in a moment: each tower loads when it first encodes."""
        from .model import ClapTowers
        from .sounds import ClapSounds
        from .texts import ClapTexts

        towers = ClapTowers(self._folder)
        return Space(
            name=self.full_name,
            encoders={
                Modality.AUDIO: ClapSounds(towers),
                Modality.TEXT: ClapTexts(towers, template=self._template),
            },
        )
