"""Writing that takes hours, in turns: between them, what the user says of items is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedcurate.collection.lock import running, writing
from embedcurate.collection.writer import Writer

__all__ = ["Turns", "turns"]

_PATIENCE_S = 600.0


class Turns:
    """Hold a collection for writing whenever it is called, until its block ends.

    What is written in one block belongs together: others see it begun at most if it is cut short.
    """

    def __init__(self, collection: Path, writer: Writer, *, doing: str) -> None:
        self._collection = collection
        self._writer = writer
        self._doing = doing

    @contextmanager
    def __call__(self, *, wait_s: float = _PATIENCE_S) -> Iterator[Writer]:
        """Wait until nobody else writes, and hand out the writer.

        Raises `CollectionLocked` if somebody still writes after `wait_s`: a compaction of a large
        collection takes minutes.
        """
        with writing(self._collection, doing=self._doing, wait_s=wait_s) as died:
            self._writer.look_again()
            if died:
                self._writer.recover()
            yield self._writer


@contextmanager
def turns(collection: Path, writer: Writer, *, doing: str, wait_s: float) -> Iterator[Turns]:
    """Keep other runs off a collection, and tidy up at the end of this one."""
    with running(collection, doing=doing, wait_s=wait_s):
        turn = Turns(collection, writer, doing=doing)
        with turn(wait_s=wait_s):
            pass  # whoever writes is told of at once, and what was cut short is finished
        try:
            yield turn
        finally:
            with turn():
                writer.close()
