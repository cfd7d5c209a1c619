"""What four services speak: their requests, their answers, their limits and their prices."""

import base64
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["COHERE", "GEMINI", "OPENAI", "PRICED_ON", "VOYAGE", "Model", "Provider", "Role"]

PRICED_ON = "October 2025"
"""When the prices were looked up that the models have here."""


class Role(StrEnum):
    """What a text is: something to be found, or what is asked for."""

    DOCUMENT = "document"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a service; `price` is US dollars for a million tokens.

    `is_flexible` if it gives shorter vectors when asked for them.
    """

    dimension: int
    price: float
    is_flexible: bool = True


class Provider(ABC):
    """A service: `variables` may hold its key, `url` is where it answers."""

    name: ClassVar[str]
    url: ClassVar[str]
    variables: ClassVar[tuple[str, ...]]
    models: ClassVar[Mapping[str, Model]]

    most_texts: ClassVar[int]
    """In one request: what the service allows, or fewer so that little is lost if one fails."""

    most_tokens: ClassVar[int]
    """In one request."""

    def headers(self, key: str) -> dict[str, str]:
        """Return the headers that carry the key."""
        return {"Authorization": f"Bearer {key}"}

    @abstractmethod
    def request(
        self, model: str, texts: Sequence[str], role: Role, dimension: int | None
    ) -> tuple[str, dict[str, Any]]:
        """Return the path below `url` and the JSON document that ask for the texts' vectors."""

    def rows(self, answer: Any) -> list[NDArray[np.float32]]:
        """Return the vectors in an answer, in the order of the texts.

        What is missing from it raises `KeyError`, `IndexError`, `TypeError` or `ValueError`.
        """
        data = sorted(answer["data"], key=lambda one: one["index"])
        return [_vector(one["embedding"]) for one in data]

    def complaint(self, answer: Any) -> str:
        """Return what the service says of a request that it refuses; "" if it says nothing."""
        said = answer.get("error", answer) if isinstance(answer, dict) else answer
        if isinstance(said, dict):
            said = said.get("message") or said.get("detail") or ""
        return str(said)

    def is_spent(self, answer: Any) -> bool:
        """Tell whether a refusal for too much is one that waiting does not help."""
        error = answer.get("error") if isinstance(answer, dict) else None
        return isinstance(error, dict) and error.get("code") == "insufficient_quota"

    def waits_s(self, answer: Any) -> float | None:
        """Return how long to wait if the answer itself says so, beside its headers."""
        return None


def _vector(said: str | Sequence[float]) -> NDArray[np.float32]:
    if isinstance(said, str):
        return np.frombuffer(base64.b64decode(said, validate=True), "<f4")
    return np.array(said, np.float32)


class _OpenAI(Provider):
    """https://platform.openai.com/docs/api-reference/embeddings: 2048 texts, 300,000 tokens."""

    name = "openai"
    url = "https://api.openai.com/v1"
    variables = ("OPENAI_API_KEY",)
    models: ClassVar[Mapping[str, Model]] = {
        "text-embedding-3-small": Model(1536, 0.02),
        "text-embedding-3-large": Model(3072, 0.13),
        "text-embedding-ada-002": Model(1536, 0.10, is_flexible=False),
    }
    most_texts = 128
    most_tokens = 300_000

    def request(
        self, model: str, texts: Sequence[str], role: Role, dimension: int | None
    ) -> tuple[str, dict[str, Any]]:
        asked = {"model": model, "input": list(texts), "encoding_format": "base64"}
        return "/embeddings", asked | ({"dimensions": dimension} if dimension else {})


class _Cohere(Provider):
    """https://docs.cohere.com/reference/embed (version 2): 96 texts."""

    name = "cohere"
    url = "https://api.cohere.com/v2"
    variables = ("COHERE_API_KEY", "CO_API_KEY")
    models: ClassVar[Mapping[str, Model]] = {
        "embed-v4.0": Model(1536, 0.12),
        "embed-english-v3.0": Model(1024, 0.10, is_flexible=False),
        "embed-multilingual-v3.0": Model(1024, 0.10, is_flexible=False),
        "embed-english-light-v3.0": Model(384, 0.10, is_flexible=False),
        "embed-multilingual-light-v3.0": Model(384, 0.10, is_flexible=False),
    }
    most_texts = 96
    most_tokens = 128_000

    def request(
        self, model: str, texts: Sequence[str], role: Role, dimension: int | None
    ) -> tuple[str, dict[str, Any]]:
        asked = {
            "model": model,
            "texts": list(texts),
            "input_type": f"search_{role}",
            "embedding_types": ["float"],
            "truncate": "END",
        }
        return "/embed", asked | ({"output_dimension": dimension} if dimension else {})

    def rows(self, answer: Any) -> list[NDArray[np.float32]]:
        return [_vector(row) for row in answer["embeddings"]["float"]]


class _Gemini(Provider):
    """https://ai.google.dev/api/embeddings: 100 texts of 2,048 tokens."""

    name = "gemini"
    url = "https://generativelanguage.googleapis.com/v1beta"
    variables = ("GEMINI_API_KEY",)
    models: ClassVar[Mapping[str, Model]] = {"gemini-embedding-001": Model(3072, 0.15)}
    most_texts = 100
    most_tokens = 100_000

    def headers(self, key: str) -> dict[str, str]:
        return {"x-goog-api-key": key}

    def request(
        self, model: str, texts: Sequence[str], role: Role, dimension: int | None
    ) -> tuple[str, dict[str, Any]]:
        rest: dict[str, Any] = {"model": f"models/{model}"}
        if model in self.models:
            rest["taskType"] = f"RETRIEVAL_{role.upper()}"
        if dimension:
            rest["outputDimensionality"] = dimension
        asked = [{**rest, "content": {"parts": [{"text": text}]}} for text in texts]
        return f"/models/{model}:batchEmbedContents", {"requests": asked}

    def rows(self, answer: Any) -> list[NDArray[np.float32]]:
        return [_vector(one["values"]) for one in answer["embeddings"]]

    def waits_s(self, answer: Any) -> float | None:
        """Read the `RetryInfo` among the details of an error, such as "17s"."""
        error = answer.get("error") if isinstance(answer, dict) else None
        for detail in (error or {}).get("details", ()):
            if str(detail.get("retryDelay", "")).endswith("s"):
                return float(detail["retryDelay"][:-1])
        return None


class _Voyage(Provider):
    """https://docs.voyageai.com/reference/embeddings-api: 1,000 texts, 120,000 tokens or more."""

    name = "voyage"
    url = "https://api.voyageai.com/v1"
    variables = ("VOYAGE_API_KEY",)
    models: ClassVar[Mapping[str, Model]] = {
        "voyage-3.5": Model(1024, 0.06),
        "voyage-3.5-lite": Model(1024, 0.02),
        "voyage-3-large": Model(1024, 0.18),
        "voyage-code-3": Model(1024, 0.18),
    }
    most_texts = 128
    most_tokens = 120_000

    def request(
        self, model: str, texts: Sequence[str], role: Role, dimension: int | None
    ) -> tuple[str, dict[str, Any]]:
        asked = {
            "model": model,
            "input": list(texts),
            "input_type": str(role),
            "truncation": True,
            "encoding_format": "base64",
        }
        return "/embeddings", asked | ({"output_dimension": dimension} if dimension else {})


OPENAI: Provider = _OpenAI()
COHERE: Provider = _Cohere()
GEMINI: Provider = _Gemini()
VOYAGE: Provider = _Voyage()
