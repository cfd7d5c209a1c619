"""Before a run sends media to a service: how much that is, and whether the user agrees."""

from collections.abc import Callable, Sequence
from collections.abc import Collection as AbstractCollection
from pathlib import Path

from embedcurate.collection import Collection
from embedcurate.errors import ConsentNeeded
from embedcurate.indexing.known import Known
from embedcurate.items import Found, Modality, item_id
from embedcurate.sources import Scan, find
from embedcurate.spaces.calibration import neutral_texts
from embedcurate.spaces.sending import CONSENT, Estimate, consents
from embedcurate.spaces.space import Space

__all__ = ["Consent", "ask", "estimates"]

Consent = Callable[[Estimate], bool]
"""Shows an estimate, and tells whether it may be sent."""


def estimates(
    space: Space,
    sources: Sequence[Path],
    modalities: AbstractCollection[Modality],
    collection: Collection | None,
) -> list[Estimate]:
    """Return what a run would send, from the files' sizes; unchanged files are not sent again."""
    encoders = [space.encoders[one] for one in sorted(space.modalities & set(modalities))]
    sending = [one for one in encoders if one.sending is not None]
    if not sending:
        return []
    known = None if collection is None else Known(collection.known())
    found = []
    for encoder in sending:
        assert encoder.sending is not None, "as was asked"
        files = list(find(sources, Scan(), modalities={encoder.modality}))
        sizes = [file.size for file in files if known is None or not _is_known(file, known)]
        if sizes:
            # Scores are calibrated by texts that are sent, too.
            own = sum(len(text.encode()) for text in neutral_texts())
            found.append(Estimate(encoder.sending, len(sizes), sum(sizes) + own))
    return found


def ask(found: Sequence[Estimate], consent: Consent | None) -> None:
    """Raise `ConsentNeeded` unless every estimate is agreed to.

    By `consent`, or without one by the environment variable `EMBEDCURATE_SEND`.
    """
    for estimate in found:
        agreed = consents() if consent is None else consent(estimate)
        if not agreed:
            raise ConsentNeeded(str(estimate), CONSENT)


def _is_known(file: Found, known: Known) -> bool:
    one = known.get(item_id(file.path))
    rows = [one] if one is not None else known.rows_of(file.path)
    return bool(rows) and all(row.same_file(file) for row in rows)
