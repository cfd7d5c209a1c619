"""The model that the encoders of pictures and of texts share."""

from functools import cached_property
from typing import Any

from embedcurate.spaces.checkpoints import in_words
from embedcurate.spaces.computing import device
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.preprocessing import Preprocessing
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.weights import offline

from .source import CONFIG, Source

__all__ = ["ClipModel"]


class ClipModel:
    """A model of open_clip; both towers load when either of them is first used."""

    def __init__(self, source: Source) -> None:
        self.source = source
        config = () if source.folder is None else (source.folder / CONFIG,)
        who = source.tag if source.tag else source.file.name
        named = f"open_clip {source.architecture or 'model'}/{who}"
        self.fingerprint = fingerprint(named, *config, source.file)

    @cached_property
    def device(self) -> str:
        """Where it computes."""
        return device()

    @cached_property
    def network(self) -> Any:
        """The model in torch, its weights loaded; raise `WeightsError` if they are not its own."""
        import open_clip

        source = self.source
        own = source.folder is not None  # then open_clip finds the weights in it
        with offline(), in_words(source.file, f"'{source.name}'"):
            network = open_clip.create_model(
                source.name,
                pretrained=None if own else str(source.file),
                pretrained_text=False,
                force_quick_gelu=source.tag_config().get("quick_gelu", False),
            )
        return network.eval().to(self.device)

    @cached_property
    def tokenizer(self) -> Any:
        """What turns texts into tokens."""
        import open_clip

        with offline(), in_words(self.source.file, "a tokenizer"):
            return open_clip.get_tokenizer(self.source.name)

    @cached_property
    def preprocessing(self) -> Preprocessing:
        """What open_clip's own transform does, by the configuration that came with the weights."""
        from open_clip.transform import PreprocessCfg, merge_preprocess_dict

        found = self.network.visual.preprocess_cfg
        tag = {**self.source.tag_config(), "size": found["size"]}
        asked = PreprocessCfg(**merge_preprocess_dict(found, tag))
        height_px, width_px = asked.input_size[1:]
        # Its ResizeKeepRatio, which pictures that are no squares go through, is always bicubic.
        oblong = height_px != width_px and asked.resize_mode == "shortest"
        return Preprocessing(
            height_px,
            width_px,
            tuple(asked.mean),
            tuple(asked.std),
            "bilinear" if asked.interpolation == "bilinear" and not oblong else "bicubic",
            asked.resize_mode,
            fill=(asked.fill_color,) * 3,
        )

    def rows(self, features: Any) -> Vectors:
        """Return the unit rows of what a tower gave."""
        return unit_rows(features.float().cpu().numpy())
