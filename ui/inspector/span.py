"""Which stretch of a sound is seen, as arithmetic."""

from dataclasses import dataclass

__all__ = ["SHORTEST_S", "Span", "clock", "ticks"]

SHORTEST_S = 0.01
_STEPS_S = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
    1800, 3600, 7200, 14400, 36000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds from `start` to `end`, of which `start` is the smaller one."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """How many seconds it takes."""
        return self.end - self.start

    def x_of(self, second: float, width_px: float) -> float:
        """Return where a second lies in a view of this width."""
        return (second - self.start) / self.length * width_px

    def second_at(self, x: float, width_px: float) -> float:
        """Return the second at a place of a view of this width."""
        return self.start + x / width_px * self.length

    def zoomed(self, factor: float, second: float, duration_s: float) -> "Span":
        """Return the span that is closer by `factor`, with `second` where it was."""
        length = min(max(self.length / factor, min(SHORTEST_S, duration_s)), duration_s)
        share = (second - self.start) / self.length
        return Span(second - share * length, second + (1 - share) * length).held(duration_s)

    def panned(self, seconds: float, duration_s: float) -> "Span":
        """Return the span that starts later by `seconds`, as far as the sound goes."""
        return Span(self.start + seconds, self.end + seconds).held(duration_s)

    def held(self, duration_s: float) -> "Span":
        """Return the span of the same length within the sound."""
        length = min(self.length, duration_s)
        start = min(max(self.start, 0.0), duration_s - length)
        return Span(start, start + length)


def ticks(span: Span, width_px: float, *, apart_px: float = 72) -> list[tuple[float, str]]:
    """Return the seconds to mark below a view of this width, each with its words."""
    least = span.length / max(width_px, 1) * apart_px
    step = next((step for step in _STEPS_S if step >= least), _STEPS_S[-1])
    first = int(-(-span.start // step))
    last = int(span.end // step)
    return [(at * step, clock(at * step, step_s=step)) for at in range(first, last + 1)]


def clock(seconds: float, *, step_s: float = 0.1) -> str:
    """Return seconds as m:ss, with the decimals that steps of `step_s` need."""
    decimals = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2 if step_s >= 0.01 else 3
    whole = round(seconds, decimals)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(int(minutes), 60)
    width = 2 + (decimals + 1 if decimals else 0)
    tail = f"{rest:0{width}.{decimals}f}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"
