"""Bytes to pixels, waveforms and texts, within limits; one file a modality."""
