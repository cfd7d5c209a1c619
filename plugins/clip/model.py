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

__all__ = ["ClipModel", "text_features"]


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


def text_features(network: Any, tokens: Any) -> Any:
    """Return what the text tower of `network` gives for `tokens` (n, context).

    Behind a causal mask nothing that follows a text's end changes what is read there, so that
    tokens are cut to the longest text of the batch: a short query takes a fifth of the time.
    """
    from torch.func import functional_call

    custom = hasattr(network, "text")
    tower = network.text if custom else network
    mask = getattr(tower, "attn_mask", None)
    pool = getattr(tower, "pool_type" if custom else "text_pool_type", "")
    if mask is None or pool != "argmax" or getattr(tower, "cls_emb", None) is not None:
        return network.encode_text(tokens)
    length = int(tokens.argmax(dim=-1).max()) + 1
    cut = {
        "positional_embedding": tower.positional_embedding[:length],
        "attn_mask": mask[:length, :length],
    }
    cut = {f"text.{name}" if custom else name: value for name, value in cut.items()}
    return functional_call(network, cut, (None, tokens[:, :length]))[1]
