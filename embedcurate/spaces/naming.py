"""What a user calls a space: its plugin, and where it takes them a model and options."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

__all__ = ["SpaceName"]


@dataclass(frozen=True, slots=True)
class SpaceName:
    """A space by name: ``plugin``, ``plugin:model`` or ``plugin:model?option=value&option=value``.

    The model may be any text without a question mark: a model's name, or a path.
    """

    plugin: str
    model: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "SpaceName":
        """Read what `str` writes; a value's special characters may be percent-encoded."""
        named, _, asked = text.partition("?")
        plugin, _, model = named.partition(":")
        return cls(plugin, model, dict(parse_qsl(asked, keep_blank_values=True)))

    def __str__(self) -> str:
        model = f":{self.model}" if self.model else ""
        options = urlencode(sorted(self.options.items()), safe=" {}:/,", quote_via=quote)
        return f"{self.plugin}{model}{f'?{options}' if options else ''}"
