import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.duplicates.grouping import star_groups


def grouped(pairs, places, lost=()):
    """Return the keeper of each row, given (row, row, similarity) and (loser, winner)."""
    left, right, similar = (np.array([pair[at] for pair in pairs]) for at in range(3))
    losers, winners = (np.array([pair[at] for pair in lost], np.int64) for at in range(2))
    return star_groups(
        left.astype(np.int64),
        right.astype(np.int64),
        similar.astype(np.float32),
        np.array(places),
        losers=losers,
        winners=winners,
    )


def test_a_chain_is_not_one_group():
    found = grouped([(0, 1, 0.9), (1, 2, 0.9)], [0, 1, 2])
    assert found.keepers.tolist() == [0, 0, 2]


def test_two_that_are_no_pair_share_a_keeper_that_both_are_a_pair_with():
    found = grouped([(0, 1, 0.9), (1, 2, 0.8)], [1, 0, 2])
    assert found.keepers.tolist() == [1, 1, 1]
    assert found.similarities.tolist() == [np.float32(0.9), 1, np.float32(0.8)]


def test_a_member_joins_the_most_similar_keeper():
    found = grouped([(0, 2, 0.8), (1, 2, 0.9)], [0, 1, 2])
    assert found.keepers.tolist() == [0, 1, 1]


def test_nothing_is_grouped_without_pairs():
    assert grouped([], [1, 0]).keepers.tolist() == [0, 1]
    assert grouped([], []).keepers.tolist() == []


def test_a_loser_goes_where_its_winner_goes_and_keeps_nothing():
    found = grouped([(0, 1, 0.9), (0, 2, 0.9)], [0, 1, 2], [(0, 1)])
    assert found.keepers.tolist() == [1, 1, 2]
    chain = grouped([(1, 2, 0.9)], [2, 1, 0], [(0, 1)])
    assert chain.keepers.tolist() == [2, 2, 2]
    assert np.isnan(chain.similarities[0])


def test_decisions_in_a_circle_say_nothing():
    found = grouped([(0, 1, 0.9)], [1, 0], [(0, 1), (1, 0)])
    assert found.keepers.tolist() == [1, 1]


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 12))
    rows = st.integers(0, n - 1)
    steps = st.sampled_from([0.5, 0.6, 0.7])
    drawn = draw(st.dictionaries(st.tuples(rows, rows), steps, max_size=30))
    pairs = {tuple(sorted(pair)): value for pair, value in drawn.items() if pair[0] != pair[1]}
    places = draw(st.permutations(range(n)))
    return [(*pair, value) for pair, value in pairs.items()], places, draw(st.randoms())


@given(graphs())
def test_members_are_pairs_with_their_keeper_and_keepers_are_not_pairs(graph):
    pairs, places, _ = graph
    found = grouped(pairs, places)
    known = {frozenset(pair[:2]): pair[2] for pair in pairs}
    for row, keeper in enumerate(found.keepers.tolist()):
        assert found.keepers[keeper] == keeper
        if row != keeper:
            assert np.float32(known[frozenset((row, keeper))]) == found.similarities[row]
            assert places[keeper] < places[row]
    keepers = set(found.keepers.tolist())
    assert not any(set(pair) <= keepers for pair in known)


@given(graphs())
def test_the_order_of_pairs_and_rows_does_not_matter(graph):
    pairs, places, random = graph
    expected = grouped(pairs, places).keepers.tolist()
    name = list(range(len(places)))
    random.shuffle(name)
    renamed = [(name[b], name[a], value) for a, b, value in pairs]
    random.shuffle(renamed)
    there = [0] * len(places)
    for row, place in enumerate(places):
        there[name[row]] = place
    found = grouped(renamed, there).keepers.tolist()
    assert [found[name[row]] for row in range(len(places))] == [name[row] for row in expected]
