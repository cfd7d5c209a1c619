"""The colours of points, of both palettes."""

import numpy as np
from numpy.typing import NDArray

from ..theme import Colours
from .colouring import FIRST_STEP, KINDS, NONE, STEPS
from .layers import DIM, GHOST

__all__ = ["inks", "scale_stops"]

# Parts of viridis (Smith and van der Walt 2015); what is high stands out most from the canvas.
_SCALES = {
    True: ("#39568c", "#287d8e", "#1f968b", "#29af7f", "#55c667", "#95d840", "#fde725"),
    False: ("#1fa187", "#277f8e", "#365c8d", "#46327e", "#440154"),
}
_TOWARDS_TEXT = {NONE: 0.42, DIM: 0.24, GHOST: 0.1}


def scale_stops(colours: Colours) -> tuple[str, ...]:
    """Return the colours of a scale from its low end to its high one, evenly spaced."""
    return _SCALES[colours.dark]


def inks(colours: Colours) -> NDArray[np.uint32]:
    """Return the colour of each code and shade: (256,) uint32, 0xRRGGBB."""
    found = np.zeros((256, 3))
    canvas, text = _rgb(colours.canvas), _rgb(colours.text)
    for shade, share in _TOWARDS_TEXT.items():
        found[shade] = canvas + (text - canvas) * share
    found[1 : KINDS + 1] = [_rgb(colour) for colour in colours.categories[:KINDS]]
    stops = np.array([_rgb(colour) for colour in scale_stops(colours)])
    along = np.linspace(0, len(stops) - 1, STEPS)
    for channel in range(3):
        found[FIRST_STEP : FIRST_STEP + STEPS, channel] = np.interp(
            along, np.arange(len(stops)), stops[:, channel]
        )
    rgb = found.round().astype(np.uint32)
    return rgb[:, 0] << np.uint32(16) | rgb[:, 1] << np.uint32(8) | rgb[:, 2]


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float64)
