"""Values of rows are those of a plain list, whatever was done to them."""

import numpy as np
from embedcurate_ui.coded import Coded
from hypothesis import given
from hypothesis import strategies as st

N = 12
rows = st.lists(st.integers(0, N - 1), max_size=N, unique=True)
texts = st.sampled_from(["", "a", "b", "ab", "abc"])


@given(st.lists(st.tuples(rows, texts), max_size=8), st.lists(st.tuples(rows, texts), max_size=8))
def test_they_are_those_of_a_plain_list(puts: list, others: list) -> None:
    found, plain = _put(puts)
    assert found == {row: text for row, text in enumerate(plain) if text}
    assert len(found) == N - plain.count("")
    assert found.counts(np.arange(N)) == {text: plain.count(text) for text in set(plain)}
    other, other_plain = _put(others)
    assert found.differs(other).tolist() == [
        one != two for one, two in zip(plain, other_plain, strict=True)
    ]


@given(st.lists(st.tuples(rows, texts), max_size=8), rows, texts)
def test_what_was_there_before_can_be_put_back(puts: list, some: list[int], added: str) -> None:
    found, plain = _put(puts)
    at = np.array(some, np.int64)
    before = found.at(at)
    found.put(at, before.mapped(lambda text: text + added))
    assert [found.get(row, "") for row in range(N)] == [
        text + added if row in some else text for row, text in enumerate(plain)
    ]
    found.put(at, before)
    assert [found.get(row, "") for row in range(N)] == plain


def _put(puts: list[tuple[list[int], str]]) -> tuple[Coded[str], list[str]]:
    found, plain = Coded("", np.zeros(N, np.int32)), [""] * N
    for some, text in puts:
        at = np.array(some, np.int64)
        found.put(at, Coded("", np.ones(len(at), np.int32), ["", text]))
        for row in some:
            plain[row] = text
    return found, plain
