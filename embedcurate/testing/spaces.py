"""The conformance suite of spaces, and of encoders that are plugins."""

from embedcurate.errors import Cancelled, SpaceOptionError
from embedcurate.progress import ignore
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.plugin import EncoderPlugin, SpacePlugin
from embedcurate.spaces.space import Space
from embedcurate.testing.elsewhere import Elsewhere, in_fresh_process
from embedcurate.testing.encoders import check_encoder, inputs, rule, same

__all__ = ["check_space"]


def check_space(plugin: SpacePlugin, elsewhere: Elsewhere | None = None) -> None:
    """Check that a plugin, and each encoder of its space, keeps what it promises.

    Beside the rules of `check_encoder`: that importing and constructing it imports nothing heavy,
    that loading can be cancelled where it reports, that the space is what the plugin says, and
    that another process gives the same vectors. Raises `AssertionError` naming the rule.

    Parameters
    ----------
    plugin : constructed, with the model and the options to check; nothing may be missing.
    elsewhere : what `in_fresh_process` found of it; found here if None.
    """
    _check_words(plugin)
    missing = plugin.available()
    rule(missing is None, f"nothing may be missing for the check: {missing}. {plugin.remedy}")
    elsewhere = elsewhere or in_fresh_process([plugin])[0]
    heavy = ", ".join(elsewhere.imported)
    rule(not heavy, f"importing and constructing it must not import {heavy}")
    _check_cancelling(plugin)
    space = plugin.load(ignore)
    _check_space(plugin, space)
    rule(
        space.fingerprints == dict(elsewhere.fingerprints),
        "fingerprints must be the same in every process",
    )
    for modality, encoder in space.encoders.items():
        check_encoder(encoder)
        for name, rows in encoder.encode(inputs(encoder)[:2]).items():
            rule(
                same(rows, elsewhere.vectors[str(modality)][name]),
                f"the vectors of what is {modality} in '{name}' must be the same in every process",
            )


def _check_words(plugin: SpacePlugin) -> None:
    for word in ("name", "summary", "licence"):
        said = getattr(plugin, word, "")
        rule(isinstance(said, str) and bool(said), f"`{word}` must be a text")
        rule("\n" not in said, f"`{word}` must be one line")
    rule(bool(plugin.modalities), "`modalities` must name one at least")
    rule(not set(":?") & set(plugin.name), "`name` must have no ':' and no '?'")
    try:
        type(plugin)(plugin.model, {"no such option": "1"})
    except SpaceOptionError:
        return
    rule(False, "an option that it does not take must raise `SpaceOptionError`")


def _check_cancelling(plugin: SpacePlugin) -> None:
    reported = False

    def cancel(done: int, total: int | None, doing: str) -> None:
        nonlocal reported
        reported = True
        raise Cancelled

    try:
        plugin.load(cancel)
    except Cancelled:
        return
    rule(not reported, "`load` must end when its progress raises `Cancelled`")


def _check_space(plugin: SpacePlugin, space: Space) -> None:
    rule(space.name == plugin.full_name, f"the space must be called '{plugin.full_name}'")
    rule(
        space.modalities <= plugin.modalities,
        f"it must have no encoders but those of {sorted(plugin.modalities)}",
    )
    rule(
        not isinstance(plugin, EncoderPlugin) or len(space.encoders) == 1,
        "an encoder's plugin must have one modality",
    )
    for modality, encoder in space.encoders.items():
        rule(encoder.modality is modality, f"the encoder of {modality} must say that it is")
    dimensions: dict[str, int] = {}
    for encoder in space.encoders.values():
        for name, dimension in encoder.channels.items():
            rule(
                dimensions.setdefault(name, dimension) == dimension,
                f"all encoders must have the same dimension in '{name}'",
            )
    living = {channel.name: channel.modalities for channel in space.channels}
    rule(living.get(SHARED) == space.modalities, f"all modalities must live in '{SHARED}'")
    for (query, item), name in space.routes.items():
        lives = {query, item} <= living.get(name, frozenset())
        rule(lives, f"{query} and {item} must both live in '{name}', the channel of their route")
