"""An arc: samples whose every pick, distance and share is known by hand."""

from math import cos, radians, sin
from pathlib import Path

import pytest

from embedcurate import sampling
from embedcurate.collection import Collection
from embedcurate.errors import QueryError
from embedcurate.query import parse_filter
from embedcurate.sampling import Sample
from tests.known.placing import id_of, placed, stored

ANGLES = (0, 9, 24, 37, 52, 66, 79, 90)


@pytest.fixture(scope="module")
def arc(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Eight pictures at these degrees of a quarter of a circle; steep ones are called so.

    ::

        90  79
               66
                   52
         steep         37
        - - - - - - - - - - -
         flat             24
                            9
                            0
    """
    return stored(
        tmp_path_factory.mktemp("arc") / "c",
        (
            placed(
                f"{angle}",
                (cos(radians(angle)), sin(radians(angle))),
                label="steep" if angle > 45 else "flat",
            )
            for angle in ANGLES
        ),
    )


def apart(degrees: float) -> float:
    """Return the cosine distance of two items that are so many degrees apart."""
    return 1 - cos(radians(degrees))


def pick(arc: Collection, size: int, **options) -> Sample:
    return sampling.pick(arc, size=size, **{"density_floor": 0.0, **options})


def angles(sample: Sample) -> list[int]:
    return [int(item.path.name) for item in sample.items]


def test_each_pick_is_the_farthest_and_its_distance_is_the_radius_before_it(
    arc: Collection,
) -> None:
    sample = pick(arc, 8, must=[id_of("0")])
    assert angles(sample) == [0, 90, 52, 24, 66, 37, 79, 9]
    gaps = [90, 38, 24, 14, 13, 11, 9]
    assert sample.distances[0] == float("inf")
    assert sample.distances[1:].tolist() == pytest.approx([apart(gap) for gap in gaps], abs=1e-6)
    assert sample.strategies == ("must", *["diverse"] * 7)
    assert sample.coverage.cover is not None
    assert sample.coverage.cover.radius == pytest.approx(0, abs=1e-6)
    for size, gap in enumerate(gaps, 1):
        smaller = pick(arc, size, must=[id_of("0")], compare=False)
        assert angles(smaller) == angles(sample)[:size]
        assert smaller.coverage.cover is not None
        assert smaller.coverage.cover.radius == pytest.approx(apart(gap), abs=1e-6)
        curve = dict(smaller.coverage.curve)
        assert curve == pytest.approx(
            {picks: apart([*gaps, 0][picks - 1]) for picks in (1, 2, 5, size) if picks <= size},
            abs=1e-6,
        )


def test_the_coverage_of_three_is_that_of_eight_distances_by_hand(arc: Collection) -> None:
    coverage = pick(arc, 3, must=[id_of("0")]).coverage
    to_nearest = [0, 9, 24, 15, 0, 14, 11, 0]  # of 0, 52 and 90
    distances = sorted(map(apart, to_nearest))
    assert coverage.cover is not None
    assert coverage.cover.radius == pytest.approx(apart(24), abs=1e-6)
    assert coverage.cover.mean == pytest.approx(sum(distances) / 8, abs=1e-6)
    assert coverage.cover.p50 == pytest.approx((apart(9) + apart(11)) / 2, abs=1e-6)
    assert (coverage.items, coverage.uncovered) == (8, 0)
    assert coverage.modalities == {"image": coverage.cover}
    assert coverage.likened is not None
    assert coverage.likened.sample == pytest.approx(coverage.cover)


def test_nobody_nearer_than_the_least_distance_is_picked(arc: Collection) -> None:
    sample = pick(arc, 8, must=[id_of("0")], min_distance=apart(13.5))
    assert angles(sample) == [0, 90, 52, 24, 66]
    assert "5 of the 8 asked for: no other eligible item is" in sample.notes[0]


def test_those_that_must_be_in_are_first_and_those_that_must_not_never_come(
    arc: Collection,
) -> None:
    sample = pick(arc, 4, must=[id_of("37")], must_not=[id_of("90")])
    assert angles(sample) == [37, 79, 0, 52]  # 42, 37 and 15 degrees off; 66 is 13 off, 24 is 13
    assert sample.coverage.items == 7
    sample = pick(arc, 8, must_not=[id_of("90"), id_of("0")])
    assert sorted(angles(sample)) == [9, 24, 37, 52, 66, 79]
    assert sample.notes == ("Only 6 items are eligible, fewer than the 8 asked for: all are in.",)
    with pytest.raises(QueryError, match="must be in the sample, and must not be"):
        pick(arc, 2, must=[id_of("9")], must_not=[id_of("9")])


def test_what_was_picked_before_is_kept_away_from_and_counts_for_the_coverage(
    arc: Collection,
) -> None:
    sample = pick(arc, 2, start=[id_of("0"), id_of("90")])
    assert angles(sample) == [52, 24]
    assert sample.distances.tolist() == pytest.approx([apart(38), apart(24)], abs=1e-6)
    assert sample.coverage.items == 6
    assert sample.coverage.cover is not None
    assert sample.coverage.cover.radius == pytest.approx(apart(14), abs=1e-6)


@pytest.mark.parametrize(
    ("size", "quotas", "flat", "steep"),
    [
        (4, {}, 2, 2),
        (5, {"flat": 1}, 1, 4),
        (5, {"steep": 0}, 4, 0),
        (6, {"flat": 4}, 4, 2),
        (8, {}, 4, 4),
    ],
)
def test_classes_are_balanced_and_quotas_are_met(
    arc: Collection, size: int, quotas: dict[str, int], flat: int, steep: int
) -> None:
    sample = pick(arc, size, by="label", quotas=quotas)
    found = angles(sample)
    assert len(set(found)) == len(found)
    assert (sum(angle < 45 for angle in found), sum(angle > 45 for angle in found)) == (flat, steep)
    assert (len(found) < size) == any("of the" in note for note in sample.notes)


def test_only_what_the_filter_matches_is_picked_and_covered(arc: Collection) -> None:
    sample = pick(arc, 8, where=parse_filter("label:steep"), must=[id_of("90")])
    assert angles(sample) == [90, 52, 66, 79]
    assert sample.coverage.items == 4


def test_representatives_are_the_middles_of_two_ends(tmp_path: Path) -> None:
    """Seven pictures at two ends of the arc, whose middles are at 10 and 80 degrees.

    ::

        85 80 75               20 10 5 0
    """
    collection = stored(
        tmp_path / "c",
        (
            placed(f"{angle}", (cos(radians(angle)), sin(radians(angle))))
            for angle in (0, 5, 10, 20, 75, 80, 85)
        ),
    )
    sample = sampling.pick(collection, size=2, strategies={"representative": 1})
    assert angles(sample) == [10, 80]  # the larger group first


def test_the_same_picture_twice_is_picked_last(tmp_path: Path) -> None:
    """Three directions, and the first of them twice more.

    ::

        z   y   x  x-again  x-once-more
    """
    axes = {"x": (1, 0, 0), "y": (0, 1, 0), "z": (0, 0, 1)}
    items = [placed(name, at) for name, at in axes.items()]
    items += [placed(name, axes["x"]) for name in ("x-again", "x-once-more")]
    collection = stored(tmp_path / "c", items)
    sample = sampling.pick(collection, size=5, density_floor=0.0)
    names = [item.path.name for item in sample.items]
    assert {name[0] for name in names[:3]} == {"x", "y", "z"}
    assert sample.distances[3:].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert [item.id for item in sample.items[3:]] == sorted(item.id for item in sample.items[3:])
