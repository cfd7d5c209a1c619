"""A slider beside the number that it sets, which can be typed too."""

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QWidget

from .measures import GAP_PX

__all__ = ["ValueSlider"]

_STEPS = 1000


class ValueSlider(QWidget):
    """Set a number between two bounds by a slider or by typing it.

    `changed` comes at each move, `settled` when the slider is let go and after a key or a typed
    number.

    Parameters
    ----------
    name : what the number is; the accessible name of both parts.
    decimals : of the number; with 0 it is whole.
    logarithmic : each step multiplies: for numbers from 2 to 10,000. `low` must be over 0.
    suffix : a unit behind the number, such as `` px``.
    """

    changed = Signal(float)
    settled = Signal(float)

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        value: float,
        *,
        decimals: int = 2,
        logarithmic: bool = False,
        suffix: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._logarithmic = logarithmic
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(name)
        self._slider.setMinimumWidth(80)
        self._number = QDoubleSpinBox()
        self._number.setAccessibleName(name)
        self._number.setDecimals(decimals)
        self._number.setSuffix(suffix)
        self._number.setKeyboardTracking(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self._slider, 1)
        row.addWidget(self._number)
        self.setFocusProxy(self._slider)
        self.set_bounds(low, high)
        self.set_value(value)
        self._slider.valueChanged.connect(self._slid)
        self._slider.sliderReleased.connect(lambda: self.settled.emit(self.value))
        self._number.valueChanged.connect(self._typed)

    @property
    def value(self) -> float:
        """The number."""
        return self._number.value()

    def set_value(self, value: float) -> None:
        """Show another number; this emits nothing."""
        with QSignalBlocker(self._number), QSignalBlocker(self._slider):
            self._number.setValue(value)
            self._slider.setValue(self._step_of(self._number.value()))

    def set_bounds(self, low: float, high: float) -> None:
        """Give it other bounds; the number is brought between them. This emits nothing."""
        with QSignalBlocker(self._number), QSignalBlocker(self._slider):
            self._number.setRange(low, high)
            step = 10.0 ** -self._number.decimals()
            whole = not self._logarithmic and (high - low) / step <= _STEPS
            steps = max(round((high - low) / step), 1) if whole else _STEPS
            self._slider.setRange(0, steps)
            self._slider.setPageStep(max(steps // 10, 1))
            self._slider.setSingleStep(max(steps // 100, 1))
            self._number.setSingleStep(max((high - low) / 100, step))
            self._slider.setValue(self._step_of(self._number.value()))

    def _slid(self, step: int) -> None:
        share = step / self._slider.maximum()
        low, high = self._number.minimum(), self._number.maximum()
        value = low * (high / low) ** share if self._logarithmic else low + share * (high - low)
        with QSignalBlocker(self._number):
            self._number.setValue(value)
        self.changed.emit(self.value)
        if not self._slider.isSliderDown():
            self.settled.emit(self.value)

    def _typed(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._step_of(value))
        self.changed.emit(value)
        self.settled.emit(value)

    def _step_of(self, value: float) -> int:
        low, high = self._number.minimum(), self._number.maximum()
        if high == low:
            return 0
        share = (
            math.log(value / low) / math.log(high / low)
            if self._logarithmic
            else (value - low) / (high - low)
        )
        return round(share * self._slider.maximum())
