"""Index sources into a collection: one run from the lock to the report."""

import time
from collections.abc import Collection as AbstractCollection
from collections.abc import Sequence
from pathlib import Path

from embedcurate.collection import Collection, Origin, Storage
from embedcurate.errors import Cancelled, FolderNotEmpty, ServiceError, StorageMismatch
from embedcurate.indexing.backgrounds import measure_backgrounds
from embedcurate.indexing.outcomes import Run
from embedcurate.indexing.report import IndexReport
from embedcurate.indexing.sending import Consent, ask, estimates
from embedcurate.indexing.storing import Storing
from embedcurate.items import Modality
from embedcurate.media.pool import DecoderPool
from embedcurate.progress import Progress, ignore
from embedcurate.sources import Annotations, Scan, find
from embedcurate.spaces.pooling import needs
from embedcurate.spaces.registry import load
from embedcurate.spaces.sending import agreed
from embedcurate.spaces.space import Space

__all__ = ["index", "open_and_index"]

_DEFAULT_SPACE = "starter"


def index(
    collection: Collection,
    space: Space,
    sources: Sequence[Path],
    *,
    modalities: AbstractCollection[Modality] = frozenset(Modality),
    annotations: Annotations | None = None,
    retry_failed: bool = False,
    decode_timeout_s: float = 120.0,
    wait_s: float = 0.0,
    progress: Progress = ignore,
) -> IndexReport:
    """Bring `collection` up to date with `sources`; originals are read and never touched.

    Every file ends in one outcome. Unchanged files cost a stat; renamed and moved ones keep their
    vector and marks; the same bytes are encoded once; what vanished becomes `missing`. Files that
    failed before are tried again when they changed, or with `retry_failed`. A file whose decoding
    takes longer than `decode_timeout_s` has failed. Marks and decisions are written meanwhile: the
    collection is held only while something is stored. If another run holds it, this one waits
    `wait_s`.

    Raises
    ------
    Cancelled
        If `progress` raised it; all that was encoded is stored first.
    SourceNotFound, CollectionLocked, CollectionReadOnly, DiskFull, SpaceMismatch
        As their sentences say; what was stored before is kept.
    """
    collection.check_space(space)
    wanted = space.modalities & frozenset(modalities)
    pool = DecoderPool(needs(space), timeout_s=decode_timeout_s)
    with collection.run(doing="embedcurate index", wait_s=wait_s) as turn, pool:
        run = Run(collection, Storing(turn, collection, space), space, pool, retry_failed, progress)
        run.expect(sources, wanted, annotations)
        started = time.perf_counter()
        scan = Scan()
        try:
            run.take(find(sources, scan, modalities=wanted, annotations=annotations))
        except (Cancelled, KeyboardInterrupt, ServiceError):
            run.storing.flush()
            raise
        run.finish(scan, wanted)
        with turn() as writer:
            is_due = writer.backgrounds_due(any_is_better=not space.backgrounds)
        calibrating = time.perf_counter()
        if is_due:
            backgrounds = measure_backgrounds(collection, space, progress)
            with turn() as writer:
                writer.save_backgrounds(backgrounds)
        run.report.calibrating_s = time.perf_counter() - calibrating
    collection.keep_indexes()
    run.report.seconds = time.perf_counter() - started
    return run.report


def open_and_index(
    path: Path,
    sources: Sequence[Path],
    *,
    space: str | None = None,
    storage: Storage | None = None,
    modalities: AbstractCollection[Modality] = frozenset(Modality),
    annotations: Annotations | None = None,
    retry_failed: bool = False,
    wait_s: float = 0.0,
    consent: Consent | None = None,
    progress: Progress = ignore,
) -> tuple[Collection, IndexReport]:
    """Index into the collection at `path`, which is made if there is none.

    `space` names the space of a new collection, ``starter`` if it is None, and `storage` what its
    vectors are stored as, float32 if it is None; an old one has its own. The sources are
    remembered, to look there again. If the space sends media to a service, `consent` is shown how
    much and for what price before anything is sent. Raises as `index` does, and `UnknownSpace`,
    `SpaceUnavailable`, `StorageMismatch` or `ConsentNeeded`.
    """
    if Collection.is_at(path):
        collection = _opened(path, storage)
        loaded = load(space or collection.settings.space, progress)
        ask(estimates(loaded, sources, modalities, collection), consent)
    else:
        loaded = load(space or _DEFAULT_SPACE, progress)
        ask(estimates(loaded, sources, modalities, None), consent)
        try:
            collection = Collection.create(path, loaded, storage=storage or Storage.FLOAT32)
        except FolderNotEmpty:
            if not Collection.is_at(path):
                raise
            collection = _opened(path, storage)  # another run has made it meanwhile
    told = annotations or Annotations()
    collection.origins.remember(
        Origin(
            tuple(source.absolute() for source in sources),
            frozenset(modalities),
            *map(_absolute, (told.captions, told.labels, told.splits)),
        )
    )
    with agreed():
        report = index(
            collection,
            loaded,
            sources,
            modalities=modalities,
            annotations=annotations,
            retry_failed=retry_failed,
            wait_s=wait_s,
            progress=progress,
        )
    return collection, report


def _opened(path: Path, storage: Storage | None) -> Collection:
    collection = Collection.open(path)
    stored = collection.settings.storage
    if storage not in (None, stored):
        raise StorageMismatch(path, stored, storage)
    return collection


def _absolute(told: str | Path | None) -> str | None:
    """Return where annotations come from, as it can be found from any folder."""
    if told is None or told in ("sidecar", "folder"):
        return told and str(told)
    return str(Path(told).absolute())
