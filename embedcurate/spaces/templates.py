"""What is put around a short query: "a photo of {}" (Radford et al. 2021, arXiv 2103.00020)."""

from collections.abc import Mapping, Sequence

from embedcurate.errors import SpaceOptionError
from embedcurate.spaces.encoder import TextEncoder

__all__ = ["OPTION", "around", "template_of"]

OPTION = "template"
"""The option that names it."""


def template_of(space: str, options: Mapping[str, str], example: str) -> str:
    """Return the template among the options of `space`, one that changes nothing if there is none.

    Raises `SpaceOptionError`, with `example`, for one that leaves no place for the query.
    """
    template = options.get(OPTION, "{}")
    if "{}" not in template:
        raise SpaceOptionError(space, f"{OPTION}={template}", [f"{OPTION}={example}, and so on"])
    return template


def around(template: str, batch: Sequence[str], texts: TextEncoder) -> list[str]:
    """Return `batch`, the template around each text that then still is one passage of `texts`."""
    asked = [template.replace("{}", text) for text in batch]
    return [
        whole if len(texts.passages(whole)) == 1 else text
        for whole, text in zip(asked, batch, strict=True)
    ]
