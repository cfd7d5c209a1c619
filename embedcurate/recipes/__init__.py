"""How a selection was chosen, as a file that chooses it again."""

from embedcurate.recipes.recipe import NeededRun, Recipe, read_recipe, write_recipe
from embedcurate.recipes.replay import Replay, choose, estimated, replay, saved

__all__ = [
    "NeededRun",
    "Recipe",
    "Replay",
    "choose",
    "estimated",
    "read_recipe",
    "replay",
    "saved",
    "write_recipe",
]
