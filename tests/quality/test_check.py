"""Files with one flaw each are flagged with that flaw's issue, and clean ones are not."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from PIL import Image, ImageFilter
from scipy.signal import butter, sosfiltfilt
from typer.testing import CliRunner

from embedcurate.cli.quality import quality as quality_command
from embedcurate.collection import Collection
from embedcurate.errors import Cancelled, QueryError
from embedcurate.indexing import index
from embedcurate.items import ISSUES
from embedcurate.quality import Quality, check
from embedcurate.query import parse_filter
from embedcurate.testing import tiny_space

RATE = 16_000
CLEAN = 10
PROSE = (
    "The keeper lit the lamp at dusk and wrote the weather of the day into his book.",
    "Two boats came home late, and the women on the quay counted the men twice.",
    "Bread was dear that winter, so we ate herring and potatoes until Easter.",
    "A red bicycle leans against the wall of the bakery while its owner drinks coffee.",
    "Nobody had seen the cat since Thursday, but her bowl was empty every morning.",
    "She tuned the old guitar by ear and played until the candle had burnt down.",
    "Rain fell for nine days, the river rose, and the lower fields became a lake.",
    "The museum shows maps on which California is an island and whales wear crowns.",
    "Our train stood still between two stations for an hour without any explanation.",
    "He sold honey, wax and candles on the market, and told stories for nothing.",
)


def picture(seed: int, *, size_px: tuple[int, int] = (320, 240)) -> Image.Image:
    random = np.random.default_rng(seed)
    made = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    for _ in range(250):
        top, left = random.integers(0, size_px[1]), random.integers(0, size_px[0])
        height, width = random.integers(4, 60, 2)
        made[top : top + height, left : left + width] = random.integers(0, 256, 3)
    return Image.fromarray(made)


def make_pictures(folder: Path) -> None:
    folder.mkdir()
    for seed in range(CLEAN):
        picture(seed).save(folder / f"clean-{seed}.png")
    pixels = np.array(picture(20))
    # The tiny space sees pictures small, where a slight blur does not show.
    picture(21).filter(ImageFilter.GaussianBlur(12)).save(folder / "blurred.png")
    Image.fromarray(pixels // 8).save(folder / "dark.png")
    Image.fromarray(255 - pixels // 8).save(folder / "bright.png")
    flat = Image.new("RGB", (320, 240), (90, 140, 60))
    flat.save(folder / "low-information.png")
    picture(22, size_px=(16, 12)).save(folder / "odd-size.png")
    picture(23, size_px=(960, 80)).save(folder / "odd-aspect.png")
    picture(24).convert("L").save(folder / "near-greyscale.png")
    picture(25).save(folder / "jpeg-crushed.jpg", quality=5)
    picture(26).save(folder / "clean-q90.jpg", quality=90)
    frames = [picture(seed) for seed in (27, 28)]
    frames[0].save(folder / "animated.gif", save_all=True, append_images=frames[1:])


def make_sounds(folder: Path) -> None:
    folder.mkdir()
    time = np.arange(2 * RATE) / RATE

    def noise(seed: int) -> np.ndarray:
        return 0.1 * np.random.default_rng(seed).standard_normal(len(time))

    def keep(name: str, *channels: np.ndarray) -> None:
        soundfile.write(folder / f"{name}.wav", np.stack(channels, axis=1), RATE)

    for seed in range(3):
        keep(f"clean-{seed}", noise(seed))
        keep(f"clean-stereo-{seed}", noise(seed), 0.5 * noise(seed) + noise(seed + 50))
    keep("clean-fading", noise(3) * np.linspace(1, 0, len(time)) ** 2)
    keep("silent", np.zeros(len(time)))
    keep("clipped", np.clip(8 * noise(4), -1, 1))
    keep("dc-offset", noise(5) + 0.2)
    keep("one-sided", noise(6), np.zeros(len(time)))
    keep("fake-stereo", noise(7), noise(7))
    low = sosfiltfilt(butter(24, 4000, fs=RATE, output="sos"), noise(8))
    keep("band-limited", low)
    keep("very-short", noise(9)[: RATE // 20])
    keep("truncated", noise(10)[: RATE // 2])
    path = folder / "truncated.wav"
    path.write_bytes(path.read_bytes()[: -RATE // 16])  # more, and it is refused


def make_texts(folder: Path) -> None:
    folder.mkdir()
    for number, sentence in enumerate(PROSE):
        (folder / f"clean-{number}.txt").write_text(sentence, encoding="utf-8")
        (folder / f"clean-again-{number}.txt").write_text(sentence.upper(), encoding="utf-8")
    german = "Der Wärter zündete die Lampe an und schrieb, bevor er schlief, das Wetter auf."
    for name, text in {
        "near-empty": "Well...",
        "repeated": "Click here and win a prize!\n" * 20,
        "gibberish": "sdkfjh asdlkjf qwoeiur zmxncbv laksjdh fgqwpe rjtkmz bvncxd askjdh wqpeoi",
        "wrong-language": german,
        "encoding-damage": "The cafÃ© in the old town is said to be trÃ¨s cheap and rather good.",
    }.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    rows = "\n".join(f'"{sentence} And so on."' for sentence in PROSE)
    (folder / "table.csv").write_text(f"text\n{rows}\nOh!\n", encoding="utf-8")


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    root = tmp_path_factory.mktemp("quality")
    make_pictures(root / "pictures")
    make_sounds(root / "sounds")
    make_texts(root / "texts")
    collection = Collection.create(root / "collection", tiny_space())
    folders = [root / name for name in ("pictures", "sounds", "texts")]
    report = index(collection, tiny_space(), folders)
    assert not report.failures
    return collection


@pytest.fixture(scope="module")
def found(collection: Collection) -> Quality:
    return check(collection)


def names_of(collection: Collection, where: str) -> list[str]:
    ids = collection.catalogue.ids_where(parse_filter(where))
    return sorted(item.path.name for item in collection.items(ids))


@pytest.mark.parametrize("issue", [issue for issues in ISSUES.values() for issue in issues])
def test_the_file_made_with_an_issue_is_the_worst_that_has_it(found: Quality, issue: str) -> None:
    of_issue = next(one for one in found.found if one.issue == issue)
    flagged = [one.path.stem for one in of_issue.worst]
    assert flagged[0] in (issue, "table")
    assert issue in flagged


def test_no_clean_file_is_flagged(collection: Collection, found: Quality) -> None:
    flagged = {
        item.path.name: found.issues_of(row)
        for row, item in enumerate(collection.items(found.ids.astype(str).tolist()))
        if item.path.name.startswith("clean") and found.issues_of(row)
    }
    assert not flagged


def test_filters_see_the_issues_and_who_is_poor(collection: Collection, found: Quality) -> None:
    assert names_of(collection, "is:jpeg-crushed") == ["jpeg-crushed.jpg"]
    assert names_of(collection, "is:one-sided") == ["one-sided.wav"]
    poor = names_of(collection, "is:poor")
    assert {"blurred.png", "silent.wav", "gibberish.txt", "truncated.wav"} <= {*poor}
    assert not {"animated.gif", "fake-stereo.wav", "wrong-language.txt"} & {*poor}
    assert len(poor) == found.poor.sum()


def test_rows_of_a_table_are_checked_like_files(collection: Collection, found: Quality) -> None:
    assert names_of(collection, "is:near-empty") == ["near-empty.txt", "table.csv"]


def test_other_thresholds_are_another_run_of_the_same_scores(
    collection: Collection, found: Quality
) -> None:
    strict = check(collection, thresholds={"blurred": 1.0, "clipped": 0.01})
    for issue, scores in found.scores.items():
        np.testing.assert_array_equal(scores, strict.scores[issue])
    run = collection.results.latest("quality")
    assert run is not None
    assert run.parameters["thresholds"]["blurred"] == 1.0
    kept = collection.results.table(run, "scores")
    blurred = kept["blurred"].to_numpy()
    np.testing.assert_array_equal(blurred, found.scores["blurred"])
    check(collection)


def test_histograms_count_what_was_checked(found: Quality) -> None:
    for one in found.found:
        assert sum(one.histogram) == one.checked
        assert 1 <= one.count <= one.checked
    assert found.unmeasured == 0


def test_the_command_prints_the_same_as_json_and_for_people(collection: Collection) -> None:
    runner = CliRunner()
    app = typer.Typer()
    app.command()(quality_command)
    arguments = [str(collection.path), "--threshold", "dark=0.9", "-k", "2"]
    document = json.loads(runner.invoke(app, [*arguments, "--json"]).stdout)
    assert document["issues"]["dark"]["threshold"] == 0.9
    assert all(len(one["worst"]) <= 2 for one in document["issues"].values())
    shown = runner.invoke(app, [*arguments, "--issue", "silent"])
    assert shown.exit_code == 0
    assert "silent.wav" in shown.output
    assert "dark" not in shown.output
    refused = runner.invoke(app, [*arguments, "--issue", "silence"])
    assert isinstance(refused.exception, QueryError)


def test_a_check_can_be_cancelled(collection: Collection) -> None:
    before = len(collection.results.runs("quality"))

    def stop(done: int, total: int | None, doing: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        check(collection, progress=stop)
    assert len(collection.results.runs("quality")) == before


def test_an_empty_collection_has_nothing_wrong(tmp_path: Path) -> None:
    empty = check(Collection.create(tmp_path / "empty", tiny_space()))
    assert len(empty.ids) == 0
    assert empty.as_document()["poor"] == 0
