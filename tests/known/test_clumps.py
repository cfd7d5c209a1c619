"""Three clumps and two loners: what belongs together, what to nothing, and what it is called."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from embedcurate import clusters, outliers, sampling
from embedcurate.collection import Collection, Encoded
from embedcurate.query import parse_filter
from embedcurate.spaces.tiny import TinyTexts
from tests.known.placing import SPACE, id_of, placed, stored

CLUMPS = {"barn": 20, "boat": 16, "bird": 12}
LONERS = ("wreck", "comet")


def items() -> list[Encoded]:
    """Return pictures around the vectors of three words, and two at the vectors of other words.

    A clump's members are equally far from its middle, each in a direction of its own::

        barn (20)  . .      comet (1)  .
                  .   .
                   . .             . .   boat (16)
        wreck (1)  .            .     .
                       . .         . .
                        .  bird (12)
    """
    rng = np.random.default_rng(0)
    words = [*CLUMPS, *LONERS]
    middle = dict(zip(words, TinyTexts().encode(words)["shared"], strict=True))
    found = []
    for name, size in CLUMPS.items():
        for number in range(size):
            aside = rng.standard_normal(len(middle[name]))
            at = middle[name] + 0.2 * aside / np.linalg.norm(aside)
            told = {"caption": f"a {name} in the evening", "label": name}
            found.append(placed(f"{number:02}-{name}", at, **told))
    return [
        *found,
        *(placed(name, middle[name], caption=f"a {name} in the evening") for name in LONERS),
    ]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return stored(tmp_path_factory.mktemp("clumps") / "c", items())


@pytest.fixture(scope="module", params=[False, True], ids=["graph", "exact"])
def found(collection: Collection, request: pytest.FixtureRequest) -> clusters.Clusters:
    return clusters.label(collection, space=SPACE, exact=request.param, anew=True)


def names_of(collection: Collection, ids: Sequence[str]) -> set[str]:
    return {item.path.name for item in collection.items(ids)}


def clump_of(collection: Collection, found: clusters.Clusters) -> dict[str, int]:
    """Return clump -> its label, where all of it has one; fails where clumps are mixed."""
    label_of = found.as_document()["labels"]
    of_clump = {}
    for name, size in CLUMPS.items():
        labels = {label_of[id_of(f"{number:02}-{name}")] for number in range(size)}
        assert len(labels) == 1, (name, labels)
        of_clump[name] = labels.pop()
    assert {label_of[id_of(name)] for name in LONERS} == {-1}
    return of_clump


def test_the_clusters_are_the_clumps_and_the_loners_are_noise(
    collection: Collection, found: clusters.Clusters
) -> None:
    of_clump = clump_of(collection, found)
    assert of_clump == {"barn": 0, "boat": 1, "bird": 2}  # by size
    assert found.noise == len(LONERS)
    assert found.recall == 1
    sizes = {one.label: one.size for one in found.clusters}
    assert sizes == {of_clump[name]: size for name, size in CLUMPS.items()}
    assert (found.labels >= 0).tolist() == (found.probabilities > 0).tolist()


def test_a_cluster_is_called_what_only_its_members_are_called(
    collection: Collection, found: clusters.Clusters
) -> None:
    assert [one.name for one in found.clusters] == list(CLUMPS)
    for one in found.clusters:
        exemplars = names_of(collection, one.exemplars)
        assert len(exemplars) == 5
        assert {name.split("-")[1] for name in exemplars} == {one.name}


def test_the_exemplars_are_those_nearest_to_the_middle(
    collection: Collection, found: clusters.Clusters
) -> None:
    matrix = collection.matrix("shared")
    for one in found.clusters:
        members = np.flatnonzero(found.labels == one.label)
        middle = matrix.vectors[members].mean(axis=0)
        order = np.argsort(-(matrix.vectors[members] @ middle), kind="stable")[:5]
        assert list(one.exemplars) == matrix.ids[members[order]].astype(str).tolist()


def test_filters_and_balanced_samples_know_the_clusters(collection: Collection) -> None:
    clusters.label(collection, space=SPACE, anew=True)
    collection.catalogue.refresh()
    ids = collection.catalogue.ids_where(parse_filter("cluster:1"))
    assert names_of(collection, ids) == {f"{number:02}-boat" for number in range(16)}
    assert names_of(collection, collection.catalogue.ids_where(parse_filter("cluster:-1"))) == set(
        LONERS
    )
    sample = sampling.pick(collection, size=9, by="cluster")
    of = [item.path.name.split("-")[-1] for item in sample.items]
    assert {name: of.count(name) for name in of} == dict.fromkeys(CLUMPS, 3)
    assert sample.notes == ("2 of the eligible items have no cluster to be balanced by.",)


def test_the_loners_are_the_outliers_and_the_oddest(collection: Collection) -> None:
    found = outliers.score(collection)
    assert found.channels == {"image": "visual"}
    assert (found.scored, found.outliers) == (50, 2)
    assert {item.path.name for item in found.items if item.outlier} == set(LONERS)
    assert {item.path.name for item in found.items[:2]} == set(LONERS)
    assert all("its 5 nearest pictures" in item.reason for item in found.items[:2])
    assert found.labels == ()
    collection.catalogue.refresh()
    ids = collection.catalogue.ids_where(parse_filter("is:outlier"))
    assert names_of(collection, ids) == set(LONERS)


def test_a_label_that_is_not_that_of_the_clump_is_disputed(tmp_path: Path) -> None:
    """Three of the clumps' labels are exchanged: of two barns and a bird."""
    wrong = {"03-barn": "boat", "11-barn": "bird", "07-bird": "barn"}
    flipped = []
    for one in items():
        name = one.item.path.name
        at = one.vectors["shared"]
        flipped.append(placed(name, at, label=wrong.get(name, one.item.label or "")))
    found = outliers.score(stored(tmp_path / "c", flipped))
    told = {label.path.name: (label.label, label.expected, label.share) for label in found.labels}
    assert told == {
        "03-barn": ("boat", "barn", 1.0),
        "11-barn": ("bird", "barn", 1.0),
        "07-bird": ("barn", "bird", 1.0),
    }
    assert all("of its 10 nearest labelled neighbours are" in one.reason for one in found.labels)


def test_without_the_loners_and_with_them_the_clumps_are_the_same(
    collection: Collection, tmp_path: Path
) -> None:
    alone = stored(tmp_path / "c", items()[: -len(LONERS)])
    found = clusters.label(alone, space=SPACE)
    assert found.noise == 0
    assert [(one.name, one.size) for one in found.clusters] == list(CLUMPS.items())
    with alone.writer() as writer:
        writer.store(items()[-len(LONERS) :])
    again = clusters.label(alone, space=SPACE)
    assert again.noise == 2
    assert clump_of(alone, again) == clump_of(collection, clusters.label(collection, space=SPACE))
