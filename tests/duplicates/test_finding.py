from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageFilter

from embedcurate import duplicates
from embedcurate.duplicates import Level, Rule
from embedcurate.items import Modality
from embedcurate.query import parse_filter
from tests.duplicates.material import FOLDER, id_of, names, picture, scene, stored, writing

SENTENCE = "the quick brown fox jumps over the lazy dog and runs far away into the dark wood"


_FEW_BLANKS = parse_filter("name:blank?3.png -name:blank33.png")


def others(count=6):
    return [picture(f"other{seed}.png", scene(100 + seed)) for seed in range(count)]


def copies_of_a_scene():
    big = scene(1, 256)
    return [
        picture("big.png", big),
        picture("small.png", big.resize((128, 128)), content="small"),
        picture("again.png", big.resize((128, 128)), content="small"),
        picture("soft.png", big.resize((200, 200)).filter(ImageFilter.GaussianBlur(1))),
    ]


def test_edited_pictures_are_one_group_and_the_largest_stays(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    found = duplicates.find(collection)
    assert [(group[0], sorted(group[1:])) for group in names(found)] == [
        ("big.png", ["again.png", "small.png", "soft.png"])
    ]
    (group,) = found.groups
    reasons = {copy.id: copy.reason for copy in group.items}
    assert reasons[id_of("small.png")] == "128x128 against 256x256"
    assert reasons[id_of("big.png")] == "stays: 256x256 against 200x200"
    once = min(id_of("small.png"), id_of("again.png"))  # the same bytes
    assert {pair[1] for pair in found.asked} == {id_of("soft.png"), once}


def test_exact_copies_are_told_by_their_bytes_alone(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    found = duplicates.find(collection, level="exact")
    (group,) = found.groups
    assert [copy.id for copy in group.items] == sorted([id_of("again.png"), id_of("small.png")])
    assert group.items[1].reason == "same bytes; equal by every rule"
    assert found.asked == []
    assert len(found.pairs) == 1


def test_texts_with_other_case_and_space_are_near_and_other_texts_are_not(tmp_path):
    collection = stored(
        tmp_path / "c",
        writing("one.txt", SENTENCE),
        writing("loud.txt", f"  {SENTENCE.upper()}!  "),
        writing("else.txt", "a completely different line about ships that sail the northern sea"),
    )
    assert sorted(map(sorted, names(duplicates.find(collection)))) == [["loud.txt", "one.txt"]]


def test_the_result_is_what_filters_read(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    duplicates.find(collection)
    collection.catalogue.refresh()
    found = collection.catalogue.ids_where(parse_filter("is:duplicate"))
    assert set(found) == {id_of("again.png"), id_of("small.png"), id_of("soft.png")}


def test_a_pair_that_is_different_is_not_grouped_nor_asked_again(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    with collection.writer() as writer:
        writer.decide([(id_of("big.png"), id_of("small.png"))], "different")
    found = duplicates.find(collection)
    keepers = {copy.id: group.keep for group in found.groups for copy in group.items}
    assert keepers.get(id_of("small.png")) != id_of("big.png")
    assert keepers.get(id_of("again.png")) != id_of("big.png")  # the same bytes
    assert keepers[id_of("soft.png")] == id_of("big.png")
    asked = {frozenset(pair) for pair in found.asked}
    assert frozenset((id_of("big.png"), id_of("small.png"))) not in asked


def test_the_one_that_the_user_keeps_stays(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    with collection.writer() as writer:
        writer.decide([(id_of("big.png"), id_of("soft.png"))], "duplicate", keep=id_of("soft.png"))
    found = duplicates.find(collection)
    (group,) = found.groups
    assert group.keep == id_of("soft.png")
    reasons = {copy.id: copy.reason for copy in group.items}
    assert reasons[id_of("big.png")] == "you decided for the other"
    assert reasons[id_of("soft.png")] == "you decided that it stays"


def test_after_all_was_decided_nothing_is_asked_though_files_moved(tmp_path):
    media = copies_of_a_scene()
    collection = stored(tmp_path / "c", *media, *others())
    for _ in range(len(media)):
        asked = duplicates.find(collection).asked
        with collection.writer() as writer:
            writer.decide(asked[:1], "duplicate", keep=asked[0][0] if asked else None)
            writer.decide(asked[1:], "alternate")
    assert duplicates.find(collection).asked == []
    moved = []
    for one in media:
        path = FOLDER / "moved" / one.item.path.name
        moved.append(
            replace(one, item=replace(one.item, id=id_of(f"moved/{path.name}"), path=path))
        )
    elsewhere = stored(tmp_path / "d", *moved)
    with elsewhere.writer() as writer:
        by_content = {one.item.content: one.item.id for one in moved}
        for pair, decision in collection.decisions().items():
            ids = tuple(by_content[content] for content in pair)
            writer.decide([ids], decision.kind, keep=by_content.get(decision.keep))
    assert duplicates.find(elsewhere).asked == []


def test_copies_that_are_alternates_all_stay(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    with collection.writer() as writer:
        writer.decide([(id_of("small.png"), id_of("again.png"))], "alternate")
    assert names(duplicates.find(collection, level="exact")) == []


def test_the_rules_and_marks_choose_the_keeper(tmp_path):
    collection = stored(
        tmp_path / "c",
        picture("a/one.png", scene(1), content="x", mtime_ns=3 * 10**9),
        picture("b/one copy.png", scene(1), content="x", mtime_ns=2 * 10**9),
        picture("c/longername.png", scene(1), content="x", mtime_ns=2 * 10**9),
    )

    def keeper(**options):
        (group,) = duplicates.find(collection, level=Level.EXACT, **options).groups
        return group.keep

    assert keeper() == id_of("c/longername.png")  # older, and not named as a copy
    assert keeper(rules=[Rule.NAME]) == id_of("a/one.png")
    assert keeper(folders=[FOLDER / "b", FOLDER / "a"]) == id_of("b/one copy.png")
    with collection.writer() as writer:
        writer.mark([id_of("a/one.png")], stars=3)
    assert keeper(folders=[FOLDER / "b"]) == id_of("a/one.png")


def test_a_filter_leaves_others_out(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    found = duplicates.find(collection, where=parse_filter("width:<200"), level=Level.NEAR)
    assert sorted(map(sorted, names(found))) == [["again.png", "small.png"]]
    assert len(found.pairs) == 1


@pytest.mark.parametrize("level", Level)
def test_members_reach_the_threshold_and_the_order_of_storing_does_not_matter(tmp_path, level):
    media = [
        *copies_of_a_scene(),
        *others(),
        *(writing(f"{n}.txt", SENTENCE[n:]) for n in range(9)),
    ]
    order = np.random.default_rng(0).permutation(len(media))
    found = [
        duplicates.find(stored(tmp_path / name, *some), level=level)
        for name, some in (("one", media), ("other", [media[at] for at in order]))
    ]
    assert found[0].as_document() == found[1].as_document()
    kinds = {one.item.id: one.item.modality for one in media}
    for group in found[0].groups:
        for copy in group.items:
            threshold = found[0].thresholds[kinds[copy.id]].value
            assert threshold is None or copy.similarity >= np.float32(threshold)


def test_another_level_or_threshold_finds_no_pairs_anew(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    first = duplicates.find(collection, modalities={Modality.IMAGE})
    runs = {run.id for run in collection.results.runs("pairs")}
    strict = duplicates.find(collection, threshold=0.999, modalities={Modality.IMAGE})
    duplicates.find(collection, level="similar", threshold=0.99, modalities={Modality.IMAGE})
    assert {run.id for run in collection.results.runs("pairs")} == runs
    assert len(strict.items) < len(first.items)


def test_more_equal_pictures_than_pairs_can_be_listed_are_one_group(tmp_path):
    blank = [picture(f"blank{n}.png", scene(7)) for n in range(40)]
    collection = stored(tmp_path / "c", *blank, *others())
    for level in (Level.NEAR, Level.SIMILAR):
        (group,) = duplicates.find(collection, level=level).groups
        assert len(group.items) == 40
        assert len(duplicates.find(collection, level=level, where=_FEW_BLANKS).pairs) == 1
    keep = group.keep
    loser = next(copy.id for copy in group.items if copy.id != keep)
    with collection.writer() as writer:
        writer.decide([(keep, loser)], "different")
    found = duplicates.find(collection)
    keepers = {copy.id: group.keep for group in found.groups for copy in group.items}
    assert len(keepers) >= 39
    assert keepers.get(loser) != keep
    assert keepers.get(keep) != loser


def test_too_few_items_for_a_budget_fall_back_and_say_so(tmp_path):
    collection = stored(tmp_path / "c", *copies_of_a_scene(), *others())
    found = duplicates.find(collection, wrong_per_thousand=1, modalities={Modality.IMAGE})
    assert "too few" in found.thresholds[Modality.IMAGE].how
    assert found.thresholds == {
        Modality.IMAGE: replace(
            found.thresholds[Modality.IMAGE],
            value=duplicates.find(collection).thresholds[Modality.IMAGE].value,
        )
    }


def test_an_empty_collection_has_no_duplicates(tmp_path):
    found = duplicates.find(stored(tmp_path / "c"))
    assert found.as_document()["groups"] == []
    assert len(found) == 0
