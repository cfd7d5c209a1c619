"""The space `siglip`: pictures and texts by SigLIP and SigLIP 2."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from embedcurate.errors import WeightsError
from embedcurate.items import Modality, Segment
from embedcurate.progress import Progress
from embedcurate.spaces.checkpoints import in_words, read_config
from embedcurate.spaces.computing import Batches, device, inference
from embedcurate.spaces.encoder import SHARED, ImageEncoder, Pixels, TextEncoder, Vectors
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.passages import Tokens, passages, tokens_by_word, tokens_of
from embedcurate.spaces.preprocessing import Preprocessing
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.space import Space
from embedcurate.spaces.weights import Weights, offline

from .pretrained import CONFIG, WEIGHTS, PretrainedPlugin, load, quiet

__all__ = ["SiglipImages", "SiglipSpace", "SiglipTexts"]

_PIXELS = "preprocessor_config.json"
_TEXTS = "tokenizer_config.json"
_FILES = (CONFIG, WEIGHTS, _PIXELS, _TEXTS)
_AT_ONCE = 32
_SEEN = 2000  # characters; longer texts fill any context
_RESAMPLING = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic"}  # Pillow's numbers
_DEFAULT = "google/siglip2-base-patch16-224"
_LICENCE = "Apache-2.0"
_SIZE_BYTES = 1_540_000_000


class SiglipSpace(PretrainedPlugin):
    """SigLIP (Zhai et al. 2023, arXiv 2303.15343) and SigLIP 2 (arXiv 2502.14786).

    The model is a repository of the hub, looked for in its cache on this machine, or a folder in
    the format of transformers. SigLIP 2 of flexible resolution (NaFlex) is another architecture.
    """

    name = "siglip"
    summary = "Pictures and texts in many languages by SigLIP 2, or in English by SigLIP."
    modalities = frozenset({Modality.IMAGE, Modality.TEXT})
    licence = f"each model's own; of the default: {_LICENCE}"
    default_model = _DEFAULT
    download_bytes = _SIZE_BYTES

    extra = "siglip"
    files = _FILES
    made_by = "SiglipModel and SiglipProcessor"

    def fetched(self) -> Weights:
        """Return the files of a repository."""
        # The first SigLIP's tokenizer is SentencePiece's own file.
        tokens = "tokenizer.json" if "siglip2" in self.model.lower() else "spiece.model"
        default = self.model == _DEFAULT
        licence = _LICENCE if default else "see the model's page"
        return Weights(self.model, (*_FILES, tokens), licence, _SIZE_BYTES if default else 0)

    def load(self, progress: Progress) -> Space:
        """Make the space in a moment: each tower loads when it first encodes."""
        towers = _Towers(self.folder)
        return Space(
            name=self.full_name,
            encoders={Modality.IMAGE: SiglipImages(towers), Modality.TEXT: SiglipTexts(towers)},
        )


class _Towers:
    """A folder as `SiglipModel` and its processor save it; a tower loads when it is first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config = read_config(folder / CONFIG)
        if config.get("model_type") != "siglip":
            raise WeightsError(
                f"'{folder}' holds a model of the type '{config.get('model_type')}', not 'siglip'. "
                "Name a folder or a repository of SigLIP, or of SigLIP 2 with a fixed resolution."
            )
        text, vision = config.get("text_config") or {}, config.get("vision_config") or {}
        self.context = int(text.get("max_position_embeddings", 64))
        self.dimension = int(vision.get("hidden_size", 768))
        self.preprocessing = _preprocessing(folder / _PIXELS)
        tokens = [folder / name for name in ("tokenizer.json", "spiece.model")]
        files = [folder / name for name in _FILES]
        self.fingerprint = fingerprint("siglip", *files, *(one for one in tokens if one.is_file()))

    @cached_property
    def device(self) -> str:
        return device()

    @cached_property
    def images(self) -> Any:
        from transformers import SiglipVisionModel

        return self._tower(SiglipVisionModel, "vision_config")

    @cached_property
    def texts(self) -> Any:
        from transformers import SiglipTextModel

        return self._tower(SiglipTextModel, "text_config")

    def _tower(self, kind: Any, part: str) -> Any:
        from transformers import SiglipConfig

        with quiet(), in_words(self.folder / CONFIG, "SigLIP"):
            config = getattr(SiglipConfig.from_dict(read_config(self.folder / CONFIG)), part)
        return load(kind, self.folder, config=config).to(self.device)

    @cached_property
    def tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        with offline(), quiet(), in_words(self.folder / _TEXTS, "a tokenizer"):
            return AutoTokenizer.from_pretrained(self.folder, local_files_only=True)


def _preprocessing(file: Path) -> Preprocessing:
    config = read_config(file)
    size = config.get("size") or {}
    return Preprocessing(
        int(size.get("height", 224)),
        int(size.get("width", 224)),
        tuple(config.get("image_mean") or (0.5,) * 3),
        tuple(config.get("image_std") or (0.5,) * 3),
        _RESAMPLING.get(config.get("resample", 3), "bicubic"),
        "squash",
    )


class SiglipImages(ImageEncoder):
    """Encode pictures by SigLIP's picture tower."""

    batch_size = _AT_ONCE

    def __init__(self, towers: _Towers) -> None:
        self._towers = towers
        self._batches = Batches(_AT_ONCE)
        self.channels: Mapping[str, int] = {SHARED: towers.dimension}
        self.size_px = max(towers.preprocessing.height_px, towers.preprocessing.width_px)
        self.fingerprint = f"image {towers.fingerprint}"

    def encode(self, batch: Sequence[Pixels]) -> Mapping[str, Vectors]:
        """Encode `batch`."""
        if not batch:
            return {SHARED: np.empty((0, self.channels[SHARED]), np.float32)}
        return {SHARED: self._batches.run(self._forward, batch)}

    def _forward(self, pictures: Sequence[Pixels]) -> Vectors:
        import torch

        towers = self._towers
        pixels = torch.from_numpy(towers.preprocessing(pictures)).to(towers.device)
        with inference(towers.device):
            found = towers.images(pixel_values=pixels).pooler_output
        return unit_rows(found.float().cpu().numpy())


class SiglipTexts(TextEncoder):
    """Encode passages, in lower case as they were trained; 64 tokens are seen."""

    batch_size = _AT_ONCE

    def __init__(self, towers: _Towers) -> None:
        self._towers = towers
        self._batches = Batches(_AT_ONCE)
        self.channels: Mapping[str, int] = {SHARED: towers.dimension}
        self.fingerprint = f"text {towers.fingerprint}"

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`."""
        if not batch:
            return {SHARED: np.empty((0, self.channels[SHARED]), np.float32)}
        return {SHARED: self._batches.run(self._forward, batch)}

    def _forward(self, texts: Sequence[str]) -> Vectors:
        towers = self._towers
        tokens = towers.tokenizer(
            [text[:_SEEN].lower() for text in texts],
            padding="max_length",
            max_length=towers.context,
            truncation=True,
            return_tensors="pt",
        )
        # It was trained to see the padding, too: no mask.
        with inference(towers.device):
            found = towers.texts(input_ids=tokens.input_ids.to(towers.device)).pooler_output
        return unit_rows(found.float().cpu().numpy())

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` by the tokenizer's own limit."""
        room = self._towers.context - self._towers.tokenizer.num_special_tokens_to_add()
        return passages(text, self._tokens(text), room=room, overlap=room // 6)

    def _tokens(self, text: str) -> Tokens:
        tokenizer = self._towers.tokenizer
        if tokenizer.is_fast:
            return tokens_of(tokenizer, text)
        return tokens_by_word(text, lambda word: len(tokenizer.tokenize(word)))
