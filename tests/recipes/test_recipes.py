"""A recipe is the story of a list: it reads as it was written, and gives the list again."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedcurate.collection import Collection
from embedcurate.collection.selections import list_digest
from embedcurate.errors import RecipeError, RecipeNeeds, UnknownSelection
from embedcurate.items import Outcome
from embedcurate.query import parse_filter
from embedcurate.recipes import (
    NeededRun,
    Recipe,
    choose,
    read_recipe,
    replay,
    saved,
    write_recipe,
)
from tests.collection.store_material import batch, encoded, filled


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = filled(tmp_path / "c", 60)
    clusters(made, [number % 3 for number in range(60)])
    return made


def clusters(collection: Collection, labels: list[int], seed: int = 0) -> str:
    ids = [one.item.id for one in batch(0, len(labels))]
    run = collection.results.save(
        "clusters",
        {"items": pa.table({"id": ids, "cluster": labels})},
        version=collection.contents(),
        parameters={"random_state": seed},
        summary={},
        seconds=0,
    )
    return run.id


def test_without_a_sample_the_items_that_match_come_in_the_order_of_their_paths(collection):
    chosen = choose(collection, where=parse_filter("modality:image -tag:seen"))
    paths = [str(item.path) for item in collection.items(chosen.ids)]
    assert paths == sorted(paths)
    assert len(paths) == 40 - 4
    assert chosen.recipe.keep == ("modality:image",)
    assert chosen.recipe.drop == ("tag:seen",)
    assert dict(chosen.recipe.result.counts) == {"keep modality:image": 40, "drop tag:seen": 36}


def test_picks_by_hand_come_last_and_those_taken_out_are_out(collection):
    text = batch(0, 1)[0].item.id
    first = choose(collection, where=parse_filter("modality:image"))
    gone = first.ids[0]
    chosen = choose(collection, where=parse_filter("modality:image"), add=[text], remove=[gone])
    assert chosen.ids == (*first.ids[1:], text)


def test_a_replay_gives_the_same_list_also_in_another_process(collection, tmp_path):
    sample = {"size": 20, "strategies": {"diverse": 1.0, "random": 1.0}, "random_state": 3}
    where = parse_filter("cluster:0,1 -tag:seen")
    chosen = choose(collection, where=where, sample=sample)
    story = write_recipe(chosen.recipe)
    again = replay(Collection.open(collection.path), read_recipe(story))
    assert again.ids == chosen.ids
    assert again.as_written is True
    assert write_recipe(again.recipe) == story

    program = (
        "import sys; from pathlib import Path\n"
        "from embedcurate.collection import Collection\n"
        "from embedcurate.recipes import read_recipe, replay\n"
        "print(*replay(Collection.open(Path(sys.argv[1])), read_recipe(sys.argv[2])).ids)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(collection.path), story],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert list_digest(done.stdout.split()) == chosen.recipe.result.digest


def test_a_newer_run_does_not_change_what_a_recipe_chooses(collection):
    chosen = choose(collection, where=parse_filter("cluster:1"))
    clusters(collection, [1] * 60, seed=1)
    assert len(choose(collection, where=parse_filter("cluster:1")).ids) == 60
    assert replay(collection, chosen.recipe).ids == chosen.ids


def test_a_changed_collection_is_said(collection):
    chosen = choose(collection, where=parse_filter("modality:image"))
    with collection.writer() as writer:
        writer.record([replace(encoded("1.png").item, outcome=Outcome.MISSING)])
    again = replay(Collection.open(collection.path), chosen.recipe)
    assert len(again.ids) == len(chosen.ids) - 1
    assert again.as_written is None
    assert "has changed since" in again.notes[0]


def test_a_list_that_differs_from_what_was_written_is_told(collection):
    chosen = choose(collection, where=parse_filter("modality:image"))
    edited = replace(chosen.recipe, keep=("modality:text",))
    assert replay(collection, edited).as_written is False


def test_a_missing_run_is_named_with_what_makes_it(collection):
    recipe = Recipe(
        keep=("cluster:1",), runs=(NeededRun("clusters", "0123456789ab", {"random_state": 7}),)
    )
    with pytest.raises(RecipeNeeds, match=r"'0123456789ab' of 'clusters'.*embedcurate clusters"):
        replay(collection, recipe)
    with pytest.raises(RecipeNeeds, match="a run of 'duplicates'"):
        replay(collection, Recipe(drop=("is:duplicate",)))


def test_a_run_of_the_same_parameters_on_this_version_stands_in(collection):
    recipe = Recipe(
        keep=("cluster:1",), runs=(NeededRun("clusters", "0123456789ab", {"random_state": 0}),)
    )
    again = replay(collection, recipe)
    assert len(again.ids) == 20
    assert "stands in for 0123456789ab" in again.notes[0]


def test_missing_tags_selections_and_items_are_named(collection):
    with pytest.raises(RecipeNeeds, match=r"items tagged 'gone' \(in 'tag:gone'\)"):
        replay(collection, Recipe(drop=("tag:gone",)))
    with pytest.raises(UnknownSelection, match="'lost'"):
        replay(collection, Recipe(keep=("selection:lost",)))
    with pytest.raises(RecipeNeeds, match="1 of the items picked by hand"):
        replay(collection, Recipe(add=("f" * 32,)))


def test_a_saved_selection_can_be_filtered_by_and_tells_its_story(collection):
    chosen = choose(collection, where=parse_filter("modality:text"))
    saved(collection, "texts", chosen)
    assert read_recipe(collection.selections.get("texts").story) == chosen.recipe
    within = choose(Collection.open(collection.path), where=parse_filter("selection:texts"))
    assert within.ids == chosen.ids


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("keep = [", "not TOML"),
        ("format = 9", "format is 9"),
        ('format = 1\nfilter = "a"', "'filter', which is no part"),
        ('format = 1\nkeep = "a"', "'keep' has to be a list"),
        ('format = 1\nkeep = ["colour:red"]', "colour:red.*no filter 'colour:'"),
        ("format = 1\n[[runs]]\nverb = 'clusters'", "lacks or garbles 'id'"),
    ],
)
def test_a_recipe_that_cannot_be_read_says_why(text, complaint):
    with pytest.raises(RecipeError, match=complaint):
        read_recipe(text, Path("mine.toml"))


def test_an_argument_that_a_sample_does_not_have_is_named(collection):
    with pytest.raises(RecipeError, match=r"'sized' is no part of it. did you mean 'size'"):
        replay(collection, Recipe(sample={"sized": 3}))


@pytest.mark.parametrize(
    ("sample", "complaint"),
    [
        ({}, "its 'size' is missing"),
        ({"size": "many"}, "its 'size' can't be 'many'"),
        ({"size": True}, "its 'size' can't be True"),
        ({"size": 3, "strategies": "diverse"}, "its 'strategies' can't be 'diverse'"),
        ({"size": 3, "strategies": {"diverse": "much"}}, "its 'strategies' can't be"),
        ({"size": 3, "must": "abc"}, "its 'must' can't be 'abc'"),
        ({"size": 3, "by": 3}, "its 'by' can't be 3"),
        ({"size": 3, "compare": 1}, "its 'compare' can't be 1"),
    ],
)
def test_an_argument_of_another_type_than_a_sample_takes_is_named(collection, sample, complaint):
    with pytest.raises(RecipeError, match=complaint):
        replay(collection, Recipe(sample=sample))


texts = st.lists(st.sampled_from(["modality:image", "-tag:a", 'path:"x y"', "stars:>=3"]))
recipes = st.builds(
    Recipe,
    keep=texts.map(tuple),
    drop=texts.map(tuple),
    sample=st.none() | st.fixed_dictionaries({"size": st.integers(1, 9), "by": st.text()}),
    add=st.lists(st.text()).map(tuple),
    remove=st.lists(st.text()).map(tuple),
    runs=st.lists(st.builds(NeededRun, st.text(), st.text())).map(tuple),
)


@given(recipes)
@example(Recipe(add=("of another\r\nsystem",)))
def test_a_recipe_reads_as_it_was_written(recipe):
    assert read_recipe(write_recipe(recipe)) == recipe
