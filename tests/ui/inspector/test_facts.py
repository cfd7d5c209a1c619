"""What is known of an item, in words."""

from embedcurate_ui.inspector.facts import facts_of, figure, hit_of

DOCUMENT = {
    "id": "0" * 32,
    "path": "/media/dog.jpg",
    "modality": "image",
    "outcome": "ok",
    "reason": None,
    "size": 2_500_000,
    "mtime_ns": 1_700_000_000_000_000_000,
    "row": None,
    "content": "ab" * 32,
    "facts": {"format": "jpeg", "width_px": 4000, "height_px": 3000, "note": None},
    "figures": {"sharpness": 0.12345, "jpeg_quality": 91.0, "rms_db": -17.25, "frames": None},
    "label": "dogs",
    "split": None,
    "camera": {"Model": "X100", "ExposureTime": 0.004, "FNumber": 2.8, "latitude": 48.137154},
    "cluster": {"label": 3, "name": "dog, snow", "probability": 0.9},
    "issues": [{"issue": "low-information", "score": 0.75}],
    "outlier": None,
    "leak": None,
}


def test_all_that_is_known_is_said_in_words_and_what_is_not_known_is_left_out() -> None:
    groups = facts_of(DOCUMENT)
    said = {fact.key: fact.value for group in groups for fact in group.facts}
    assert said["pixels"] == "4,000 \N{MULTIPLICATION SIGN} 3,000 (12.0 MP)"
    assert said["format"] == "JPEG"
    assert said["camera ExposureTime"] == "1/250 s"
    assert said["camera FNumber"] == "f/2.8"
    assert said["camera latitude"] == "48.13715°"
    assert said["figure rms_db"] == "-17.2 dB"
    assert said["cluster"] == "dog, snow"
    assert said["issue low-information"] == "low information (0.75)"
    assert not said.keys() & {"split", "row", "outcome", "outlier", "leak", "figure frames"}
    assert all(group.facts for group in groups)


def test_why_a_file_could_not_be_used_is_said() -> None:
    failed = DOCUMENT | {"outcome": "failed", "reason": "it is cut short", "facts": {}}
    said = {fact.key: fact.value for group in facts_of(failed) for fact in group.facts}
    assert said["outcome"] == "failed: it is cut short"


def test_a_hit_says_what_each_term_adds() -> None:
    hit = {
        "score": 0.912,
        "cosine": None,
        "through": "segment",
        "contributions": [
            {"term": "dog", "cosine": 0.4, "part": 2.34},
            {"term": "cat", "cosine": 0.1, "part": -0.5},
        ],
    }
    assert [(fact.name, fact.value) for fact in hit_of(hit)] == [
        ("Score", "0.91"),
        ("Matched", "one of its parts"),
        ("“dog”", "+2.34"),
        ("“cat”", "-0.50"),
    ]


def test_figures_have_the_digits_that_matter() -> None:
    assert [figure(value) for value in (3, 1234567.0, 0.12345, 4321.6)] == [
        "3", "1,234,567", "0.123", "4,322",
    ]  # fmt: skip
