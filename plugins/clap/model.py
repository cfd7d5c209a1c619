"""The checkpoint that the encoders of sounds and of texts share."""

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedcurate_plugins.pretrained import CONFIG, WEIGHTS, load

from embedcurate.errors import WeightsError
from embedcurate.spaces.checkpoints import in_words, read_config
from embedcurate.spaces.computing import device
from embedcurate.spaces.fingerprint import fingerprint

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["ClapTowers"]

_SOUNDS = "preprocessor_config.json"
_TOKENS = "tokenizer.json"
_TEXTS = "tokenizer_config.json"


class ClapTowers:
    """A folder as `ClapModel` and its processor save it; a tower loads when it is first used.

    A query in words then does not wait for the tower of sounds, and a run over sounds alone does
    without that of texts, which is four fifths of the model. Raises `WeightsError` if the folder
    describes another model.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._config = read_config(folder / CONFIG)
        if self._config.get("model_type") != "clap":
            raise WeightsError(
                f"'{folder}' holds a model of the type '{self._config.get('model_type')}', not "
                "'clap'. Name a folder or a repository of CLAP."
            )
        self.dimension = int(self._config.get("projection_dim", 512))
        self.sounds = read_config(folder / _SOUNDS)
        """The settings of the features that the tower of sounds takes."""
        names = (WEIGHTS, CONFIG, _SOUNDS, _TOKENS, _TEXTS)
        self.fingerprint = fingerprint("clap", *(folder / name for name in names))

    @cached_property
    def device(self) -> str:
        """Where the towers compute."""
        return device()

    @cached_property
    def sound_tower(self) -> Any:
        """HTSAT and its projection, in torch."""
        from transformers import ClapAudioModelWithProjection

        return self._tower(ClapAudioModelWithProjection, "audio_config")

    @cached_property
    def text_tower(self) -> Any:
        """RoBERTa and its projection, in torch."""
        from transformers import ClapTextModelWithProjection

        return self._tower(ClapTextModelWithProjection, "text_config")

    def _tower(self, kind: Any, part: str) -> Any:
        from transformers import ClapConfig

        with in_words(self.folder / CONFIG, "CLAP"):
            config = getattr(ClapConfig.from_dict(dict(self._config)), part)
        return load(kind, self.folder, config=config).to(self.device)

    @cached_property
    def tokenizer(self) -> "Tokenizer":
        """What turns texts into tokens, without padding or an end."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(json.dumps(read_config(self.folder / _TOKENS)))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def context(self) -> int:
        """How many tokens of a text are seen, those that mark its start and end included."""
        text = self._config.get("text_config") or {}
        stated = read_config(self.folder / _TEXTS).get("model_max_length") or 512
        positions = int(text.get("max_position_embeddings", 514)) - self.padding - 1
        return min(int(stated), positions)

    @cached_property
    def padding(self) -> int:
        """The token that fills shorter texts; positions are counted from the one after it."""
        found = (self._config.get("text_config") or {}).get("pad_token_id")
        return 1 if found is None else int(found)
