"""Where a CLIP model comes from: a tag of open_clip's, a folder, or a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from embedcurate.errors import SpaceOptionError, WeightsError
from embedcurate.spaces.checkpoints import SUFFIXES, read_config
from embedcurate.spaces.weights import Weights

__all__ = ["CONFIG", "DEFAULT", "LOCAL", "Source"]

CONFIG = "open_clip_config.json"
DEFAULT = "ViT-B-32/laion2b_s34b_b79k"
LOCAL = "local-dir:"
"""What open_clip puts before a folder."""

_DEFAULT_WEIGHTS = Weights(
    "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", ("open_clip_model.safetensors",), "MIT", 605_143_000
)
_IN_FOLDERS = (
    "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin", "open_clip_pytorch_model.pth",
    "model.safetensors", "pytorch_model.bin", "pytorch_model.pth", "model.pth",
)  # fmt: skip
"""The names that open_clip gives weights in a folder, the ones it prefers first."""

_ANY_TAG = "open_clip_pytorch_model.bin"  # what a tag means that names no file


@dataclass(frozen=True)
class Source:
    """A model as it was asked for; nothing of it is read before it is needed.

    Exactly one of `folder` and `architecture` says what it is built like; beside an architecture
    either `tag` or `own_file` says whose weights it has.
    """

    folder: Path | None = None
    architecture: str = ""
    tag: str = ""
    own_file: Path | None = None

    @classmethod
    def parse(cls, model: str, space: str) -> "Source":
        """Read what a user wrote; raise `SpaceOptionError` if it is none of the forms."""
        folder = Path(model.removeprefix(LOCAL)).expanduser()
        if model.startswith(LOCAL) or folder.is_dir():
            return cls(folder=folder.absolute())
        architecture, at, file = model.partition("@")
        tag = "" if at else architecture.rpartition("/")[2]
        architecture = architecture.removesuffix(f"/{tag}")
        known = _architectures()
        own_file = Path(file).expanduser().absolute() if at else None
        if (
            known
            and architecture not in known
            and (close := get_close_matches(architecture, known))
        ):
            raise SpaceOptionError(space, model, [f"{one}{at or '/'}..." for one in close])
        unread = own_file is not None and own_file.suffix not in SUFFIXES
        if unread or not (at or tag) or (known and architecture not in known):
            forms = ["ARCHITECTURE/TAG", "a folder", "ARCHITECTURE@FILE.safetensors"]
            raise SpaceOptionError(space, model, forms)
        return cls(architecture=architecture, tag=tag, own_file=own_file)

    @cached_property
    def config(self) -> dict[str, Any]:
        """What open_clip's JSON says of the model; raise `WeightsError` if it says nothing."""
        if self.folder is None:
            return {"model_cfg": read_config(_architectures()[self.architecture])}
        config = read_config(self.folder / CONFIG)
        model = config.get("model_cfg")
        if not isinstance(model, dict) or not {"embed_dim", "vision_cfg", "text_cfg"} <= set(model):
            raise WeightsError(f"'{self.folder / CONFIG}' does not describe a model of open_clip.")
        return config

    @property
    def dimension(self) -> int:
        """The length of the vectors."""
        return int(self.config["model_cfg"]["embed_dim"])

    @property
    def size_px(self) -> int:
        """The side of the square, or the longer side of the rectangle, that the model sees."""
        size = self.config["model_cfg"]["vision_cfg"].get("image_size", 224)
        return int(max(size) if isinstance(size, list) else size)

    @cached_property
    def weights(self) -> Weights | None:
        """Where the hub has the weights of a tag."""
        if not self.tag:
            return None
        if f"{self.architecture}/{self.tag}" == DEFAULT:
            return _DEFAULT_WEIGHTS
        from open_clip import pretrained  # only open_clip knows where the others are

        found = pretrained.get_pretrained_cfg(self.architecture, self.tag)
        tags = pretrained.list_pretrained_tags_by_model(self.architecture)
        if not found:
            close = get_close_matches(self.tag, tags) or tags
            raise SpaceOptionError(
                "clip",
                f"{self.architecture}/{self.tag}",
                [f"{self.architecture}/{t}" for t in close],
            )
        repo, _, file = found.get("hf_hub", "").rpartition("/")
        if file in ("", _ANY_TAG):
            file = "open_clip_model.safetensors"
        return Weights(repo, (file,), "see the model's page", 0)

    @cached_property
    def text_files(self) -> Weights | None:
        """The tokenizer, and the text tower's configuration, of a model that has another's."""
        text: Mapping[str, Any] = self.config["model_cfg"]["text_cfg"]
        repo = text.get("hf_tokenizer_name")
        if not repo or self.folder is not None:
            return None
        config = ("config.json",) if text.get("hf_model_name") else ()
        files = (*config, "tokenizer.json", "tokenizer_config.json")
        return Weights(repo, files, "see the model's page", 10_000_000)

    @cached_property
    def file(self) -> Path:
        """Where the weights lie, or are missed."""
        if self.own_file is not None:
            return self.own_file
        if self.folder is not None:
            files = [self.folder / name for name in _IN_FOLDERS]
            return next((file for file in files if file.is_file()), files[0])
        assert self.weights is not None
        [name] = self.weights.files
        return self.weights.path(name) or Path(name)

    @property
    def name(self) -> str:
        """What open_clip calls it."""
        return f"{LOCAL}{self.folder}" if self.folder is not None else self.architecture

    @property
    def model(self) -> str:
        """What a user would write, wherever the program is started: paths are whole."""
        if self.folder is not None:
            return str(self.folder)
        own = self.own_file
        return f"{self.architecture}/{self.tag}" if own is None else f"{self.architecture}@{own}"

    def tag_config(self) -> Mapping[str, Any]:
        """Return what open_clip knows of the tag's training; imports it."""
        from open_clip.pretrained import get_pretrained_cfg

        found: Mapping[str, Any] = get_pretrained_cfg(self.architecture, self.tag)
        return found


def _architectures() -> dict[str, Path]:
    """Return name -> description of those that open_clip can build, without importing it."""
    spec = find_spec("open_clip")
    if spec is None or spec.origin is None:
        return {}
    return {file.stem: file for file in (Path(spec.origin).parent / "model_configs").glob("*.json")}
