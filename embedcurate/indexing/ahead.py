"""The files that are decoded ahead: enough that the model need not wait, in bounded memory."""

from collections import deque

from embedcurate.items import Found, Modality
from embedcurate.media.audio import Sound
from embedcurate.media.decoding import Medium
from embedcurate.media.limits import MAX_SOUND_BYTES
from embedcurate.media.pool import Pending

__all__ = ["Ahead"]

_LEAST, _MOST = 4, 48  # files
_BYTES = 256 << 20
_AT_FIRST = 4.0  # bytes a byte of a sound's file: as much as most of WAV and FLAC
_FADING = 0.9


class Ahead:
    """Files that decoders are at work on, in the order in which they were started.

    An hour of sound takes as much memory as a hundred pictures. What one will take is judged by
    the size of its file, and by what those before it took for theirs.
    """

    def __init__(self) -> None:
        self._pending: deque[tuple[Found, Pending]] = deque()
        self._unfolding = _AT_FIRST

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_full(self) -> bool:
        """Whether no other file should be started before one of these is taken."""
        if len(self._pending) < _LEAST:
            return False
        sounds = (found.size for found, _ in self._pending if found.modality is Modality.AUDIO)
        taken = sum(min(MAX_SOUND_BYTES, size * self._unfolding) for size in sounds)
        return len(self._pending) >= _MOST or taken >= _BYTES

    def add(self, found: Found, pending: Pending) -> None:
        """Add a file that was started."""
        self._pending.append((found, pending))

    def take(self) -> tuple[Found, Pending]:
        """Take the file that was started first."""
        return self._pending.popleft()

    def learn(self, found: Found, medium: Medium) -> None:
        """Learn from what a file became how much others may take."""
        if isinstance(medium, Sound):
            taken = sum(samples.nbytes for _, samples in medium.windows)
            self._unfolding = max(taken / max(1, found.size), _FADING * self._unfolding)
