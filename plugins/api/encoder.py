"""Texts by a service on the network."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embedcurate.errors import ServiceError
from embedcurate.items import Segment
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.passages import passages
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.sending import Sending, require

from .client import Client
from .keys import key_of, own_key
from .providers import PRICED_ON, Provider, Role

__all__ = ["ApiTexts"]

_PIECE = re.compile(r"[!-~]{1,4}|\S")
"""About a token: four letters of English, one of other scripts. Mostly there are fewer."""

_ROOM = 400  # pieces in a passage: less than any model's context, about a paragraph
_OVERLAP = 40


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A text's pieces as `passages` takes tokens."""

    offsets: Sequence[tuple[int, int]]
    word_ids: Sequence[int | None]


class ApiTexts(TextEncoder):
    """Encode passages by `model` of a service; queries are told from items where it does so.

    A blank text is not sent: it gets a vector of equal components. Raises `ServiceError` when the
    service can't be used; see `Client` for what is tried before.
    """

    def __init__(
        self,
        provider: Provider,
        model: str,
        *,
        dimension: int | None = None,
        url: str | None = None,
        price: float | None = None,
        wait: Callable[[float], None] = time.sleep,
        timeout_s: float = 60.0,
    ) -> None:
        known = provider.models.get(model)
        full = dimension or (known.dimension if known else None)
        assert full is not None, "the plugin asks for it"
        self._provider = provider
        self._model = model
        self._dimension = full
        # A server of one's own gives what its model gives; this says how long that is.
        self._asked = dimension if known and known.is_flexible else None
        key = own_key() if url else key_of(provider)
        self._client = Client(provider, url or provider.url, key, wait=wait, timeout_s=timeout_s)
        self.channels: Mapping[str, int] = {SHARED: full}
        self.fingerprint = f"{provider.name}/{model}/{full}"
        self.batch_size = provider.most_texts
        if price is None and known is not None and url is None:
            price = known.price
        self.sending: Sending = Sending(self._client.host, price, PRICED_ON)

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Send `batch` in as few requests as the service's limits allow.

        Raises `ConsentNeeded` unless the user has agreed to that; see `embedcurate.spaces.sending`.
        """
        if any(text.strip() for text in batch):
            require(self.sending, len(batch))
        return self._encode(batch, Role.DOCUMENT)

    def encode_queries(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Send `batch` as queries, which the user has just asked for."""
        return self._encode(batch, Role.QUERY)

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` into passages of about a paragraph."""
        pieces = [found.span() for found in _PIECE.finditer(text)]
        words, word, before = [], 0, 0
        for start, end in pieces:
            word += start != before
            words.append(word)
            before = end
        return passages(text, _Pieces(pieces, words), room=_ROOM, overlap=_OVERLAP)

    def _encode(self, batch: Sequence[str], role: Role) -> Mapping[str, Vectors]:
        rows = np.zeros((len(batch), self._dimension), np.float32)
        for places in self._requests(batch):
            rows[places] = self._rows([batch[place] for place in places], role)
        return {SHARED: unit_rows(rows)}

    def _requests(self, batch: Sequence[str]) -> Iterator[list[int]]:
        """Yield the places in `batch` that go into one request."""
        places: list[int] = []
        tokens = 0
        for place, text in enumerate(batch):
            if not text.strip():
                continue
            its = len(_PIECE.findall(text))
            too_many = tokens + its > self._provider.most_tokens
            if places and (too_many or len(places) == self._provider.most_texts):
                yield places
                places, tokens = [], 0
            places.append(place)
            tokens += its
        if places:
            yield places

    def _rows(self, texts: Sequence[str], role: Role) -> Vectors:
        path, document = self._provider.request(self._model, texts, role, self._asked)
        answer = self._client.post(path, document)
        try:
            rows = self._provider.rows(answer)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            why = f"it answered in a way that is not known here ({type(error).__name__}: {error})"
            raise ServiceError(self._client.host, f"{why}. Check its url and model") from error
        lengths = {len(row) for row in rows}
        if lengths - {self._dimension}:
            why = f"its vectors have {lengths.pop()} numbers, not {self._dimension}"
            raise ServiceError(self._client.host, f"{why}. Say so with the option 'dimension'")
        if len(rows) != len(texts) or not np.isfinite(rows).all():
            why = f"it gave {len(rows)} usable vectors for {len(texts)} texts"
            raise ServiceError(self._client.host, f"{why}. Try later")
        return np.stack(rows)
