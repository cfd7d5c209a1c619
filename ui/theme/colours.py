"""The two palettes, light and dark, and the contrast that they are held to."""

from dataclasses import dataclass, fields

__all__ = ["CATEGORIES", "DARK", "LIGHT", "Colours", "contrast", "luminance"]


@dataclass(frozen=True, slots=True)
class Colours:
    """What everything is drawn with; each field is ``#rrggbb``.

    Surfaces are neutral greys, so that pictures are seen as they are. From the back to the front:
    `canvas` lies behind pictures and points, `window` behind panels, `panel` holds controls,
    `raised` is for cards, bars and buttons, `field` for what is typed into. `line` parts
    surfaces, `edge` is the outline of a control. Text is `text`, `soft` (second in rank) or
    `faint` (hints, placeholders); all three are legible on every surface. `accent` is for words
    and lines, `fill` is the accent as a surface with `on_fill` upon it, `chosen` lies behind
    selected rows.
    `pick`, `reject` and `star` are the marks; `info`, `warning` and `error` are for sentences.
    """

    name: str
    canvas: str
    window: str
    panel: str
    raised: str
    hover: str
    pressed: str
    field: str
    line: str
    edge: str
    text: str
    soft: str
    faint: str
    disabled: str
    accent: str
    fill: str
    fill_hover: str
    on_fill: str
    chosen: str
    pick: str
    reject: str
    star: str
    info: str
    warning: str
    error: str
    shadow: str

    @property
    def dark(self) -> bool:
        """Whether text is lighter than what lies behind it."""
        return luminance(self.text) > luminance(self.window)

    @property
    def categories(self) -> tuple[str, ...]:
        """Colours for kinds, clusters and tags: the first three are image, text and audio."""
        return CATEGORIES[self.name]

    def named(self) -> dict[str, str]:
        """Return the colours by name, as the style sheet asks for them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


DARK = Colours(
    name="dark",
    canvas="#161617",
    window="#1d1d1e",
    panel="#252526",
    raised="#303032",
    hover="#3b3b3e",
    pressed="#464649",
    field="#19191a",
    line="#3d3d40",
    edge="#7d7d83",
    text="#ececee",
    soft="#c6c6cc",
    faint="#b0b0b6",
    disabled="#707076",
    accent="#7ab8f5",
    fill="#2573c9",
    fill_hover="#2f69b0",
    on_fill="#ffffff",
    chosen="#1f4470",
    pick="#63cb8f",
    reject="#f8968e",
    star="#f0bb4f",
    info="#7ab8f5",
    warning="#f0bb4f",
    error="#f8968e",
    shadow="#000000",
)

LIGHT = Colours(
    name="light",
    canvas="#dededf",
    window="#ebebec",
    panel="#f5f5f6",
    raised="#ffffff",
    hover="#e6e6e9",
    pressed="#d8d8dc",
    field="#ffffff",
    line="#cfcfd3",
    edge="#7b7b82",
    text="#1b1b1d",
    soft="#4a4a50",
    faint="#5a5a61",
    disabled="#9a9aa1",
    accent="#14589f",
    fill="#2573c9",
    fill_hover="#1c62b0",
    on_fill="#ffffff",
    chosen="#cfe2f8",
    pick="#136434",
    reject="#a82420",
    star="#9a6200",
    info="#14589f",
    warning="#744700",
    error="#a82420",
    shadow="#5a5a61",
)

CATEGORIES = {
    "dark": (
        "#5aa9f5", "#f0a24a", "#5cc48a", "#e679b4", "#b99af0", "#d9cf4e",
        "#4cc7cf", "#f07f6d", "#9cc352", "#c9a27e", "#8fa3f7", "#bcbcc2",
    ),
    "light": (
        "#1668c0", "#a85400", "#12713f", "#b02a78", "#6a42c2", "#6e6600",
        "#006f78", "#bb3522", "#436b14", "#7a5330", "#3a4fc4", "#55555c",
    ),
}  # fmt: skip
"""By the palette's name: colours that differ from each other and stand out from the canvas."""


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2; text wants 4.5, shapes 3)."""
    lower, higher = sorted((luminance(first), luminance(second)))
    return (higher + 0.05) / (lower + 0.05)
