"""The space `clip-clap`."""
