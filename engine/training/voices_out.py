"""``python -m engine.training.voices_out CHECKPOINT``: writes the starter's voices into it.

Each headline voice becomes ``voices/<name>.json``: name, description, language, gender, and one
reference (transcript, codes, and the recording as FLAC beside it). ``teacher`` tells which
synthesizer voice it comes from, for the evaluation and the model card.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import soundfile

from engine import Engine
from engine.training.bench import reference_line
from engine.training.teachers import SAMPLE_RATE, Teachers
from engine.training.voices import Voice, voices


def write_voice(folder: Path, voice: Voice, engine: Engine, teachers: Teachers) -> Path:
    """Write one voice's JSON and FLAC into ``folder``; returns the JSON's path."""
    line = reference_line(voice)
    rng = np.random.default_rng(len(line.text))
    audio = teachers.synthesize(line.text, voice, rng).audio
    codes = engine.encode(audio, SAMPLE_RATE)
    recording = folder / f"{voice.name.lower()}.flac"
    soundfile.write(recording, audio, SAMPLE_RATE, subtype="PCM_16")
    content = {
        "name": voice.name,
        "description": voice.description,
        "language": "en",
        "gender": voice.gender,
        "teacher": voice.slug,
        "references": [{"transcript": line.text, "audio": recording.name, "codes": codes.tolist()}],
    }
    path = recording.with_suffix(".json")
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write the starter's voices.")
    parser.add_argument("checkpoint", type=Path)
    options = parser.parse_args()
    folder = options.checkpoint / "voices"
    folder.mkdir(exist_ok=True)
    engine, teachers = Engine.load(options.checkpoint, device="cpu"), Teachers()
    for voice in voices("headline"):
        print(write_voice(folder, voice, engine, teachers))


if __name__ == "__main__":
    main()
