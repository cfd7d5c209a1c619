"""Encoders, the spaces that they make, and the plugins that bring them."""
