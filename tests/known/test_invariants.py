"""What holds for any vectors, in whatever order and in batches of whatever size they came."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embedcurate import clusters, duplicates, outliers, sampling
from embedcurate.collection import Collection, Encoded
from embedcurate.duplicates import Level
from embedcurate.items import Modality
from tests.known.placing import SPACE, id_of, placed, stored

KINDS = (Modality.IMAGE, Modality.AUDIO)
ROUNDING = 1e-5

Point: TypeAlias = tuple[int, int, int]

# Few whole numbers give what random vectors never do: equals, opposites, and ties everywhere.
points: st.SearchStrategy[Point] = st.tuples(*[st.integers(-2, 2)] * 3).filter(any)


@contextmanager
def collection_of(items: Sequence[Encoded], *, at_once: int = 1000) -> Iterator[Collection]:
    with TemporaryDirectory(prefix="embedcurate-test-") as folder:
        yield stored(Path(folder) / "c", items, at_once=at_once)


def media(at: Sequence[Point]) -> list[Encoded]:
    """Return an item for each point, every third a sound."""
    return [
        placed(f"{number:02}", point, KINDS[number % 3 == 2]) for number, point in enumerate(at)
    ]


def cosines(at: Sequence[Point]) -> NDArray[np.float64]:
    """Return the cosine of every pair of points, by hand."""
    rows = np.array(at, np.float64).reshape(-1, 3)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows @ rows.T)


def told(collection: Collection) -> dict[str, Any]:
    """Return all that the analyses say of a collection."""
    found: dict[str, Any] = {
        "similar": duplicates.find(collection, level=Level.SIMILAR, threshold=0.9),
        "clusters": clusters.label(collection, min_cluster_size=3, space=SPACE),
        "outliers": outliers.score(collection),
        **{
            strategy: sampling.pick(collection, size=7, strategies={strategy: 1}, compare=False)
            for strategy in ("diverse", "representative", "typical", "random")
        },
    }
    return {name: one.as_document() for name, one in found.items()}


@given(st.lists(points, min_size=1, max_size=30), st.integers(1, 7), st.randoms())
@settings(max_examples=6, deadline=None)
def test_the_order_and_the_batches_in_which_items_come_change_nothing(
    at: list[Point], at_once: int, chance: Any
) -> None:
    items = media(at)
    with collection_of(items) as one:
        expected = told(one)
    chance.shuffle(items)
    with collection_of(items, at_once=at_once) as other:
        assert told(other) == expected


@given(st.lists(points, max_size=25), st.floats(0, 1))
@example([(1, 0, 0), (1, 1, 0), (0, 1, 0), (-1, 1, 0)], 0.7)  # a chain, each a pair with the next
@settings(max_examples=15, deadline=None)
def test_each_member_reaches_the_threshold_and_no_two_keepers_do(
    at: list[Point], threshold: float
) -> None:
    place = {id_of(f"{number:02}"): number for number in range(len(at))}
    by_hand = cosines(at)
    with collection_of([placed(f"{number:02}", point) for number, point in enumerate(at)]) as c:
        found = duplicates.find(c, level=Level.SIMILAR, threshold=threshold)
    keeper_of = {
        place[copy.id]: place[group.keep] for group in found.groups for copy in group.items
    }
    for group in found.groups:
        for copy in group.items:
            cosine = by_hand[place[copy.id], place[group.keep]]
            assert cosine >= threshold - ROUNDING
            assert copy.similarity == pytest.approx(cosine, abs=ROUNDING)
    kept = [number for number in range(len(at)) if keeper_of.get(number, number) == number]
    between = by_hand[np.ix_(kept, kept)][~np.eye(len(kept), dtype=np.bool_)]
    assert (between < threshold + ROUNDING).all()
    above = by_hand[np.triu_indices(len(at), 1)]
    assert (above >= threshold + ROUNDING).sum() <= len(found.pairs)
    assert len(found.pairs) <= (above >= threshold - ROUNDING).sum()


@given(
    st.lists(points, min_size=1, max_size=25),
    st.integers(1, 12),
    st.sampled_from(["diverse", "representative", "typical", "random"]),
    st.data(),
)
@settings(max_examples=15, deadline=None)
def test_the_radius_is_that_of_measuring_every_item_against_every_kept_one(
    at: list[Point], size: int, strategy: str, data: st.DataObject
) -> None:
    items = media(at)
    before = data.draw(st.sets(st.integers(0, len(at) - 1), max_size=3))
    with collection_of(items) as collection:
        sample = sampling.pick(
            collection,
            size=size,
            strategies={strategy: 1},
            start=[items[number].item.id for number in sorted(before)],
            compare=False,
        )
    place = {one.item.id: number for number, one in enumerate(items)}
    picked = [place[id_] for id_ in sample.ids]
    assert len(set(picked)) == len(picked) == min(size, len(at) - len(before))
    by_hand, far = cosines(at), {}
    for number in set(range(len(at))) - before:
        kind = items[number].item.modality
        kept = [one for one in {*picked, *before} if items[one].item.modality is kind]
        if kept:
            far[number] = 1 - by_hand[number, kept].max()
    assert sample.coverage.items == len(at) - len(before)
    assert sample.coverage.uncovered == sample.coverage.items - len(far)
    if not far:
        assert sample.coverage.cover is None
        return
    assert sample.coverage.cover is not None
    assert sample.coverage.cover.radius == pytest.approx(max(far.values()), abs=ROUNDING)
    assert sample.coverage.cover.mean == pytest.approx(np.mean(list(far.values())), abs=ROUNDING)
