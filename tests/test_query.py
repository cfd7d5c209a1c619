import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedcurate import query
from embedcurate.clauses import KEYS
from embedcurate.errors import QueryError, UnknownFilter
from embedcurate.filters import All, AnyOf, Compare, Filter, Glob, Is, Not, Tagged
from embedcurate.query import ItemRef, MediumFile, Phrase, Query, Term, Words, parse, parse_filter


def words(text: str, weight: float = 1.0) -> Term:
    return Term(weight, Words(text))


def file(path: str, weight: float = 1.0) -> Term:
    return Term(weight, MediumFile(Path(path)))


KNOWN_TERMS = {
    "": (),
    "   ": (),
    "golden retriever": (words("golden retriever"),),
    "  golden   retriever ": (words("golden retriever"),),
    "2:golden retriever + @pool.jpg - fruit": (
        words("golden retriever", 2),
        file("pool.jpg"),
        words("fruit", -1),
    ),
    "dog +cat -bird": (words("dog"), words("cat"), words("bird", -1)),
    "-fruit": (words("fruit", -1),),
    "0.5:dog - 1.5:cat": (words("dog", 0.5), words("cat", -1.5)),
    "2: 3 dogs": (words("3 dogs", 2),),
    '@"my file.jpg"': (file("my file.jpg"),),
    r"@C:\pics\a.jpg": (file(r"C:\pics\a.jpg"),),
    r'@"a \"b\".jpg"': (file('a "b".jpg'),),
    "2:@a.jpg": (file("a.jpg", 2),),
    "dog 2:@a.jpg cat": (words("dog"), file("a.jpg", 2), words("cat")),
    "- @a.jpg": (file("a.jpg", -1),),
    "#0123ab": (Term(1, ItemRef("0123ab")),),
    f"-#{'AB' * 16}": (Term(-1, ItemRef("ab" * 16)),),
    "black-and-white t-shirt": (words("black-and-white t-shirt"),),
    "C++ code": (words("C++ code"),),
    "dogs -- cats": (words("dogs -- cats"),),
    "note: dogs": (words("note: dogs"),),
    "train at 12:30": (words("train at 12:30"),),
    "12:30 train": (words("12:30 train"),),
    "ratio 16:9": (words("ratio 16:9"),),
    "http://example.com/a": (words("http://example.com/a"),),
    "std::vector :)": (words("std::vector :)"),),
    'a 12" record': (words('a 12" record'),),
    "meet @ noon #": (words("meet @ noon #"),),
    r"re\:zero \-5 \#tag": (words("re:zero -5 #tag"),),
    "x' OR '1'='1": (words("x' OR '1'='1"),),
}

KNOWN_FILTERS: dict[str, tuple[Filter, ...]] = {
    "modality:image": (Compare("modality", "=", "image"),),
    "Modality:Photos": (Compare("modality", "=", "image"),),
    "modality:picture,sound": (
        AnyOf((Compare("modality", "=", "image"), Compare("modality", "=", "audio"))),
    ),
    "tag:dog -tag:cat": (Tagged("dog"), Not(Tagged("cat"))),
    '-tag:"wet dog",cat': (Not(AnyOf((Tagged("wet dog"), Tagged("cat")))),),
    "stars:>=3": (Compare("stars", ">=", 3),),
    "stars:3": (Compare("stars", "=", 3),),
    "stars:!=3": (Not(Compare("stars", "=", 3)),),
    "-stars:!=3": (Compare("stars", "=", 3),),
    "stars:2..4": (All((Compare("stars", ">=", 2), Compare("stars", "<=", 4))),),
    "stars:2..": (Compare("stars", ">=", 2),),
    "width:>512 height:<=1080px": (Compare("width_px", ">", 512), Compare("height_px", "<=", 1080)),
    "width:<100,>2000": (AnyOf((Compare("width_px", "<", 100), Compare("width_px", ">", 2000))),),
    "duration:>1:30": (Compare("duration_s", ">", 90),),
    "duration:2m": (Compare("duration_s", "=", 120),),
    "duration:0.5..1:00:00": (
        All((Compare("duration_s", ">=", 0.5), Compare("duration_s", "<=", 3600))),
    ),
    "size:>10MB": (Compare("size", ">", 10_000_000),),
    "size:<1.5KiB": (Compare("size", "<", 1536),),
    "rate:44.1kHz channels:2": (Compare("rate_hz", "=", 44_100), Compare("channels", "=", 2)),
    "characters:<20": (Compare("characters", "<", 20),),
    "cluster:7": (Compare("cluster", "=", 7),),
    "cluster:-1": (Compare("cluster", "=", -1),),
    "split:train label:dog*": (Compare("split", "=", "train"), Glob("label", "dog*")),
    "format:png": (Compare("format", "=", "png"),),
    'path:"holiday/*"': (Glob("path", "holiday/*"),),
    "path:holiday": (Glob("path", "*holiday*"),),
    "name:IMG_00?.jpg": (Glob("name", "IMG_00?.jpg"),),
    'caption:="a dog"': (Glob("caption", "a dog"),),
    "reason:truncated": (Glob("reason", "*truncated*"),),
    "outcome:failed": (Compare("outcome", "=", "failed"),),
    "is:pick -is:duplicate": (Is("pick"), Not(Is("duplicate"))),
    'IS:Pick is:Watermarked -is:"of a plugin"': (
        Is("pick"),
        Is("Watermarked"),
        Not(Is("of a plugin")),
    ),
    "label:\"x' OR '1'='1\"": (Compare("label", "=", "x' OR '1'='1"),),
}

ERRORS = {
    "colour:red": "no filter 'colour:'",
    "modalty:image": "Did you mean 'modality:'",
    "modality:vidoe": "does not know 'vidoe'",
    "modality:imge": "Did you mean 'image'",
    "is:>dark": "has no order",
    "stars:many": "takes a number, not 'many'",
    "stars:>=": "lacks a value",
    "dog tag:": "lacks a value",
    "modality: image": "lacks a value",
    "tag:a,": "lacks a value",
    "label:>5": "has no order",
    "width:10kg": "takes a number, one of px",
    "stars:5..3": "ends before it starts",
    "stars:..": "at least one side",
    "stars:>3..5": "takes no '>'",
    "size:99999999999TB": "too large",
    'in "the snow': "never closed",
    'tag:"wet dog': "never closed",
    '@"my file.jpg': "never closed",
    '""': "nothing between the quotes",
    '"dog"s': "space after the closing quote",
    'tag:"dog"s': "space after the closing quote",
    "dog -": "Nothing follows",
    "2:": "Nothing follows",
    "0:dog": "more than 0",
    '2:"dog"': "weight goes with",
    "2:tag:dog": "weight goes with",
    "#sunset": "not the id of an item",
    "@a\0b": "NUL",
}


@pytest.mark.parametrize("text", KNOWN_TERMS)
def test_terms_are_read_as_a_user_means_them(text: str) -> None:
    assert parse(text) == Query(KNOWN_TERMS[text])


@pytest.mark.parametrize("text", KNOWN_FILTERS)
def test_filters_are_read_as_a_user_means_them(text: str) -> None:
    assert parse_filter(text) == All(KNOWN_FILTERS[text])


def test_filters_and_phrases_stand_anywhere_between_the_words() -> None:
    assert parse('modality:image golden -tag:cat retriever "in snow" puppy -"at night"') == Query(
        (words("golden retriever puppy"),),
        (Phrase("in snow"), Phrase("at night", excluded=True)),
        All((Compare("modality", "=", "image"), Not(Tagged("cat")))),
    )


@pytest.mark.parametrize("text", ERRORS)
def test_what_can_not_be_understood_is_named(text: str) -> None:
    with pytest.raises(QueryError, match=ERRORS[text]) as caught:
        parse(text)
    assert caught.value.position is not None
    assert 0 <= caught.value.position <= len(text)


def test_an_unknown_filter_says_where_it_stands() -> None:
    with pytest.raises(UnknownFilter, match=r"At character 5\.") as caught:
        parse("dog colour:red")
    assert (caught.value.key, caught.value.position) == ("colour", 4)


@pytest.mark.parametrize("text", ["dog", '"dog"', "@dog.jpg stars:3", "-#012345"])
def test_a_filter_takes_no_terms(text: str) -> None:
    with pytest.raises(QueryError, match="is not a filter"):
        parse_filter(text)


texts = st.text(min_size=1, max_size=12)
a_word = texts.map(lambda text: "".join(text.split())).filter(bool)
wild = st.sampled_from("*?")


def compares(column: str, values: st.SearchStrategy[float | int]) -> st.SearchStrategy[Filter]:
    one = st.builds(Compare, st.just(column), st.sampled_from(["=", "<", "<=", ">", ">="]), values)
    ends = st.tuples(values, values).map(sorted)
    span = ends.map(lambda e: All((Compare(column, ">=", e[0]), Compare(column, "<=", e[1]))))
    return one | span


whole = st.integers(-(2**62), 2**62)
real = st.floats(-1e15, 1e15).filter(lambda x: not x.is_integer())
globs = st.tuples(texts, wild, texts).map("".join)
tame = texts.filter(lambda text: not set("*?") & set(text))
atoms_of_one_key: list[st.SearchStrategy[Filter]] = [
    st.builds(Tagged, texts),
    st.builds(Is, st.sampled_from(["pick", "reject", "unmarked", "duplicate", "ok"])),
    st.builds(Compare, st.just("modality"), st.just("="), st.sampled_from(["image", "audio"])),
    compares("stars", st.integers(0, 5)),
    compares("size", whole),
    compares("duration_s", whole | real),
    st.builds(Compare, st.just("label"), st.just("="), tame)
    | st.builds(Glob, st.just("label"), globs),
    st.builds(Glob, st.just("path"), globs | tame),
]


@st.composite
def filters_of_the_language(draw: st.DrawFn) -> Filter:
    atoms = draw(
        st.sampled_from(atoms_of_one_key).flatmap(lambda one: st.lists(one, min_size=1, max_size=3))
    )
    clause = atoms[0] if len(atoms) == 1 else AnyOf(tuple(atoms))
    return Not(clause) if draw(st.booleans()) else clause


whats = (
    st.lists(a_word, min_size=1, max_size=4).map(lambda some: Words(" ".join(some)))
    | texts.filter(lambda text: "\0" not in text and text.strip()).map(Path).map(MediumFile)
    | st.text("0123456789abcdef", min_size=6, max_size=32).map(ItemRef)
)
weights = st.floats(1e-6, 1000) | st.integers(1, 9).map(float)
terms = st.builds(
    lambda w, sign, what: Term(w * sign, what), weights, st.sampled_from([1, -1]), whats
)
queries = st.builds(
    Query,
    st.lists(terms, max_size=3).map(tuple),
    st.lists(st.builds(Phrase, texts.filter(str.strip), st.booleans()), max_size=2).map(tuple),
    st.lists(filters_of_the_language(), max_size=3).map(lambda some: All(tuple(some))),
)


@given(queries)
@example(Query(filter=All((Tagged(":"), Tagged("//a"), Tagged(">=3"), Tagged("-a")))))
def test_a_query_is_read_back_as_it_was_written(asked: Query) -> None:
    assert parse(query.format(asked)) == asked


@pytest.mark.parametrize("text", [*KNOWN_TERMS, *KNOWN_FILTERS])
def test_what_was_read_can_be_written(text: str) -> None:
    assert parse(query.format(parse(text))) == parse(text)


@pytest.mark.parametrize(
    "unspeakable",
    [
        Query((Term(0, Words("dog")),)),
        Query((words("two  spaces"),)),
        Query((words(""),)),
        Query(filter=AnyOf((Tagged("dog"), Is("pick")))),
        Query(filter=AnyOf(())),
        Query(filter=Compare("stars", "=", float("inf"))),
    ],
)
def test_what_the_language_can_not_say_is_refused(unspeakable: Query) -> None:
    with pytest.raises(ValueError, match=r"no query|no clause|one key|invalid"):
        query.format(unspeakable)


pieces = st.sampled_from(
    [
        *(f"{key}:" for key in KEYS),
        *'"\\+-@#:,.*?<>=! \0\t\ud800٣',
        "..",
        "2:",
        "0123456",
        "x'--",
        "9" * 400,
    ]
)


@given(st.lists(pieces | st.text(max_size=4), max_size=8).map("".join))
@example("tag:" + "a" * 5000)
@example("[" * 5000)
@example("stars:" + "9" * 900)
@example("2" * 5000 + ":dog")
def test_hostile_text_raises_nothing_but_query_errors(text: str) -> None:
    with contextlib.suppress(QueryError):
        read = parse(text)
        assert parse(query.format(read)) == read


def test_reading_a_query_needs_neither_numpy_nor_arrow() -> None:
    code = "import sys, embedcurate.query; print({'numpy', 'pyarrow'} & set(sys.modules))"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "set()"
