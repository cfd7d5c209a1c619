"""The classes between which a sample can be balanced."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.errors import QueryError

__all__ = ["classes_of", "quotas_of"]

_BY = ("cluster", "label", "modality", "split")
_TAGS = "tag:"


def classes_of(
    collection: Collection, by: str, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the number of the class of each of the catalogue's `rows`, and the classes' names.

    by : `cluster`, `label`, `modality` or `split`, or tags as in ``tag:cat,dog``: the class of an
    item is then the first of them that it carries

    -1 for items that have none, and for the noise between clusters. Names are sorted, tags in the
    order given. Raises `QueryError` for another `by`, `ResultMissing` without clusters.
    """
    if by.startswith(_TAGS):
        tags = [tag.strip() for tag in by.removeprefix(_TAGS).split(",") if tag.strip()]
        if not tags:
            raise QueryError("Name the tags to balance, as in 'tag:cat,dog'.")
        of = np.full(len(rows), -1, np.int64)
        for number, tag in reversed(list(enumerate(tags))):
            of[collection.catalogue.tagged(tag)[rows]] = number
        return of, tags
    if by not in _BY:
        close = get_close_matches(by, _BY, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"Take {', '.join(_BY)} or tag:a,b."
        raise QueryError(f"A sample can't be balanced by '{by}'. {hint}")
    values: Any = collection.catalogue.column(by)
    values = values.take(pa.array(rows))
    if by == "cluster":
        values = pc.if_else(pc.less(values, 0), pa.scalar(None, values.type), values)
    coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    held = coded.dictionary.to_pylist()
    used = {code for code in coded.indices.unique().to_pylist() if code is not None}
    order = sorted((held[code], code) for code in used if held[code] not in (None, ""))
    number_of = np.full(len(held) + 1, -1, np.int64)
    for number, (_, code) in enumerate(order):
        number_of[code] = number
    codes = pc.fill_null(coded.indices.cast(pa.int64()), len(held)).to_numpy(zero_copy_only=False)
    return number_of[codes], [str(name) for name, _ in order]


def quotas_of(names: list[str], quotas: Mapping[str, int], size: int) -> list[int | None]:
    """Return the quota of each class, None where it has none.

    Raises `QueryError` for a class that is not there, and if the quotas ask for more than `size`.
    """
    for name, quota in quotas.items():
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(names)}."
            raise QueryError(f"There is no class '{name}' to give a quota. {hint}")
        if quota < 0:
            raise QueryError(f"The quota of '{name}' is {quota}; it takes 0 or more.")
    if sum(quotas.values()) > size:
        raise QueryError(
            f"The quotas ask for {sum(quotas.values())} items, and the sample takes {size}."
        )
    return [quotas.get(name) for name in names]
