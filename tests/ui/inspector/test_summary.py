"""What several items have in common."""

import numpy as np
import pyarrow as pa
from embedcurate_ui.inspector.summary import summed_up
from embedcurate_ui.items import Items

ITEMS = pa.table({
    "id": [f"{number:032x}" for number in range(5)],
    "modality": ["image", "image", "audio", "text", "image"],
    "path": [f"/media/{number}" for number in range(5)],
    "size": pa.array([100, 200, 300, 400, 5000], pa.int64()),
    "duration_s": pa.array([None, None, 2.5, None, None], pa.float64()),
    "characters": pa.array([None, None, None, 77, None], pa.int64()),
})  # fmt: skip
MARKS = pa.table({
    "row": pa.array([0, 1, 2, 4], pa.int32()),
    "pick": pa.array([1, 1, 0, 2], pa.int8()),
    "stars": pa.array([3, 3, 0, 5], pa.int8()),
    "tags": [["dog", "snow"], ["dog"], [], ["cat"]],
    "note": ["both", "both", "", "alone"],
})  # fmt: skip


def test_counts_and_totals_are_those_of_the_chosen_items_alone() -> None:
    found = summed_up(Items(ITEMS, MARKS), np.array([0, 1, 2, 3]))
    assert found.count == 4
    assert found.modalities == {"image": 2, "text": 1, "audio": 1}
    assert found.picks == {"": 2, "pick": 2}
    assert found.tags == (("dog", 2), ("snow", 1))
    assert (found.size, found.duration_s, found.characters) == (1000, 2.5, 77)


def test_what_differs_is_none_and_what_all_have_is_said() -> None:
    items = Items(ITEMS, MARKS)
    mixed = summed_up(items, np.array([0, 1, 3]))
    assert (mixed.stars, mixed.note, mixed.pick_of_all()) == (None, None, None)
    alike = summed_up(items, np.array([0, 1]))
    assert (alike.stars, alike.note, alike.pick_of_all()) == (3, "both", "pick")
    bare = summed_up(items, np.array([3]))
    assert (bare.stars, bare.note, bare.pick_of_all()) == (0, "", "")
