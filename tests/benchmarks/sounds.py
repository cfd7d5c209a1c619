"""Time CLAP on sounds of half a minute against librosa.load and CLAP's own feature extractor.

python -m tests.benchmarks.sounds --sounds 24

The files are the sample's sounds, repeated to 30 s, as wav, flac, mp3 and ogg in turn; the model
has the shape of `laion/clap-htsat-unfused` and seeded weights. All hear the same windows, of ten
seconds every five. The loop loads a file, makes its features and encodes its windows, one file
after the other; ours is `index` into a new collection; the encoder alone gets decoded windows in
full batches. Each contender has a process of its own, in which libraries and weights are loaded
before the clock starts; columns are those of `indexing`. The second table times the parts on one
thread.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from embedcurate_plugins.clap.features import ClapFeatures
from embedcurate_resources import FOLDER
from numpy.typing import NDArray

from embedcurate.media import audio
from embedcurate.spaces.registry import load
from tests.benchmarks import indexing
from tests.benchmarks.report import contend, heading, table

LENGTH_S = 30
RATE_HZ = 48_000
WINDOW, HOP = 10 * RATE_HZ, 5 * RATE_HZ
FORMATS = (("wav", 48_000), ("flac", 44_100), ("mp3", 44_100), ("ogg", 44_100))


def make_model(folder: Path) -> None:
    """Write a checkpoint whose tower of sounds has the real shape; that of texts is not asked."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(0)
    words = {"vocab_size": 5, "hidden_size": 12, "num_hidden_layers": 1, "intermediate_size": 1}
    ClapModel(ClapConfig(text_config=words)).save_pretrained(folder)
    ClapFeatureExtractor(frequency_min=50, truncation="rand_trunc").save_pretrained(folder)
    Tokenizer(WordLevel({"a": 0}, "a")).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text("{}")


def make_sounds(folder: Path, count: int) -> None:
    """Write stereo files of half a minute, no two alike."""
    folder.mkdir()
    sources = sorted((FOLDER / "sample" / "media" / "sounds").rglob("*.ogg"))
    for index, source in enumerate(islice(cycle(sources), count)):
        suffix, to_hz = FORMATS[index % len(FORMATS)]
        samples, rate_hz = soundfile.read(source, dtype="float32", always_2d=True)
        plain = soxr.resample(samples.mean(axis=1), rate_hz, to_hz) * (0.5 + index / count / 2)
        stereo = np.repeat(np.resize(plain, LENGTH_S * to_hz)[:, None], 2, axis=1)
        with soundfile.SoundFile(folder / f"{index:04}.{suffix}", "w", to_hz, channels=2) as file:
            # A second at a time: libsndfile's Vorbis overflows the stack on a minute at once.
            for start in range(0, len(stereo), to_hz):
                file.write(stereo[start : start + to_hz])


def windows(samples: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Cut a sound as `index` does."""
    starts = [*range(0, len(samples) - WINDOW, HOP), len(samples) - WINDOW]
    return [samples[start : start + WINDOW] for start in starts]


def naive(model_folder: Path, files: Sequence[Path]) -> indexing.Report:
    """Load, make features and encode one file after the other."""
    import librosa
    import torch
    from transformers import ClapFeatureExtractor, ClapModel

    model = ClapModel.from_pretrained(model_folder).eval()
    extractor = ClapFeatureExtractor.from_pretrained(model_folder)
    vectors = {}

    def one(path: Path) -> None:
        samples = librosa.load(path, sr=RATE_HZ)[0]
        seen = extractor(windows(samples), sampling_rate=RATE_HZ, return_tensors="pt")
        with torch.inference_mode():
            rows = model.get_audio_features(seen["input_features"]).pooler_output.numpy()
        vectors[path] = rows.mean(axis=0)

    one(files[0])

    def all_of_them() -> indexing.Report:
        began = time.perf_counter()
        for path in files:
            one(path)
        return {"s": time.perf_counter() - began}

    return indexing.measured(all_of_them)


def compete(contender: str, model_folder: Path, folder: Path) -> indexing.Report:
    """Measure one contender in this process."""
    files = sorted(folder.iterdir())
    if contender == "naive":
        return naive(model_folder, files)
    space = load(f"clap:{model_folder}")
    assert space.audio is not None
    space.audio.encode([np.zeros(WINDOW, np.float32)])
    return indexing.measured(lambda: indexing.CONTENDERS[contender](folder, files, space))


def parts(model_folder: Path, folder: Path) -> dict[str, list[float]]:
    """Return what each part takes, in ms: the usual way and ours."""
    import librosa
    import torch
    from transformers import ClapFeatureExtractor

    torch.set_num_threads(1)
    extractor = ClapFeatureExtractor.from_pretrained(model_folder)
    features = ClapFeatures(model_folder, length=WINDOW)
    found: dict[str, list[float]] = {}
    for path in sorted(folder.iterdir())[: len(FORMATS)]:
        found[f"decode 30 s of {path.suffix[1:]}"] = [
            best_ms(lambda path=path: librosa.load(path, sr=RATE_HZ)),
            best_ms(
                lambda path=path: audio.decode(path, rate_hz=RATE_HZ, window_s=10.0, hop_s=5.0)
            ),
        ]
    first = windows(librosa.load(path, sr=RATE_HZ)[0])[0]
    found["features of 10 s"] = [
        best_ms(lambda: extractor(first, sampling_rate=RATE_HZ)),
        best_ms(lambda: features.of(first)),
    ]
    return found


def best_ms(work: Callable[[], Any], times: int = 5) -> float:
    """Return what the quickest of several runs took."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sounds", type=int, default=24)
    parser.add_argument(
        "--run", nargs=3, metavar=("CONTENDER", "MODEL", "FOLDER"), help=argparse.SUPPRESS
    )
    asked = parser.parse_args()
    if asked.run:
        contender, model, folder = asked.run
        work = parts if contender == "parts" else lambda *paths: compete(contender, *paths)
        sys.stdout.write(json.dumps(work(Path(model), Path(folder))))
        return
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        model, sounds = Path(name) / "model", Path(name) / "sounds"
        make_model(model)
        make_sounds(sounds, asked.sounds)
        sys.stdout.write(heading("Sounds of 30 s with CLAP") + "\n\n")
        found = {
            name: contend(__spec__.name, "--run", name, str(model), str(sounds))
            for name in indexing.CONTENDERS
        }
        rows = list(indexing.rows("sounds", asked.sounds, found))
        sys.stdout.write(table(indexing.COLUMNS, rows) + "\n\n")
        timed = contend(__spec__.name, "--run", "parts", str(model), str(sounds))
        lines = [[part, *spent, spent[0] / spent[1]] for part, spent in timed.items()]
        sys.stdout.write(table(("one thread", "usual, ms", "ours, ms", "x"), lines) + "\n")


if __name__ == "__main__":
    main()
