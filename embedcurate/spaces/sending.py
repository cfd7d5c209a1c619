"""That media leave this machine: to whom, how much, for what price, and whether they may."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from embedcurate.errors import ConsentNeeded

__all__ = ["CONSENT", "Estimate", "Sending", "agreed", "consents", "require"]

CONSENT = "EMBEDCURATE_SEND"
"""The environment variable that agrees to sending, once for all: yes."""

_BYTES_A_TOKEN = 4  # of English; other scripts have fewer letters to a token, but more bytes


@dataclass(frozen=True, slots=True)
class Sending:
    """Where an encoder sends what it encodes; `price` is US dollars for a million tokens."""

    host: str
    price: float | None = None
    priced_on: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run would send at most: files and their bytes."""

    sending: Sending
    files: int
    size: int

    @property
    def tokens(self) -> int:
        """About how many tokens that is."""
        return -(-self.size // _BYTES_A_TOKEN)

    @property
    def cost(self) -> float | None:
        """About how many US dollars that costs; None if no price is known."""
        price = self.sending.price
        return None if price is None else self.tokens * price / 1_000_000

    def __str__(self) -> str:
        said = f"{self.files:,} files, at most about {self.tokens:,} tokens"
        if self.cost is None:
            return f"{said}, to {self.sending.host} (no price is known)"
        date = f", prices of {self.sending.priced_on}" if self.sending.priced_on else ""
        return f"{said}, to {self.sending.host} for about ${self.cost:,.2f}{date}"


_agreed = ContextVar("agreed", default=False)


@contextmanager
def agreed() -> Iterator[None]:
    """Let media be sent while the body runs: the user was shown what, and agreed."""
    before = _agreed.set(True)
    try:
        yield
    finally:
        _agreed.reset(before)


def consents() -> bool:
    """Tell whether media may be sent: by `agreed`, or once for all by the environment."""
    return _agreed.get() or os.environ.get(CONSENT, "").strip().lower() == "yes"


def require(sending: Sending, count: int) -> None:
    """Raise `ConsentNeeded` unless `count` media may be sent; encoders that send call it first."""
    if not consents():
        raise ConsentNeeded(f"{count:,} media, to {sending.host}", CONSENT)
