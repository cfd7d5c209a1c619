"""The encoders `openai`, `cohere`, `gemini` and `voyage`: texts by services on the network.

What is indexed with them leaves this machine, and so does every query. Keys come from the
environment or from the system's keyring, and are neither stored nor logged.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import ClassVar

from embedcurate.errors import SpaceOptionError
from embedcurate.items import Modality
from embedcurate.spaces.encoder import TextEncoder
from embedcurate.spaces.plugin import EncoderPlugin

from .providers import COHERE, GEMINI, OPENAI, VOYAGE, Provider

__all__ = ["CoherePlugin", "GeminiPlugin", "OpenAIPlugin", "VoyagePlugin"]

_TAKES = {
    "dimension": "how long vectors are: a shorter length that the model offers",
    "url": "another server that speaks the same language, such as http://localhost:11434/v1",
    "price": "US dollars for a million tokens, for the estimate before texts are sent",
}


class _ApiPlugin(EncoderPlugin):
    provider: ClassVar[Provider]

    modalities = frozenset({Modality.TEXT})
    licence = "the service's terms of use"
    takes: ClassVar[Mapping[str, str]] = _TAKES

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        super().__init__(model, options)
        dimension = self._number("dimension", int)
        self._dimension = None if dimension is None else int(dimension)
        self._price = self._number("price", float)
        self._url = self.options.get("url", "")
        if self._url and not self._url.startswith(("http://", "https://")):
            raise SpaceOptionError(self.name, f"url={self._url}", ("url=https://...",))
        if self._dimension is None and self.model not in self.provider.models:
            known = f"{self.name}:{self.model}?dimension=N, of a model other than these: "
            raise SpaceOptionError(
                self.name, self.model, (known + ", ".join(self.provider.models),)
            )

    @property
    def remedy(self) -> str:  # type: ignore[override]
        """The command or the variable that gets what `available` misses."""
        if find_spec("httpx") is None:
            return "Run: pip install 'embedcurate[api]'"
        variable = self.provider.variables[0]
        return f"Set {variable}, or run: keyring set embedcurate {variable}"

    def available(self) -> str | None:
        """Say whether httpx or the key is missing; a server of one's own may need none."""
        from .keys import key_of

        if find_spec("httpx") is None:
            return "the package 'httpx' is not installed"
        if not self._url and key_of(self.provider) is None:
            return f"there is no key in {' or '.join(self.provider.variables)}, nor in the keyring"
        return None

    def encoder(self) -> TextEncoder:
        """Make the encoder; nothing is sent before it first encodes."""
        from .encoder import ApiTexts

        return ApiTexts(
            self.provider,
            self.model,
            dimension=self._dimension,
            url=self._url or None,
            price=self._price,
        )

    def _number(self, option: str, kind: Callable[[str], float]) -> float | None:
        text = self.options.get(option, "")
        try:
            number = kind(text) if text else None
        except ValueError:
            number = -1.0
        if number is not None and not 0 < number < float("inf"):
            raise SpaceOptionError(self.name, f"{option}={text}", (f"{option}=N",))
        return number


class OpenAIPlugin(_ApiPlugin):
    """Texts by OpenAI, or by any server that speaks its language."""

    name = "openai"
    summary = (
        "Texts by OpenAI's service, or a compatible one: texts and queries leave this machine."
    )
    provider = OPENAI
    default_model = "text-embedding-3-small"


class CoherePlugin(_ApiPlugin):
    """Texts by Cohere."""

    name = "cohere"
    summary = "Texts by Cohere's service: texts and queries leave this machine."
    provider = COHERE
    default_model = "embed-v4.0"


class GeminiPlugin(_ApiPlugin):
    """Texts by Google's Gemini API."""

    name = "gemini"
    summary = "Texts by Google's service: texts and queries leave this machine."
    provider = GEMINI
    default_model = "gemini-embedding-001"


class VoyagePlugin(_ApiPlugin):
    """Texts by Voyage AI."""

    name = "voyage"
    summary = "Texts by Voyage AI's service: texts and queries leave this machine."
    provider = VOYAGE
    default_model = "voyage-3.5"
