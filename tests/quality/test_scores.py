"""Scores follow from readings as the settings say, alone or against the rest of the collection."""

import numpy as np
import pytest

from embedcurate.errors import QueryError
from embedcurate.items import FIGURES, ISSUES, Modality
from embedcurate.quality import SETTINGS, score, thresholds_of
from embedcurate.quality.scoring import COLUMNS

ABSOLUTE = [
    name for name, issue in SETTINGS.items()
    if issue.reading in FIGURES[issue.modality] or issue.reading == "duration_s"
]  # fmt: skip


def columns(modality: Modality, count: int = 1, **values: object) -> dict[str, np.ndarray]:
    """Return all columns of a modality: those given, NaN in the others."""
    made = {name: np.full(count, np.nan, np.float32) for name in COLUMNS[modality]}
    return made | {name: np.asarray(of, np.float32) for name, of in values.items()}


def scored(name: str, **values: object) -> np.ndarray:
    modality = SETTINGS[name].modality
    count = len(next(iter(values.values())))
    return score(columns(modality, count, **values), modality)[name][0]


def test_every_issue_has_its_setting_with_a_sane_scale() -> None:
    assert {name: issue.modality for name, issue in SETTINGS.items()} == {
        name: modality for modality, names in ISSUES.items() for name in names
    }
    for issue in SETTINGS.values():
        assert 0 < issue.threshold <= 1
        assert issue.clean != issue.certain
        assert not issue.logarithmic or min(issue.clean, issue.certain) > 0


@pytest.mark.parametrize("name", ABSOLUTE)
def test_a_score_is_0_where_clean_1_where_certain_and_monotone(name: str) -> None:
    issue = SETTINGS[name]
    readings = np.linspace(
        2 * issue.clean - issue.certain, 2 * issue.certain - issue.clean, 31, dtype=np.float32
    )
    found = scored(name, **{issue.reading: readings})
    assert (np.diff(found) >= 0).all()
    assert found[10] == pytest.approx(0, abs=1e-5)
    assert found[20] == pytest.approx(1, abs=1e-5)
    assert ((found >= 0) & (found <= 1)).all()


def test_what_was_not_measured_has_no_score() -> None:
    for modality in Modality:
        found = score(columns(modality, 12), modality)
        assert [*found] == [*ISSUES[modality]]
        assert all(np.isnan(scores).all() for scores, _ in found.values())


def test_a_size_is_odd_against_the_other_pictures() -> None:
    sides = np.array([500, 520, 480, 512, 510, 490, 505, 530, 470, 500, 30, 9000])
    found = scored("odd-size", width_px=sides, height_px=sides)
    assert (found[:10] == 0).all()
    assert (found[10:] == 1).all()


def test_pictures_that_are_all_of_one_size_but_a_little_have_no_odd_one() -> None:
    sides = np.array([512] * 30 + [500])
    assert (scored("odd-size", width_px=sides, height_px=sides) == 0).all()


def test_portrait_landscape_and_square_are_usual_and_a_ribbon_is_odd() -> None:
    width = np.array([600, 400] * 6 + [500, 4000])
    height = np.array([400, 600] * 6 + [500, 100])
    found = scored("odd-aspect", width_px=width, height_px=height)
    assert (found[:13] == 0).all()
    assert found[13] == 1


def test_two_pictures_are_too_few_to_be_odd() -> None:
    assert np.isnan(scored("odd-size", width_px=[10, 4000], height_px=[10, 4000])).all()


def test_a_language_is_wrong_where_few_texts_are_in_it() -> None:
    languages = np.array([0] * 60 + [1] + [np.nan])
    found = scored("wrong-language", language=languages)
    assert (found[:60] == 0).all()
    assert found[60] == 1
    assert np.isnan(found[61])


def test_a_collection_of_many_languages_has_no_wrong_one() -> None:
    assert (scored("wrong-language", language=np.arange(100) % 50) == 0).all()


def test_a_balance_counts_whichever_side_is_louder() -> None:
    found = scored("one-sided", balance_db=[-40, 40, -1, 1])
    assert found.tolist() == [1, 1, 0, 0]


def test_a_bandwidth_counts_against_the_sampling_rate() -> None:
    found = scored("band-limited", bandwidth_hz=[4000, 4000], rate_hz=[8000, 44100])
    assert found.tolist() == [0, 1]


def test_thresholds_are_defaults_but_for_those_given() -> None:
    limits = thresholds_of({"dark": 0.9})
    assert limits["dark"] == 0.9
    assert limits["silent"] == SETTINGS["silent"].threshold
    assert [*limits] == [*SETTINGS]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"blured": 0.5}, "Did you mean 'blurred'"),
        ({"dark": 0.0}, "above 0 and at most 1"),
        ({"dark": float("nan")}, "above 0 and at most 1"),
    ],
)
def test_wrong_thresholds_are_refused_in_a_sentence(given: dict[str, float], sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence):
        thresholds_of(given)
