"""Models in transformers' own format: where they lie on this machine, and loading them whole."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from logging import CRITICAL
from pathlib import Path
from typing import Any, ClassVar

from embedcurate.errors import WeightsError
from embedcurate.spaces.checkpoints import in_words, read_config
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.weights import Weights, offline

__all__ = [
    "CONFIG",
    "WEIGHTS",
    "PretrainedPlugin",
    "content_of",
    "folder_of",
    "is_path",
    "load",
    "quiet",
    "whole",
]

CONFIG = "config.json"
WEIGHTS = "model.safetensors"

_BY_TORCH = "pytorch_model.bin"


def is_path(model: str) -> bool:
    """Tell whether `model` names a folder, rather than a repository of the hub."""
    return model.startswith((".", "/", "~")) or Path(model).is_absolute() or Path(model).is_dir()


def whole(model: str) -> str:
    """Return `model`, a path so that it holds wherever the program is started."""
    return str(Path(model).expanduser().absolute()) if model and is_path(model) else model


def folder_of(model: str) -> Path:
    """Return the folder of a model: the one named, or its snapshot in the hub's cache.

    It need not exist.
    """
    if is_path(model):
        return Path(model).expanduser().absolute()
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, CONFIG)
    return Path(found).parent if isinstance(found, str) else Path(model)


def content_of(folder: Path) -> list[Path]:
    """Return the files of weights in `folder`: safetensors, else what torch saved, else none."""
    for index in sorted(folder.glob("*.index.json"), key=lambda file: WEIGHTS not in file.name):
        parts = set(read_config(index).get("weight_map", {}).values())
        return [folder / part for part in sorted(parts)]
    whole = (folder / name for name in (WEIGHTS, _BY_TORCH))
    return next(([file] for file in whole if file.is_file()), [])


def load(kind: Any, folder: Path, *, spare: Collection[str] = (), **settings: Any) -> Any:
    """Return the model of the class `kind` in `folder`, on the CPU in float32, for inference.

    `spare` are weights that only training needs. Of what torch saved nothing but weights is read.
    Raises `WeightsError` for what is damaged, and for weights of another architecture, where
    transformers would make up what is missing.
    """
    import torch

    file, *_ = [*content_of(folder), folder / WEIGHTS]
    with offline(), quiet(), in_words(file, kind.__name__):
        model, found = kind.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=file.suffix == ".safetensors",
            weights_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            dtype=torch.float32,
            **settings,
        )
    other = {*found["missing_keys"], *(name for name, *_ in found["mismatched_keys"])}
    # Other buffers follow from the configuration, and some checkpoints leave them out.
    learned = {name for name, _ in model.named_parameters()}
    learned |= {name for name, _ in model.named_buffers() if ".running_" in name}
    wrong = sorted((other & learned) - set(spare))
    if wrong:
        raise WeightsError(
            f"'{file}' does not hold the weights of {kind.__name__} that '{CONFIG}' describes: "
            f"{len(wrong)} are missing or of another shape, '{wrong[0]}' for one. Fetch it again, "
            "or name another folder."
        )
    return model.eval()


class PretrainedPlugin(SpacePlugin):
    """A space of one model: a repository of the hub, in its cache on this machine, or a folder."""

    package: ClassVar[str] = "transformers"
    """What has to be installed, by the name it is imported by."""

    extra: ClassVar[str]
    """The extra of ours that installs it."""

    files: ClassVar[tuple[str, ...]]
    """What a folder must hold."""

    made_by: ClassVar[str]
    """What saves such a folder, for people."""

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        super().__init__(whole(model), options)

    @property
    def remedy(self) -> str:  # type: ignore[override]
        """The command that gets what `available` misses."""
        if find_spec(self.package) is None:
            return f"Run: pip install 'embedcurate[{self.extra}]'"
        if self.weights():
            return f"Run: embedcurate models pull {self.name}:{self.model}"
        return f"Name a folder that {self.made_by} saved."

    def available(self) -> str | None:
        """Name the package or the files that are missing."""
        if find_spec(self.package) is None:
            return f"the package '{self.package}' is not installed"
        missing = self.missing()
        if missing and self.weights():
            return f"the weights of '{self.model}' are not on this machine"
        return f"'{self.folder}' lacks {', '.join(missing)}" if missing else None

    def missing(self) -> list[str]:
        """Return the files that are not in the folder."""
        return [file for file in self.files if not (self.folder / file).is_file()]

    def weights(self) -> Sequence[Weights]:
        """Return the files of a repository; a folder of one's own is nobody's to fetch."""
        return () if is_path(self.model) else (self.fetched(),)

    @abstractmethod
    def fetched(self) -> Weights:
        """Return what `models` pulls for a repository."""

    @cached_property
    def folder(self) -> Path:
        """Where the model lies, or would."""
        return folder_of(self.model)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from drawing bars and tables into our messages while the body runs."""
    from transformers.utils import logging

    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(CRITICAL)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
