"""The space `clap`: sounds and texts by CLAP."""

from collections.abc import Mapping
from typing import ClassVar

from embedcurate_plugins.pretrained import CONFIG, WEIGHTS, PretrainedPlugin

from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.space import Space
from embedcurate.spaces.templates import OPTION, template_of
from embedcurate.spaces.weights import Weights

__all__ = ["DEFAULT", "FILES", "ClapSpace"]

DEFAULT = "laion/clap-htsat-unfused"
"""The repository of the model that is used if none is named."""

FILES = (
    CONFIG,
    WEIGHTS,
    "preprocessor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""What a model consists of, in a repository or in a folder."""
_LICENCE = "Apache-2.0"
_SIZE_BYTES = 616_000_000


class ClapSpace(PretrainedPlugin):
    """CLAP (Wu et al. 2023, arXiv 2211.06687) in the format of transformers, fused or not.

    The model is a repository of the hub, looked for in its cache on this machine, or a folder.
    """

    name = "clap"
    summary = "Sounds of all kinds and texts by CLAP: any model that transformers saved."
    modalities = frozenset({Modality.AUDIO, Modality.TEXT})
    licence = f"each model's own; of the default: {_LICENCE}"
    default_model = DEFAULT
    download_bytes = _SIZE_BYTES
    extra = "clap"
    files = FILES
    made_by = "ClapModel and ClapProcessor"
    takes: ClassVar[Mapping[str, str]] = {
        OPTION: "what is put around a short query: 'This is a sound of {}.'",
    }

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        super().__init__(model, options)
        self._template = template_of(self.name, self.options, "a sound of {}")

    def fetched(self) -> Weights:
        """Return the files of a repository."""
        ours = self.model.startswith("laion/clap-htsat-")
        return Weights(self.model, FILES, _LICENCE if ours else "see the model's page", _SIZE_BYTES)

    def load(self, progress: Progress) -> Space:
        """Make the space in a moment: each tower loads when it first encodes."""
        from .model import ClapTowers
        from .sounds import ClapSounds
        from .texts import ClapTexts

        towers = ClapTowers(self.folder)
        return Space(
            name=self.full_name,
            encoders={
                Modality.AUDIO: ClapSounds(towers),
                Modality.TEXT: ClapTexts(towers, template=self._template),
            },
        )
