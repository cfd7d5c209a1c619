"""The encoder `timm_features`: pictures by the features of any model of timm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from embedcurate.errors import SpaceOptionError, WeightsError
from embedcurate.items import Modality
from embedcurate.spaces.checkpoints import SUFFIXES, in_words, read_config, read_weights
from embedcurate.spaces.computing import Batches, device, inference
from embedcurate.spaces.encoder import SHARED, ImageEncoder, Pixels, Vectors
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.plugin import EncoderPlugin
from embedcurate.spaces.preprocessing import Fit, Preprocessing
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.weights import Weights

from .pretrained import CONFIG, WEIGHTS, PretrainedPlugin, folder_of, is_path, whole

__all__ = ["TimmFeatures", "TimmImages"]

_AT_ONCE = 32
_FITS: Mapping[str, Fit] = {"center": "shortest", "squash": "squash", "border": "longest"}
_DEFAULT = "vit_small_patch14_dinov2.lvd142m"
_LICENCE = "Apache-2.0"
_SIZE_BYTES = 88_200_000


class TimmFeatures(PretrainedPlugin, EncoderPlugin):
    """Pooled features of pictures by ResNet, EfficientNet, ViT, DINOv2 and all else timm builds.

    The model is a name with its tag, ``resnet50.a1_in1k``, whose weights lie in the hub's cache; a
    folder as timm saves it for the hub, `config.json` and `model.safetensors`; or
    ``ARCHITECTURE@FILE``, a state dict as .safetensors or .pth.
    """

    name = "timm_features"
    summary = "Pictures only, by what they look like: DINOv2 and all models of timm."
    modalities = frozenset({Modality.IMAGE})
    licence = f"each model's own; of the default: {_LICENCE}"
    default_model = _DEFAULT
    download_bytes = _SIZE_BYTES
    package = "timm"
    extra = "timm"
    files = (CONFIG, WEIGHTS)
    made_by = "timm's save_for_hf"

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        architecture, at, file = model.partition("@")
        self._file = Path(file).expanduser().absolute() if at else None
        super().__init__(f"{architecture}@{self._file}" if at else whole(model), options)
        self._architecture = architecture
        if self._file is not None and self._file.suffix not in SUFFIXES:
            raise SpaceOptionError(self.name, self.model, ["MODEL@FILE.safetensors", "a folder"])

    def available(self) -> str | None:
        """Name the package or the files that are missing."""
        if self._file is not None and find_spec(self.package):
            return None if self._file.is_file() else f"there is no file '{self._file}'"
        return super().available()

    def weights(self) -> Sequence[Weights]:
        """Return the files of a tag; a folder or a file of one's own is nobody's to fetch."""
        return () if self._file is not None else super().weights()

    def fetched(self) -> Weights:
        """Return the files of a tag."""
        default = self.model == _DEFAULT
        licence = _LICENCE if default else "see the model's page"
        return Weights(self._repo, self.files, licence, _SIZE_BYTES if default else 0)

    @property
    def _repo(self) -> str:
        return self.model if "/" in self.model else f"timm/{self.model}"

    @cached_property
    def folder(self) -> Path:
        """Where the model lies, or would."""
        return folder_of(self.model if is_path(self.model) else self._repo)

    def encoder(self) -> "TimmImages":
        """Make the encoder; timm itself is asked what a file without a description is."""
        if self._file is None:
            return TimmImages(_described(self.folder))
        return TimmImages(_known(self._architecture, self._file))


@dataclass(frozen=True, slots=True)
class _Model:
    """What has to be known of a model before it is built."""

    architecture: str
    settings: Mapping[str, Any]
    dimension: int
    preprocessing: Preprocessing
    files: tuple[Path, ...]
    """The weights, and the description if there is one."""


def _described(folder: Path) -> _Model:
    config = read_config(folder / CONFIG)
    try:
        settings = dict(config.get("model_args") or {})
        settings |= {key: config[key] for key in ("num_classes", "global_pool") if key in config}
        return _Model(
            str(config["architecture"]),
            settings,
            int(config["num_features"]),
            _preprocessing(config["pretrained_cfg"]),
            (folder / WEIGHTS, folder / CONFIG),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"'{folder / CONFIG}' does not describe a model of timm ({error!r}). Name a folder "
            "that timm's save_for_hf wrote."
        ) from error


def _known(architecture: str, file: Path) -> _Model:
    import timm
    import torch

    if not timm.is_model(architecture):
        close = get_close_matches(architecture, timm.list_models(), n=5)
        raise SpaceOptionError(TimmFeatures.name, f"{architecture}@{file}", close)
    with torch.device("meta"):
        network: Any = timm.create_model(architecture, pretrained=False)
    preprocessing = _preprocessing(network.pretrained_cfg)
    return _Model(architecture, {}, network.num_features, preprocessing, (file,))


def _preprocessing(config: Mapping[str, Any]) -> Preprocessing:
    """Return what timm's own transform for evaluation does."""
    _, height_px, width_px = config["input_size"]
    mean = tuple(config["mean"])
    return Preprocessing(
        height_px,
        width_px,
        mean,
        tuple(config["std"]),
        config["interpolation"],
        _FITS[config.get("crop_mode") or "center"],
        share=config.get("crop_pct") or 0.875,
        fill=tuple(round(255 * value) for value in mean),
    )


class TimmImages(ImageEncoder):
    """Encode pictures by the pooled features before a model's classifier."""

    batch_size = _AT_ONCE

    def __init__(self, model: _Model) -> None:
        self._model = model
        self._batches = Batches(_AT_ONCE)
        self.channels: Mapping[str, int] = {SHARED: model.dimension}
        self.size_px = max(model.preprocessing.height_px, model.preprocessing.width_px)
        self.fingerprint = fingerprint(f"timm {model.architecture}", *model.files)

    @cached_property
    def _device(self) -> str:
        return device()

    @cached_property
    def _network(self) -> Any:
        import timm

        file, model = self._model.files[0], self._model
        stored = read_weights(file)
        with in_words(file, f"'{model.architecture}'"):
            network = timm.create_model(model.architecture, pretrained=False, **model.settings)
            network.load_state_dict(stored)
        return network.eval().to(self._device)

    def encode(self, batch: Sequence[Pixels]) -> Mapping[str, Vectors]:
        """Encode `batch`."""
        if not batch:
            return {SHARED: np.empty((0, self.channels[SHARED]), np.float32)}
        return {SHARED: self._batches.run(self._forward, batch)}

    def _forward(self, pictures: Sequence[Pixels]) -> Vectors:
        import torch

        network = self._network
        pixels = torch.from_numpy(self._model.preprocessing(pictures)).to(self._device)
        with inference(self._device):
            features = network.forward_features(pixels)
            if network.head_hidden_size == self._model.dimension:
                pooled = network.forward_head(features, pre_logits=True)
            else:  # a layer between the pooling and the classifier belongs to its classes
                pooled = network.global_pool(features).flatten(1)
        return unit_rows(pooled.float().cpu().numpy())
