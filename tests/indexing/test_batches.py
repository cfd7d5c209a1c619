"""What is encoded at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from embedcurate.indexing.batches import Batches
from embedcurate.indexing.describing import item_of
from embedcurate.items import Facts, Found, Modality
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.tiny import TinyTexts, tiny_space


class Counted(TinyTexts):
    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        self.sizes.append(len(batch))
        return super().encode(batch)


def test_the_first_file_is_encoded_at_once_and_batches_grow_to_what_the_encoder_takes() -> None:
    texts, tiny = Counted(), tiny_space()
    batches = Batches(replace(tiny, encoders={**tiny.encoders, Modality.TEXT: texts}))
    names = [f"{number}.txt" for number in range(50)]
    items = [item_of(Found(Path(name), Modality.TEXT, 1, 0), None, Facts("")) for name in names]
    encoded = [one for item in items for one in batches.add(item, f"a text, {item.path}")]
    encoded += batches.drain()
    assert texts.sizes == [1, 2, 4, 8, 16, 16, 3]
    assert [one.item for one in encoded] == items
