"""The space `clip`: pictures and texts by any model that open_clip loads."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import ClassVar

from embedcurate.errors import WeightsError
from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.naming import SpaceName
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.space import Space
from embedcurate.spaces.templates import OPTION, template_of
from embedcurate.spaces.weights import Weights

from .source import DEFAULT, Source

__all__ = ["ClipSpace"]


class ClipSpace(SpacePlugin):
    """CLIP (Radford et al. 2021, arXiv 2103.00020) and its kin, of any architecture and weights.

    The model is ``ARCHITECTURE/TAG`` with the names of open_clip, a folder with
    `open_clip_config.json` and weights (``FOLDER`` or ``local-dir:FOLDER``), or
    ``ARCHITECTURE@FILE``, a state dict as .safetensors or .pt.
    """

    name = "clip"
    summary = "Pictures and texts by CLIP: any model of open_clip, from the hub or a folder."
    modalities = frozenset({Modality.IMAGE, Modality.TEXT})
    licence = "each model's own; of the default: MIT"
    default_model = DEFAULT
    download_bytes = 605_000_000
    takes: ClassVar[Mapping[str, str]] = {
        OPTION: "what is put around a short query: 'a photo of {}'",
    }

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        super().__init__(model, options)
        self._template = template_of(self.name, self.options, "a photo of {}")
        self.source = Source.parse(self.model, self.name)
        if model:
            self.full_name = str(SpaceName(self.name, self.source.model, self.options))

    @property
    def remedy(self) -> str:  # type: ignore[override]
        """The command that gets what `available` misses."""
        if find_spec("open_clip") is None:
            return "Run: pip install 'embedcurate[clip]'"
        if self.source.tag:
            return f"Run: embedcurate models pull {self.name}:{self.model}"
        return "Check the path, or name another model."

    def available(self) -> str | None:
        """Name the package or the file that is missing."""
        if find_spec("open_clip") is None:
            return "the package 'open_clip_torch' is not installed"
        try:
            self.source.config  # noqa: B018 - reads it
        except WeightsError as error:
            return str(error).rstrip(".")
        if any(one.missing for one in self.weights()):
            return "its weights are not on this machine"
        return None if self.source.file.is_file() else f"there is no file '{self.source.file}'"

    def weights(self) -> Sequence[Weights]:
        """Return the files of a tag; a folder or a file of one's own is nobody's to fetch."""
        found = (self.source.weights, self.source.text_files)
        return [one for one in found if one is not None]

    def load(self, progress: Progress) -> Space:
        """Make the space in a moment: the model loads, both towers, when it first encodes."""
        from .images import ClipImages
        from .model import ClipModel
        from .texts import ClipTexts

        model = ClipModel(self.source)
        return Space(
            name=self.full_name,
            encoders={
                Modality.IMAGE: ClipImages(model),
                Modality.TEXT: ClipTexts(model, template=self._template),
            },
        )
