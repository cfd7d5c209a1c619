import numpy as np
import pytest

from embedcurate.duplicates.prints import compare_prints
from embedcurate.fingerprints import audio
from embedcurate.items import Modality


@pytest.mark.parametrize(("other_s", "share"), [(100.0, 1.0), (140.0, 0.9), (600.0, 0.05)])
def test_sounds_that_share_their_first_minute_alone_are_less_similar(other_s, share):
    samples = np.random.default_rng(0).standard_normal(20 * 8000).astype(np.float32) * 0.1
    print_ = audio.make(samples, 8000)
    lengths = (np.array([100.0]), np.array([other_s]))
    similar = compare_prints(Modality.AUDIO, [print_], [print_], lengths)
    assert similar[0] == pytest.approx(share, abs=0.02)


def test_lengths_mean_nothing_for_other_media_and_short_sounds():
    nothing = (np.array([np.nan]), np.array([np.nan]))
    assert compare_prints(Modality.TEXT, [b""], [b""], nothing)[0] == 0
    samples = np.random.default_rng(0).standard_normal(20 * 8000).astype(np.float32) * 0.1
    print_ = audio.make(samples, 8000)
    unknown = compare_prints(Modality.AUDIO, [print_], [print_], nothing)
    assert unknown[0] == pytest.approx(1, abs=0.01)
