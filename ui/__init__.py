"""The window: a thin client of the library, which works in processes of its own."""
