"""Both palettes are legible: text 4.5 to 1, shapes 3 to 1 (WCAG 2.2, level AA)."""

import itertools

import pytest
from embedcurate_ui.theme import contrast
from embedcurate_ui.theme.colours import DARK, LIGHT, Colours

SURFACES = ("canvas", "window", "panel", "raised", "hover", "field", "chosen")
TEXTS = ("text", "soft", "faint", "accent", "pick", "reject", "info", "warning", "error")
both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#336699", "#336699") == 1


@both
def test_text_is_legible_on_every_surface(palette: Colours) -> None:
    named = palette.named()
    ratios = {
        (text, surface): contrast(named[text], named[surface])
        for text, surface in itertools.product(TEXTS, SURFACES)
    }
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
    assert contrast(palette.on_fill, palette.fill) >= 4.5
    assert contrast(palette.on_fill, palette.fill_hover) >= 4.5


@both
def test_outlines_stars_and_the_accent_stand_out_from_what_they_lie_on(palette: Colours) -> None:
    for surface in ("canvas", "window", "panel", "raised", "field"):
        for shape in (palette.edge, palette.star, palette.accent):
            assert contrast(shape, palette.named()[surface]) >= 3
    for surface in ("window", "panel", "field"):
        assert contrast(palette.fill, palette.named()[surface]) >= 3


@both
def test_kinds_stand_out_from_the_canvas_and_differ(palette: Colours) -> None:
    assert min(contrast(colour, palette.canvas) for colour in palette.categories) >= 3
    for first, second in itertools.combinations(palette.categories, 2):
        channels = [(int(first[at : at + 2], 16), int(second[at : at + 2], 16)) for at in (1, 3, 5)]
        assert sum(abs(one - other) for one, other in channels) >= 40


@both
def test_a_palette_knows_whether_it_is_dark(palette: Colours) -> None:
    assert palette.dark is (palette.name == "dark")
