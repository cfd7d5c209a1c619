"""Found files -> the items that the collection keeps of them."""

from dataclasses import replace

from blake3 import blake3

from embedcurate.items import Facts, Found, Item, Outcome, item_id
from embedcurate.media.tables import Row
from embedcurate.media.text import decode as decode_text
from embedcurate.media.text import measured

__all__ = ["captioned", "failed_item", "item_of", "row_item"]

_LONGEST_CAPTION = 10_000  # characters


def captioned(found: Found) -> Found:
    """Return `found` with the caption that its sidecar holds, if it has one.

    Raises
    ------
    MediaError
        If the sidecar can't be read as text.
    """
    if found.sidecar is None:
        return found
    caption = decode_text(found.sidecar).text.strip()[:_LONGEST_CAPTION]
    return replace(found, caption=caption or None, sidecar=None)


def item_of(found: Found, content: str | None, facts: Facts) -> Item:
    """Return the item that a decoded file becomes."""
    return Item(
        id=item_id(found.path),
        path=found.path,
        modality=found.modality,
        size=found.size,
        mtime_ns=found.mtime_ns,
        outcome=Outcome.OK,
        content=content,
        facts=facts,
        caption=found.caption,
        label=found.label,
        split=found.split,
    )


def failed_item(found: Found, outcome: Outcome, reason: str) -> Item:
    """Return the item that a file becomes which could not be used."""
    return replace(item_of(found, None, Facts(format="")), outcome=outcome, reason=reason)


def row_item(found: Found, row: Row) -> Item:
    """Return the item that a row of a table of texts becomes; its content is that of its text."""
    content = None if row.problem else blake3(row.text.encode()).hexdigest()
    facts = Facts(found.path.suffix.lstrip(".").lower(), characters=len(row.text))
    if row.problem is None:  # here and not in the decoder, which has a table's rows all at once
        facts = measured(row.text, facts)
    return replace(
        item_of(found, content, facts),
        id=item_id(found.path, row.index),
        row=row.index,
        outcome=Outcome.OK if row.problem is None else Outcome.FAILED,
        reason=row.problem,
        caption=None,
        label=row.label or found.label,
        split=row.split or found.split,
    )
