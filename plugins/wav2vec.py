"""The encoders `wav2vec`: sounds by Wav2Vec2, HuBERT or WavLM, models that learned from speech."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from embedcurate_plugins.pretrained import CONFIG, WEIGHTS, PretrainedPlugin, content_of, load

from embedcurate.errors import WeightsError
from embedcurate.items import Modality
from embedcurate.spaces.checkpoints import read_config
from embedcurate.spaces.computing import Batches, device, inference
from embedcurate.spaces.encoder import SHARED, SoundEncoder, Vectors, Waveform
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.plugin import EncoderPlugin
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.weights import Weights

__all__ = ["SpeechSounds", "Wav2VecPlugin"]

_DEFAULT = "facebook/wav2vec2-base-960h"
_SOUNDS = "preprocessor_config.json"
_KINDS = {"wav2vec2": "Wav2Vec2Model", "hubert": "HubertModel", "wavlm": "WavLMModel"}
"""Type in the configuration -> class of transformers."""

_AT_ONCE = 4  # the first layer of a window of ten seconds takes 130 MB
_EVEN = 1e-7  # added to the variance, as the extractor of features does


class Wav2VecPlugin(PretrainedPlugin, EncoderPlugin):
    """Sounds by a model of speech in the format of transformers.

    Wav2Vec2 (Baevski et al. 2020, arXiv 2006.11477), HuBERT (Hsu et al. 2021, arXiv 2106.07447) or
    WavLM (Chen et al. 2022, arXiv 2110.13900).
    """

    name = "wav2vec"
    summary = "Sounds by Wav2Vec2, HuBERT or WavLM: what is alike in speech, and who speaks."
    modalities = frozenset({Modality.AUDIO})
    licence = "each model's own; of the default: Apache-2.0"
    default_model = _DEFAULT
    download_bytes = 378_000_000

    extra = "wav2vec"
    files = (CONFIG, _SOUNDS)
    made_by = "a model and its feature extractor"

    def missing(self) -> list[str]:
        """Return the files that are not in the folder; weights may have several names."""
        return [*super().missing(), *(() if content_of(self.folder) else ("weights",))]

    def fetched(self) -> Weights:
        """Return the files of a repository."""
        licence = "Apache-2.0" if self.model == _DEFAULT else "see the model's page"
        return Weights(self.model, (*self.files, WEIGHTS), licence, self.download_bytes)

    def encoder(self) -> SoundEncoder:
        """Make the encoder; the model loads when it first encodes."""
        return SpeechSounds(self.folder)


class SpeechSounds(SoundEncoder):
    """Encode windows of sound by the mean of the last layer over time.

    Raises `WeightsError` if `folder` describes a model of another kind.
    """

    batch_size = 16
    window_s = 10.0
    hop_s = 5.0

    def __init__(self, folder: Path) -> None:
        config, sounds = read_config(folder / CONFIG), read_config(folder / _SOUNDS)
        self._kind = str(config.get("model_type"))
        if self._kind not in _KINDS:
            raise WeightsError(
                f"'{folder}' holds a model of the type '{self._kind}'. The space 'wav2vec' takes: "
                f"{', '.join(_KINDS)}."
            )
        self._folder = folder
        self._evens = bool(sounds.get("do_normalize", True))
        self._least = 1
        kernels = config.get("conv_kernel", (10, 3, 3, 3, 3, 2, 2))
        strides = config.get("conv_stride", (5, 2, 2, 2, 2, 2, 2))
        for kernel, stride in zip(reversed(kernels), reversed(strides), strict=True):
            self._least = (self._least - 1) * stride + kernel
        self._dimension = int(config.get("hidden_size", 768))
        self.rate_hz = int(sounds.get("sampling_rate", 16_000))
        self.channels: Mapping[str, int] = {SHARED: self._dimension}
        files = (folder / CONFIG, folder / _SOUNDS, *content_of(folder))
        self.fingerprint = fingerprint(f"{self._kind} mean", *files)
        self._batches = Batches(_AT_ONCE)

    @cached_property
    def _model(self) -> Any:
        import transformers

        kind = getattr(transformers, _KINDS[self._kind])
        return load(kind, self._folder, spare={"masked_spec_embed"}).to(device())

    def encode(self, batch: Sequence[Waveform]) -> Mapping[str, Vectors]:
        """Encode `batch`, sounds of one length together.

        Models that normalise over a whole sound were not trained with masks, and to them padding
        is part of the sound; without any there is nothing to mask for the others either.
        """
        vectors = np.empty((len(batch), self._dimension), np.float32)
        alike: dict[int, list[int]] = defaultdict(list)
        for index, samples in enumerate(batch):
            alike[len(samples)].append(index)
        for indices in alike.values():
            sounds = [self._prepared(batch[index]) for index in indices]
            vectors[indices] = self._batches.run(self._forward, sounds)
        return {SHARED: vectors}

    def _prepared(self, samples: Waveform) -> Waveform:
        if len(samples) < self._least:  # for one frame
            samples = np.resize(samples, self._least)
        if not self._evens:
            return samples
        even: Waveform = (samples - samples.mean()) / np.sqrt(samples.var() + np.float32(_EVEN))
        return even

    def _forward(self, sounds: Sequence[Waveform]) -> Vectors:
        import torch

        seen = torch.from_numpy(np.stack(sounds)).to(self._model.device)
        with inference(str(self._model.device)):
            states = self._model(seen).last_hidden_state
        return unit_rows(states.float().mean(1).cpu().numpy())
