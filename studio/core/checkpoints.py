"""The checkpoints that Tableread knows: where S2 Pro comes from, what belongs to it, its license.

Is: facts, written down once.
Is not: a look at the disk or the network.

- The revision is the commit of `fishaudio/s2-pro` that the checkpoint format was described from and
  that the conformance data belongs to. A commit's id covers the content of all of its files, so
  nothing else than what was described can come under it.
- The large files are named with their SHA-256 besides, as loaders in public use pin them. The Hub's
  own checksums, and what arrives, must say the same.
"""

from dataclasses import dataclass

STARTER = "starter"


@dataclass(frozen=True, slots=True)
class License:
    """The license of a checkpoint.

    Args:
        summary: what it says, in facts; not the license itself.
        notice: to be shown where the checkpoint is used.
    """

    name: str
    url: str
    summary: tuple[str, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ModelSize:
    """What memory and speed of a checkpoint follow from.

    Args:
        parameters: numbers in the language model.
        read_per_frame: numbers of it that are read to make one frame.
        kv_per_position: numbers that a position keeps in the cache.
        codec_bytes: size of the codec, in bytes.
        max_positions: of a chain.
        frame_rate: frames per second of sound.
    """

    parameters: int
    read_per_frame: int
    kv_per_position: int
    codec_bytes: int
    max_positions: int = 4096
    frame_rate: float = 44_100 / 2048


@dataclass(frozen=True, slots=True)
class HubCheckpoint:
    """A checkpoint that can be downloaded.

    Args:
        name: by which it is chosen; also of its folder.
        repository: on the Hugging Face Hub.
        revision: the commit that is taken, and no other.
        needed: files without which it cannot be loaded.
        pinned: file -> SHA-256, of the large ones.
        download_bytes: about what is downloaded.
    """

    name: str
    title: str
    repository: str
    revision: str
    needed: tuple[str, ...]
    pinned: dict[str, str]
    download_bytes: int
    license: License
    size: ModelSize

    @property
    def page(self) -> str:
        """Where people read about it."""
        return f"https://huggingface.co/{self.repository}"


STARTER_LICENSE = License(
    "Apache-2.0",
    "https://www.apache.org/licenses/LICENSE-2.0",
    ("Trained for Tableread from nothing. Any use, also commercial, is allowed.",),
)

FISH_LICENSE = License(
    "Fish Audio Research License",
    "https://github.com/fishaudio/fish-speech/blob/main/LICENSE",
    (
        "Research and non-commercial use are allowed, free of charge.",
        "Any commercial use needs a separate license from Fish Audio.",
        "Whoever passes the weights on passes the license on with them, with its notice.",
        "Where the model is used, “Built with Fish Audio” has to be shown. Tableread shows it.",
    ),
    "Built with Fish Audio",
)

_PINNED = {
    "model-00001-of-00002.safetensors": (
        "c4218e8ac93be83b35eee30b4f94cb2e9b5ecff40f3e21611438d2f4f8804aad"
    ),
    "model-00002-of-00002.safetensors": (
        "76738d23465deaac431433232c0762908cc99a6eddc3d49f67307d92680827be"
    ),
    "codec.pth": "74fc41c5a7151c6f350af8bd7e5d6e3accfcc7f3dfbfac23afd35af07052bb2f",
    "tokenizer.json": "f24e08099d45a8adf3f52f5f0b03276e433bb9d689bb15fcbcc48ce58744588b",
}

S2_PRO = HubCheckpoint(
    name="s2-pro",
    title="Fish Audio S2 Pro",
    repository="fishaudio/s2-pro",
    revision="1de9996b6be38b745688de084d87a5633f714e4e",
    needed=("config.json", "model.safetensors.index.json", "tokenizer_config.json", *_PINNED),
    pinned=_PINNED,
    download_bytes=4_986_872_984 + 4_136_876_104 + 1_871_099_728 + 12_217_872,
    license=FISH_LICENSE,
    size=ModelSize(
        parameters=4_561_852_416,
        read_per_frame=7_361_381_376,
        kv_per_position=73_728,
        codec_bytes=1_871_099_728,
    ),
)
