"""The encoders `sentence_transformers`: whatever Sentence-BERT's library loads, for texts."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from embedcurate.errors import SpaceOptionError, WeightsError
from embedcurate.items import Modality, Segment
from embedcurate.spaces.computing import Batches, device, inference
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.passages import passages, tokens_of
from embedcurate.spaces.plugin import EncoderPlugin
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.weights import Weights, offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformers", "SentenceTransformersPlugin"]

_PACKAGE = "sentence_transformers"
_MODULES = "modules.json"
_FILES = (
    _MODULES, "config.json", "config_sentence_transformers.json", "model.safetensors",
    "sentence_bert_config.json", "special_tokens_map.json", "tokenizer.json",
    "tokenizer_config.json", "1_Pooling/config.json",
)  # fmt: skip
_AT_ONCE = 32
_ENOUGH = 512  # tokens in a passage, for models that have no limit
_SHARED_PART = 8  # of a passage: what it has in common with the next one


class SentenceTransformersPlugin(EncoderPlugin):
    """Texts by a model that the library Sentence Transformers loads (Reimers and Gurevych 2019)."""

    name = "sentence_transformers"
    summary = "Texts by any Sentence Transformers model: a folder, or one from the hub."
    modalities = frozenset({Modality.TEXT})
    licence = "each model's own; all-MiniLM-L6-v2: Apache-2.0"
    default_model = "sentence-transformers/all-MiniLM-L6-v2"
    download_bytes = 91_000_000
    takes: ClassVar[Mapping[str, str]] = {
        "dimension": "how many of the first numbers of a vector are kept (Matryoshka models)",
        "query_prompt": "what is put before a query; the model's own if it names one",
        "document_prompt": "what is put before an item's text; the model's own if it names one",
    }

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        folder = Path(model).expanduser()
        self._is_path = bool(model) and (folder.is_dir() or model.startswith((".", "/", "~")))
        # The name is kept by collections, and has to be good in any folder.
        super().__init__(str(folder.absolute()) if self._is_path else model, options)
        asked = self.options.get("dimension", "")
        if asked and not (asked.isascii() and asked.isdigit() and int(asked)):
            raise SpaceOptionError(self.name, f"dimension={asked}", ("dimension=256", "and so on"))
        self._dimension = int(asked) if asked else None

    @property
    def remedy(self) -> str:  # type: ignore[override]
        """The command that gets what `available` misses."""
        if find_spec(_PACKAGE) is None:
            return "Run: pip install 'embedcurate[sentence-transformers]'"
        if self._is_path:
            return "Name a folder that SentenceTransformer.save wrote."
        pull = f"Run: embedcurate models pull {self.name}:{self.model}"
        if self.model == self.default_model:
            return pull
        other = f"hf download {self._repo} --local-dir FOLDER, and name the FOLDER"
        return f"{pull}. If its files have other names there: {other}."

    def available(self) -> str | None:
        """Say whether the library, or the model's folder, is missing."""
        if find_spec(_PACKAGE) is None:
            return "the package 'sentence-transformers' is not installed"
        if self._folder is None:
            return f"the model '{self.model}' is not on this machine"
        if not (self._folder / "config.json").exists() and not (self._folder / _MODULES).exists():
            return f"the folder '{self._folder}' holds neither {_MODULES} nor config.json"
        return None

    def weights(self) -> Sequence[Weights]:
        """Return the files that models of this library mostly have on the hub."""
        if self._is_path:
            return ()
        is_ours = self.model == self.default_model
        licence, size = ("Apache-2.0", self.download_bytes) if is_ours else ("the model's own", 0)
        return (Weights(self._repo, _FILES, licence, size),)

    def encoder(self) -> TextEncoder:
        """Make the encoder; the library is imported and the model read when it first encodes."""
        assert self._folder is not None, "only called if nothing is missing"
        prompts = {
            role: self.options[f"{role}_prompt"]
            for role in ("query", "document")
            if f"{role}_prompt" in self.options
        }
        return SentenceTransformers(self._folder, dimension=self._dimension, prompts=prompts)

    @property
    def _repo(self) -> str:
        return self.model if "/" in self.model else f"sentence-transformers/{self.model}"

    @cached_property
    def _folder(self) -> Path | None:
        """The model's folder: the one named, or its snapshot in the hub's cache."""
        if self._is_path:
            return Path(self.model) if Path(self.model).is_dir() else None
        found = (self.weights()[0].path(file) for file in (_MODULES, "config.json"))
        return next((file.parent for file in found if file is not None), None)


class SentenceTransformers(TextEncoder):
    """Encode passages by the model in `folder`, with its own tokenizer, pooling and prompts.

    `dimension` keeps the first numbers of each vector, which models trained for it bear well
    (Kusupati et al. 2022, arXiv 2205.13147).
    """

    batch_size = 4 * _AT_ONCE  # of which those of like length go through the model together

    def __init__(
        self,
        folder: Path,
        *,
        dimension: int | None = None,
        prompts: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._prompts = dict(prompts or {})
        full = _declared_dimension(folder) or self._model.get_embedding_dimension()
        if full is None:
            raise WeightsError(
                f"The model in '{folder}' does not say how long its vectors are. Choose another."
            )
        if dimension is not None and dimension > full:
            raise SpaceOptionError(
                "sentence_transformers", f"dimension={dimension}", (f"dimension up to {full}",)
            )
        self._dimension = dimension or full
        self.channels: Mapping[str, int] = {SHARED: self._dimension}
        told = json.dumps([self._dimension, self._prompts], sort_keys=True)
        self.fingerprint = fingerprint(f"sentence-transformers {told}", *_content(folder))
        self._batches = Batches(_AT_ONCE)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        from pickle import UnpicklingError

        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # it draws into our messages
        try:
            with offline():
                model = SentenceTransformer(
                    str(self._folder),
                    device=device(),
                    local_files_only=True,
                    # Half precision is a hundred times slower than this on a processor.
                    model_kwargs={"dtype": "float32"},
                    prompts=self._prompts or None,
                )
        except UnpicklingError as error:
            raise WeightsError(
                f"The weights in '{self._folder}' are a pickle with more than numbers in it, not "
                "opened. Use a version of the model that has a model.safetensors."
            ) from error
        except (OSError, ValueError, RuntimeError, ImportError, KeyError, SafetensorError) as error:
            # The library tells of damaged files and of other architectures by any of these.
            why, _, _ = str(error).partition("\n")
            raise WeightsError(
                f"The model in '{self._folder}' can't be loaded: {why} Fetch or save it again."
            ) from error
        if not model.supports("text"):
            raise WeightsError(f"The model in '{self._folder}' takes no texts. Choose another.")
        return model

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`; what lies beyond the model's context is not seen."""
        return self._encode(batch, "encode_document")

    def encode_queries(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch` with the model's prompt for queries, if it has one."""
        return self._encode(batch, "encode_query")

    def _encode(self, batch: Sequence[str], by: str) -> Mapping[str, Vectors]:
        if not batch:
            return {SHARED: unit_rows(np.zeros((0, self._dimension)))}

        def forward(part: Sequence[str]) -> Vectors:
            with inference(str(self._model.device)):
                rows = getattr(self._model, by)(
                    list(part),
                    batch_size=len(part),
                    show_progress_bar=False,
                    truncate_dim=self._dimension,
                )
            return unit_rows(rows)

        return {SHARED: self._batches.run(forward, batch)}

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` where the model's own tokenizer says that its context ends."""
        tokenizer = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # a plain one, of a model that looks words up
            found = tokenizer.encode(text, add_special_tokens=False)
            return passages(text, found, room=_ENOUGH, overlap=_ENOUGH // _SHARED_PART)
        context = self._model.max_seq_length
        if context is None or not hasattr(tokenizer, "num_special_tokens_to_add"):
            return [Segment(0, len(text))]  # of very old models, which have no context
        prompt = tokens_of(tokenizer, self._model.prompts.get("document") or "")
        added = tokenizer.num_special_tokens_to_add() + len(prompt.offsets)
        room = max(_SHARED_PART, context - added)
        return passages(text, tokens_of(tokenizer, text), room=room, overlap=room // _SHARED_PART)


def _declared_dimension(folder: Path) -> int | None:
    """Return the dimension that the configuration of the last module tells, if it does."""
    for module in reversed(_read_json(folder / _MODULES, [])):
        config = _read_json(folder / module["path"] / "config.json", {})
        kind = module["type"].rpartition(".")[2]
        if kind == "Dense":
            return int(config["out_features"])
        if kind == "Pooling":
            tokens = config.get("embedding_dimension") or config["word_embedding_dimension"]
            modes = config.get("pooling_mode") or [
                mode for mode, on in config.items() if mode.startswith("pooling_mode_") and on
            ]
            return int(tokens) * (1 if isinstance(modes, str) else max(1, len(modes)))
    return None


def _content(folder: Path) -> list[Path]:
    """Return the files that decide what the vectors are: weights, configurations, tokenizers."""
    telling = {".safetensors", ".bin", ".json", ".txt", ".model"}
    return sorted(file for file in folder.rglob("*") if file.suffix in telling and file.is_file())


def _read_json(file: Path, otherwise: Any) -> Any:
    if not file.exists():
        return otherwise
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise WeightsError(f"'{file}' is no JSON ({error}). Fetch the model again.") from error
