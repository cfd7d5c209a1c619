"""Move a collection to another space: its vectors are mapped at once, and encoded again later.

A few items of each modality are encoded in the new space; from them follows, in closed form, the
map from what the collection has to what the new space's encoders would give (`spaces.bridge`). What
is lost by it is measured before anything is made, on items that the map has not seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection import Collection, Encoded
from embedcurate.collection.rereading import media_of
from embedcurate.collection.succession import fill_mapped, fill_projected, succeed
from embedcurate.errors import BridgeError, ConsentNeeded
from embedcurate.filters import Compare
from embedcurate.indexing.batches import Batches
from embedcurate.items import Modality
from embedcurate.media.pool import DecoderPool
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.bridge import LEAST, Bridge, align
from embedcurate.spaces.calibration import neutral_texts
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.pooling import encode_queries, needs
from embedcurate.spaces.reduction import ReducedSpace
from embedcurate.spaces.sending import CONSENT, consents
from embedcurate.spaces.space import Space

__all__ = ["Kept", "Move", "plan_move"]

_K = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """What a map keeps of the neighbours that the new encoders would find, in one channel.

    `similar` is the recall@10 of items like an item, `by_text` that of items for neutral texts
    (None where no text reaches the channel), each among the `anchors`, of which none was mapped by
    a map that had seen it. `chance` is the recall of a blind choice. Of a reduction it is what that
    keeps of the neighbours that the whole vectors find.
    """

    modality: Modality
    channel: str
    anchors: int
    similar: float
    by_text: float | None
    chance: float


@dataclass(frozen=True, eq=False, slots=True)
class Move:
    """A move that can be made, and what it would keep; all vectors stay where they are till then.

    `mapped` says how many items of each modality would be mapped; the others are encoded already.
    """

    collection: Collection
    space: Space
    kept: tuple[Kept, ...]
    mapped: Mapping[Modality, int]
    encoded: Sequence[Encoded]
    maps: Mapping[tuple[Modality, str], Bridge]

    def make(self, target: Path, *, progress: Progress = ignore) -> Collection:
        """Make the moved collection in the folder `target`; the old one stays as it is.

        Marks, decisions, selections and the log come along; results do not, as they are of other
        vectors. To index again encodes what was mapped, a batch at a time; until then long items
        are found as wholes. What was only reduced is as it would be encoded.

        Raises `FolderNotEmpty`, `CollectionLocked`, `CollectionReadOnly` or `DiskFull`.
        """
        space = self.space

        def mapped(modality: Modality, ids: Sequence[str]) -> dict[str, Vectors]:
            rows = _stored(self.collection, modality, ids)
            return {
                channel: bridge.carry(rows)
                for (kind, channel), bridge in self.maps.items()
                if kind is modality
            }

        def fill(made: Collection) -> None:
            if _only_reduces(space, self.collection):
                fill_projected(self.collection, made, space.project, progress)
            else:
                fill_mapped(self.collection, made, mapped, self.encoded, progress)

        return succeed(self.collection, target, space, fill)

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate move --json` prints of it."""
        return {
            "space": self.space.name,
            "encoded": len(self.encoded),
            "mapped": {str(modality): count for modality, count in self.mapped.items()},
            "kept": [{**asdict(one), "modality": str(one.modality)} for one in self.kept],
        }


def plan_move(
    collection: Collection, space: Space, *, anchors: int = 2_000, progress: Progress = ignore
) -> Move:
    """Encode `anchors` items in `space`, fit the maps, and measure what they keep.

    Nothing is encoded or mapped if `space` is that of the collection, reduced. Raises `BridgeError`
    if a modality has items to be mapped but too few that can be encoded, and `ConsentNeeded` if
    the space sends what it encodes and that was not agreed to.
    """
    hosts = {one.sending.host for one in space.encoders.values() if one.sending is not None}
    if hosts and not consents():
        most = min(anchors, len(collection.catalogue))
        what = f"at most {most:,} items now, to {', '.join(sorted(hosts))}, to try the move"
        raise ConsentNeeded(what, CONSENT)
    if _only_reduces(space, collection):
        return Move(collection, space, tuple(_kept_whole(collection, space, anchors)), {}, (), {})
    samples = _samples(collection, space, anchors)
    chosen = [id_ for ids, _ in samples.values() for id_ in ids]
    encoded = _encode(collection, space, chosen, progress)
    maps: dict[tuple[Modality, str], Bridge] = {}
    kept: list[Kept] = []
    mapped: dict[Modality, int] = {}
    for modality, (_, count) in samples.items():
        own = [one for one in encoded if one.item.modality is modality]
        if count == len(own):
            continue
        if len(own) < 2 * LEAST:
            raise BridgeError(
                f"Of {count} items that are {modality}, {len(own)} could be encoded as anchors; a "
                f"map needs {2 * LEAST}. Give more --anchors, or index into a new collection."
            )
        mapped[modality] = count - len(own)
        old = _stored(collection, modality, [one.item.id for one in own])
        for channel in space.encoders[modality].channels:
            new = np.stack([one.vectors[channel] for one in own] or [np.empty(0, np.float32)])
            maps[modality, channel] = align(old, new, pivot=False, must_fit=False)
            kept.append(_kept(space, modality, channel, old, new))
    return Move(collection, space, tuple(kept), mapped, encoded, maps)


def _samples(
    collection: Collection, space: Space, anchors: int
) -> dict[Modality, tuple[list[str], int]]:
    """Return modality -> ids of the items to encode, and how many items have a vector."""
    catalogue = collection.catalogue
    catalogue.refresh()
    found: dict[Modality, list[str]] = {}
    for modality in sorted(space.modalities):
        mask = catalogue.searchable & catalogue.mask(Compare("modality", "=", str(modality)))
        if mask.any():
            found[modality] = catalogue.ids[mask].astype(str).tolist()
    share = anchors // max(1, len(found))
    # Ids are hashes: the first of them are a sample.
    return {modality: (ids[:share], len(ids)) for modality, ids in found.items()}


def _encode(
    collection: Collection, space: Space, ids: Sequence[str], progress: Progress
) -> list[Encoded]:
    """Decode and encode items; those whose file is gone, changed or damaged are left out."""
    batches, encoded = Batches(space), list[Encoded]()
    items = collection.items(ids)
    with DecoderPool(needs(space)) as decoders:
        media = media_of(collection, items, decoders)
        for done, (item, medium) in enumerate(zip(items, media, strict=True)):
            progress(done, len(items), f"encoding anchors in {space.name}")
            if medium is not None:
                encoded += batches.add(item, medium)
    return encoded + batches.drain()


def _stored(collection: Collection, modality: Modality, ids: Sequence[str]) -> Vectors:
    """Return all that the collection knows of items: their vectors in all channels side by side."""
    names = [one.name for one in collection.channels if modality in one.modalities]
    rows = np.concatenate([collection.vectors(ids, name) for name in names], axis=1)
    return np.asarray(rows / np.sqrt(len(names)), np.float32)


def _only_reduces(space: Space, collection: Collection) -> TypeGuard[ReducedSpace]:
    settings = collection.settings
    return (
        isinstance(space, ReducedSpace)
        and space.whole.name == settings.space
        and space.whole.fingerprints == settings.fingerprints
    )


def _kept_whole(collection: Collection, space: ReducedSpace, anchors: int) -> Iterator[Kept]:
    """Compare the neighbours that a sample has in the whole space and in the reduced one."""
    whole = space.whole
    asked = encode_queries(whole.text, neutral_texts()) if whole.text is not None else {}
    for modality, (ids, _) in _samples(collection, space, anchors).items():
        if len(ids) <= _K:
            continue
        for channel in whole.encoders[modality].channels:
            old = collection.vectors(ids, channel)
            new = space.project(channel, old)
            by_text = None
            if asked and channel == whole.route(Modality.TEXT, modality):
                texts = asked[channel]
                by_text = _recall(texts @ old.T, space.project(channel, texts) @ new.T)
            similar = _recall(old @ old.T, new @ new.T, own=True)
            chance = _K / (len(ids) - 1)
            yield Kept(modality, channel, len(ids), similar, by_text, chance)


def _kept(space: Space, modality: Modality, channel: str, old: Vectors, new: Vectors) -> Kept:
    """Map each half of the anchors by what the other teaches, and compare neighbours."""
    halves = np.arange(len(old)) % 2 == 0
    mapped = np.empty_like(new)
    for half in (halves, ~halves):
        mapped[half] = align(old[~half], new[~half], pivot=False, must_fit=False).carry(old[half])
    similar = _recall(new @ new.T, mapped @ mapped.T, own=True)
    by_text = None
    if space.text is not None and channel == space.route(Modality.TEXT, modality):
        texts = encode_queries(space.text, neutral_texts())[channel]
        by_text = _recall(texts @ new.T, texts @ mapped.T)
    chance = _K / (len(new) - 1)
    return Kept(modality, channel, len(new), similar, by_text, chance)


def _recall(true: NDArray[np.float32], found: NDArray[np.float32], *, own: bool = False) -> float:
    """Return the share of each row's ten greatest values that are found; not the diagonal's."""
    if own:
        for of in (true, found):
            np.fill_diagonal(of, -np.inf)
    best = [np.argpartition(-of, _K - 1, axis=1)[:, :_K] for of in (true, found)]
    shared = [len(np.intersect1d(a, b)) for a, b in zip(*best, strict=True)]
    return float(np.mean(shared)) / _K
