"""From one space to another: aligning them, and moving a collection."""

from embedcurate.bridging.aligning import Alignment, align_spaces
from embedcurate.bridging.moving import Kept, Move, plan_move

__all__ = ["Alignment", "Kept", "Move", "align_spaces", "plan_move"]
