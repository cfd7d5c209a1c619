"""The space `clip-clap`: CLIP for pictures and texts, CLAP for sounds, and a bridge between."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from embedcurate_plugins.clap import DEFAULT as CLAP
from embedcurate_plugins.clap import ClapSpace
from embedcurate_plugins.clip import ClipSpace
from embedcurate_plugins.clip.source import DEFAULT as CLIP

from embedcurate.errors import SpaceOptionError
from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.naming import SpaceName
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.space import Space
from embedcurate.spaces.weights import Weights

from .channels import HEARD
from .fitting import Fitting

__all__ = ["ClipClapSpace"]


class ClipClapSpace(SpacePlugin):
    """Pictures, sounds and texts in one space, of two models that never met.

    The model is two joined by a plus sign: what `clip` takes, and what `clap` takes. Sounds and
    texts meet in CLAP's own channel; into CLIP's, where pictures are, sounds are carried by a
    bridge that is fitted on the texts of both (Ex-MCR's direction: CLIP stays as it is).
    """

    name = "clip-clap"
    summary = (
        "Pictures, sounds and texts: CLIP and CLAP, with a bridge between pictures and sounds."
    )
    modalities = frozenset(Modality)
    licence = "each model's own; of the defaults: MIT (CLIP), Apache-2.0 (CLAP)"
    default_model = f"{CLIP}+{CLAP}"
    download_bytes = ClipSpace.download_bytes + ClapSpace.download_bytes
    takes: Mapping[str, str] = {
        "template": "what is put around a short query for pictures: 'a photo of {}'",
        "sound-template": "and for sounds: 'this is a sound of {}'",
    }

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        super().__init__(model, options)
        clip, plus, clap = self.model.rpartition("+")
        if not plus:
            raise SpaceOptionError(self.name, model, ["a model of clip + a model of clap"])
        templates = {name: self.options.get(name) for name in self.takes}
        self._clip = ClipSpace(clip, _given(templates["template"]))
        self._clap = ClapSpace(clap, _given(templates["sound-template"]))
        if model:  # with paths that hold wherever the program is started
            both = f"{self._clip.model}+{self._clap.model}"
            self.full_name = str(SpaceName(self.name, both, self.options))

    @property
    def remedy(self) -> str:  # type: ignore[override]
        """The command that gets what `available` misses."""
        part = self._clap if self._clip.available() is None else self._clip
        return part.remedy

    def available(self) -> str | None:
        """Name what the first of the two lacks."""
        for part in (self._clip, self._clap):
            if (missing := part.available()) is not None:
                return f"{part.name}: {missing}"
        return None

    def weights(self) -> Sequence[Weights]:
        """Return the files of both."""
        return (*self._clip.weights(), *self._clap.weights())

    def load(self, progress: Progress) -> Space:
        """Make the space; the bridge is fitted the first time, which embeds thousands of texts."""
        from .sounds import BridgedSounds
        from .texts import BothTexts

        clip, fitting = self._parts(progress)
        sounds = BridgedSounds(fitting)
        sounds.prepare(progress)
        return Space(
            name=self.full_name,
            encoders={
                Modality.IMAGE: clip.encoders[Modality.IMAGE],
                Modality.AUDIO: sounds,
                Modality.TEXT: BothTexts(fitting.clip_texts, fitting.clap_texts),
            },
            routes={
                (Modality.TEXT, Modality.AUDIO): HEARD,
                (Modality.AUDIO, Modality.TEXT): HEARD,
                (Modality.AUDIO, Modality.AUDIO): HEARD,
            },
        )

    def _parts(self, progress: Progress) -> tuple[Space, Fitting]:
        clip, clap = self._clip.load(progress), self._clap.load(progress)
        assert clip.text is not None, "CLIP has texts"
        assert clap.text is not None, "CLAP has texts"
        assert clap.audio is not None, "CLAP has sounds"
        return clip, Fitting(clip.text, clap.text, clap.audio)

    def details(self, progress: Progress) -> Mapping[str, Any]:
        """Return how well the bridge finds texts again that it was not fitted on, each way."""
        there, back = self._parts(progress)[1].bridges(progress)
        reports = {"clap -> clip": there.report, "clip -> clap": back.report}
        return {"bridges": {way: asdict(report) for way, report in reports.items()}}


def _given(template: str | None) -> dict[str, str]:
    return {} if template is None else {"template": template}
