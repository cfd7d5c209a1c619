"""Every kind of query finds every kind of item, in the order that a sum by hand gives."""

import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embedcurate.collection import Collection
from embedcurate.errors import EmbedcurateError, QueryError, UnknownItem
from embedcurate.items import Modality, item_id
from embedcurate.search import Hit, Searcher
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.space import Background, Space
from embedcurate.testing import make_picture, make_text, tiny_space
from tests.indexing.material import make_sources, new_collection, run

LONG = " ".join(["grey"] * 40 + ["red"] * 50 + ["grey"] * 60)


def uneven_space() -> Space:
    """Return the tiny space with another background for each route."""
    pairs = itertools.product(Modality, Modality)
    uneven = {
        route: Background(0.05 * number, 0.1 + 0.03 * number) for number, route in enumerate(pairs)
    }
    return replace(tiny_space(), backgrounds=uneven)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_sources(tmp_path_factory.mktemp("sources"))
    make_text(root / "texts" / "long.txt", LONG)
    return root


@pytest.fixture(scope="module")
def collection(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    collection = new_collection(tmp_path_factory.mktemp("collection"))
    run(collection, sources)
    return collection


@pytest.fixture
def searcher(collection: Collection) -> Searcher:
    return Searcher(collection, uneven_space())


def names(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.path.name for hit in hits]


Weighed = tuple[float, Modality, dict[str, np.ndarray]]


def words(weight: float, text: str) -> Weighed:
    encoder = tiny_space().text
    assert encoder is not None
    return weight, Modality.TEXT, {SHARED: encoder.encode([text])[SHARED][0]}


def stored(collection: Collection, weight: float, path: Path) -> Weighed:
    [item] = collection.items([item_id(path)])
    channels = tiny_space().encoders[item.modality].channels
    vectors = {name: collection.vectors([item.id], name)[0] for name in channels}
    return weight, item.modality, vectors


def by_hand(collection: Collection, terms: list[Weighed]) -> dict[str, float]:
    """Return id -> the weighted sum of calibrated cosines, over the root of the squared weights."""
    space = uneven_space()
    norm = np.sqrt(sum(weight**2 for weight, _, _ in terms))
    ids = collection.known()["id"].to_pylist()
    segments = collection.segments(ids)
    values = {}
    for item in collection.items(ids):
        channels = [space.route(kind, item.modality) for _, kind, _ in terms]
        places = [{name: collection.vectors([item.id], name)[0] for name in set(channels)}]
        if set(channels) == {SHARED}:
            places += [{SHARED: vector} for _, vector in segments.get(item.id, [])]
        values[item.id] = max(
            sum(
                weight * (vectors[channel] @ place[channel] - back.mean) / back.spread
                for (weight, kind, vectors), channel in zip(terms, channels, strict=True)
                for back in [space.backgrounds[kind, item.modality]]
            )
            / norm
            for place in places
        )
    return values


def z_of(hit: Hit) -> float:
    """Undo the score: 1 / (1 + exp(2 - z))."""
    return 2 - float(np.log(1 / hit.score - 1))


@pytest.mark.parametrize(
    ("query", "kind", "best"),
    [
        ("red", Modality.IMAGE, "red-"),
        ("red", Modality.TEXT, "long.txt"),
        ("low", Modality.AUDIO, "low.wav"),
        ("@pictures/red-disc.png", Modality.IMAGE, "red-disc.png"),
        ("@pictures/blue-disc.png", Modality.TEXT, "blue.txt"),
        ("@pictures/yellow-square.png", Modality.AUDIO, "low.wav"),
        ("@sounds/low.wav", Modality.IMAGE, "yellow-"),
        ("@sounds/low.wav", Modality.TEXT, "yellow.txt"),
        ("@sounds/high.wav", Modality.AUDIO, "high.wav"),
        ("@texts/green.txt", Modality.IMAGE, "green-"),
        ("@texts/green.txt", Modality.TEXT, "green.txt"),
        ("@texts/yellow.txt", Modality.AUDIO, "low.wav"),
    ],
)
def test_every_kind_of_query_finds_what_it_should_of_every_kind(
    searcher: Searcher, sources: Path, query: str, kind: Modality, best: str
) -> None:
    query = query.replace("@", f"@{sources}/")
    hits = searcher.find(query, k=1, modalities={kind}).hits
    assert [hit.modality for hit in hits] == [kind]
    assert hits[0].path.name.startswith(best)


def test_sums_of_terms_rank_as_by_hand_over_all_channels_and_segments(
    searcher: Searcher, collection: Collection, sources: Path
) -> None:
    picture, sound = sources / "pictures" / "red-disc.png", sources / "sounds" / "long.wav"
    cases = {
        "red": [words(1, "red")],
        "2:red - blue": [words(2, "red"), words(-1, "blue")],
        f"- 0.5:grey + 3:@{sound}": [words(-0.5, "grey"), stored(collection, 3, sound)],
        f"blue + 2:@{picture}": [words(1, "blue"), stored(collection, 2, picture)],
        f"@{picture} - 0.3:@{sound} + red": [
            stored(collection, 1, picture), stored(collection, -0.3, sound), words(1, "red"),
        ],
    }  # fmt: skip
    for query, terms in cases.items():
        expected = by_hand(collection, terms)
        hits = searcher.find(query, k=99).hits
        assert {hit.id for hit in hits} == set(expected)
        found = [z_of(hit) for hit in hits]
        np.testing.assert_allclose(found, [expected[hit.id] for hit in hits], atol=1e-4)
        assert found == sorted(found, reverse=True)
        assert all(np.isfinite([hit.cosine, hit.score]).all() for hit in hits)
        for hit in hits:
            assert sum(term.part for term in hit.terms) == pytest.approx(z_of(hit), abs=1e-4)


def test_the_order_of_terms_does_not_matter(searcher: Searcher, sources: Path) -> None:
    terms = ["+ 2:red", "- 0.5:blue", f"+ @{sources}/pictures/green-disc.png"]
    orders = [searcher.find(" ".join(order), k=99).hits for order in itertools.permutations(terms)]
    for hits in orders[1:]:
        assert names(hits) == names(orders[0])


def test_the_best_hits_are_the_first_of_all_and_k_may_exceed_them(searcher: Searcher) -> None:
    everything = searcher.find("red - blue", k=10_000).hits
    assert len(everything) == 16
    for k in (1, 3, 7):
        assert searcher.find("red - blue", k=k).hits == everything[:k]


def test_terms_that_cancel_out_give_no_error_and_no_nan(searcher: Searcher) -> None:
    hits = searcher.find("red - red", k=99).hits
    assert len(hits) == 16
    assert all(np.isfinite([hit.cosine, hit.score]).all() for hit in hits)


def test_the_hit_of_a_long_item_says_where(searcher: Searcher, sources: Path) -> None:
    [text] = searcher.find("red", where="name:long.txt").hits
    assert text.segment is not None
    assert LONG[int(text.segment.start) : int(text.segment.end)] == " ".join(["red"] * 50)
    assert text.place == "characters 200-399"
    [sound] = searcher.find("silent", where="name:long.wav").hits
    assert sound.segment is not None
    assert sound.segment.end - sound.segment.start == pytest.approx(2)
    assert sound.place is not None
    assert sound.place.startswith(f"00:{round(sound.segment.start):02}")
    [short] = searcher.find("red", where="name:red.txt").hits
    assert (short.segment, short.place) == (None, None)


def test_a_hit_of_a_compound_query_shows_the_segment_that_ranked_it(tmp_path: Path) -> None:
    # The sound's cosines count five times those of the words, so its part of the text wins.
    make_text(tmp_path / "sources" / "a.txt", " ".join(["blue"] * 50 + ["red"] * 50))
    collection = new_collection(tmp_path / "collection")
    run(collection, tmp_path / "sources")
    sound = make_picture(tmp_path / "red.png")
    backgrounds = {
        (Modality.TEXT, Modality.TEXT): Background(0, 0.5),
        (Modality.IMAGE, Modality.TEXT): Background(0, 0.05),
    }
    space = replace(tiny_space(), backgrounds=backgrounds)
    [hit] = Searcher(collection, space).find(f"2:blue + @{sound}").hits
    assert hit.segment is not None
    assert hit.segment.start > 100


def test_an_item_is_not_similar_to_itself_in_any_way(searcher: Searcher, sources: Path) -> None:
    own = item_id(sources / "texts" / "red.txt")
    for prefix in (own, own[:8], own[:8].upper()):
        for hybrid in (False, True):
            hits = searcher.find(f"#{prefix} + red thing", k=99, hybrid=hybrid).hits
            assert len(hits) == 15
            assert own not in {hit.id for hit in hits}
    assert {hit.id for hit in searcher.find("red thing", hybrid=True).hits} >= {own}


def test_an_id_that_is_not_there_or_not_the_only_one_is_told(
    searcher: Searcher, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnknownItem):
        searcher.find("#" + "0" * 32)
    ids = np.array([b"abcdef" + b"0" * 26, b"abcdef" + b"1" * 26], "S32")
    monkeypatch.setattr(collection.catalogue, "_ids", ids)
    with pytest.raises(QueryError, match="2 items have an id that starts with 'abcdef'"):
        collection.item_like("abcdef")


def test_phrases_and_filters_limit_what_is_found(searcher: Searcher) -> None:
    assert names(searcher.find('"red thing"').hits) == ["red.txt"]
    assert set(names(searcher.find('"thing" -"red thing"').hits)) == {
        "blue.txt", "green.txt", "yellow.txt",
    }  # fmt: skip
    assert names(searcher.find('blue "red thing"').hits) == ["red.txt"]
    assert set(names(searcher.find("blue modality:image name:red*").hits)) == {
        "red-disc.png", "red-square.png",
    }  # fmt: skip
    assert names(searcher.find("duration:>10").hits) == ["long.wav"]
    assert searcher.find("red width:>5000").hits == ()
    assert searcher.find("red", where="-modality:image -modality:text -modality:audio").hits == ()
    assert {hit.modality for hit in searcher.find("red", modalities={Modality.AUDIO}).hits} == {
        Modality.AUDIO
    }


def test_hybrid_is_the_sum_of_reciprocal_ranks(searcher: Searcher, collection: Collection) -> None:
    by_meaning = [hit.id for hit in searcher.find("blue thing", k=99).hits]
    by_words = list(dict.fromkeys(match.item for match in collection.match_text("blue thing")))
    expected = {
        id_: sum(1 / (61 + ids.index(id_)) for ids in (by_meaning, by_words) if id_ in ids)
        for id_ in by_meaning
    }
    hits = [hit.id for hit in searcher.find("blue thing", k=99, hybrid=True).hits]
    assert sorted(hits) == sorted(expected)
    sums = [expected[id_] for id_ in hits]
    assert sums == sorted(sums, reverse=True)


def test_what_is_missing_is_found_only_when_asked_for_and_compaction_changes_nothing(
    sources: Path, tmp_path: Path
) -> None:
    shutil.copytree(sources, tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, tmp_path / "sources")
    gone = tmp_path / "sources" / "texts" / "red.txt"
    gone.unlink()
    run(collection, tmp_path / "sources")
    searcher = Searcher(collection, tiny_space())
    before = searcher.find("red - blue", k=99).hits
    assert len(before) == 15
    assert gone.name not in names(before)
    for query in ("is:missing", "red is:missing"):
        assert names(searcher.find(query).hits) == ["red.txt"]
    with collection.writer() as writer:
        writer.compact()
    assert searcher.find("red - blue", k=99).hits == before
    assert (
        Searcher(Collection.open(collection.path), tiny_space()).find("red - blue", k=99).hits
        == before
    )


def test_words_in_a_space_without_texts_and_files_that_can_not_be_read_are_told(
    searcher: Searcher, collection: Collection, tmp_path: Path
) -> None:
    tiny = tiny_space()
    wordless = replace(tiny, encoders={Modality.IMAGE: tiny.encoders[Modality.IMAGE]})
    with pytest.raises(EmbedcurateError, match="tiny"):
        Searcher(collection, wordless).find("red")
    broken = make_text(tmp_path / "broken.png", "no picture")
    with pytest.raises(EmbedcurateError, match=r"broken\.png"):
        searcher.find(f"@{broken}")


HOSTILE = ("red", "-", "+", '"', "2:", "#abcdef", "@", "modality:", "tag:x", "-blue", ",", "\ud800")
HOSTILE += ("is:ok", "*", "(", "'", "\\", "\0", "OR", "width:>1", "stars:..2", "cluster:1")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example("@~nobody-of-that-name/a.png", True)
@example("@" + "x" * 5000 + ".png", False)
@example("- red", True)
@example('"\'" OR 1=1 --', True)
@given(
    st.text(st.characters(codec=None), max_size=40)
    | st.lists(st.sampled_from(HOSTILE), max_size=6).map(" ".join),
    st.booleans(),
)
def test_a_hostile_query_gives_hits_or_a_sentence(
    searcher: Searcher, query: str, hybrid: bool
) -> None:
    try:
        hits = searcher.find(query, k=3, hybrid=hybrid).hits
    except EmbedcurateError:
        return
    assert len(hits) <= 3
    assert all(0 <= hit.score <= 1 for hit in hits)
