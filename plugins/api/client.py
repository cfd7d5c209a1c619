"""One request to a service until it is answered: waits, tries again, and says why it gives up."""

import random
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from embedcurate.errors import ServiceError

from .providers import Provider

if TYPE_CHECKING:
    from httpx import Client as HttpClient
    from httpx import Response

__all__ = ["Client"]

_TIMEOUT_S = 60.0
_TRIES = 6
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 120.0
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Status codes that another try may get past."""


class Client:
    """Posts documents to a service.

    Waits between tries double, from about one second, and vary by half so that several programs do
    not try at once; one that says how long to wait is obeyed, up to two minutes. `wait` sleeps
    that long, which can't be cancelled.
    """

    def __init__(
        self,
        provider: Provider,
        url: str,
        key: str | None,
        *,
        wait: Callable[[float], None] = time.sleep,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        self._provider = provider
        self._url = url.rstrip("/")
        self._key = key
        self._wait = wait
        self._timeout_s = timeout_s
        self._has_answered = False
        self.host = urlsplit(url).netloc.rpartition("@")[2]

    @cached_property
    def _http(self) -> "HttpClient":
        import httpx

        headers = self._provider.headers(self._key) if self._key else {}
        return httpx.Client(headers=headers, timeout=self._timeout_s)

    def post(self, path: str, document: Mapping[str, Any]) -> Any:
        """Return the JSON document that answers `document`.

        Raises `ServiceError`, whose sentence says what to do.
        """
        for tried in range(1, _TRIES + 1):
            answer, failure = self._try(path, document)
            if answer is not None and answer.is_success:
                self._has_answered = True
                return self._read(answer)
            last = tried == _TRIES or not self._may_pass(answer)
            waits_s = self._waits_s(answer, tried)
            if last or waits_s > _LONGEST_WAIT_S:
                raise self._refusal(answer, failure, waits_s)
            self._wait(waits_s)
        raise AssertionError("the last try returns or raises")

    def _try(self, path: str, document: Mapping[str, Any]) -> "tuple[Response | None, str]":
        import httpx

        try:
            return self._http.post(self._url + path, json=document), ""
        except httpx.TimeoutException:
            return None, f"it did not answer within {self._timeout_s:.0f} s"
        except httpx.TransportError as error:
            return None, f"it can't be reached ({error})"
        except httpx.InvalidURL as error:
            raise ServiceError(self.host, f"'{self._url}' is no address: {error}") from error

    def _may_pass(self, answer: "Response | None") -> bool:
        if answer is None:
            # A network that is not there at first is told at once; one that fails later may return.
            return self._has_answered
        return answer.status_code in _AGAIN and not self._provider.is_spent(_json(answer))

    def _waits_s(self, answer: "Response | None", tried: int) -> float:
        if answer is not None:
            told = _retry_after_s(answer)
            if told is None:
                told = self._provider.waits_s(_json(answer))
            if told is not None:
                return max(0.0, told)
        return _FIRST_WAIT_S * 2.0 ** (tried - 1) * random.uniform(0.5, 1.5)

    def _read(self, answer: "Response") -> Any:
        document = _json(answer)
        if document is None:
            raise ServiceError(
                self.host, "it answered with something else than JSON. Check its url"
            )
        return document

    def _refusal(self, answer: "Response | None", failure: str, waits_s: float) -> ServiceError:
        if answer is None:
            return ServiceError(self.host, f"{failure}. Check the network and run it again")
        document = _json(answer)
        said = self._provider.complaint(document) if document is not None else answer.text
        if self._key:
            said = said.replace(self._key, "***")
        said = f" ('{said[:300].strip()}')" if said.strip() else ""
        code = answer.status_code
        if code in (401, 403) or "api key" in said.lower():
            names = " or ".join(self._provider.variables)
            return ServiceError(self.host, f"it refuses the key{said}. Check {names}")
        if self._provider.is_spent(document) or code == 402:
            return ServiceError(self.host, f"the account's quota is spent{said}. Top it up there")
        if code == 429:
            when = f"in {waits_s:.0f} s" if waits_s > _LONGEST_WAIT_S else "later"
            return ServiceError(self.host, f"it takes no more requests now{said}. Try {when}")
        if code in _AGAIN:
            return ServiceError(self.host, f"it fails with status {code}{said}. Try later")
        why = f"it refuses the request with status {code}{said}. Check the model and its options"
        return ServiceError(self.host, why)


def _json(answer: "Response") -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _retry_after_s(answer: "Response") -> float | None:
    """Return what `Retry-After` asks for: seconds, or until a date."""
    told = answer.headers.get("retry-after")
    if told is None:
        return None
    try:
        return float(told)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(told).timestamp() - time.time()
    except ValueError:
        return None
