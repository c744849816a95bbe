"""The one phone set that all teachers are mapped to.

It is 40 ARPAbet phones plus schwa and silence: small enough for frame-wise labels, large
enough that espeak's accents and flite's lexicon both fit. It is not a phonology: espeak's
rhotic vowels become a vowel and an R, its glottal stop becomes T, its accent-specific vowels
the nearest American one, since the labels only have to be consistent, not fine.

Source: own tables, from the phoneme names the two synthesizers report.
"""

PHONES: tuple[str, ...] = (
    "sil",
    *("AA", "AE", "AH", "AO", "AW", "AX", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY"),
    *("UH", "UW"),
    *("B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R", "S"),
    *("SH", "T", "TH", "V", "W", "Y", "Z", "ZH"),
)
PHONE_IDS: dict[str, int] = {name: index for index, name in enumerate(PHONES)}
SILENCE = "sil"

_FLITE_EXCEPTIONS = {
    "pau": "sil",
    "h#": "sil",
    "brth": "sil",
    "axr": "ER",
    "ix": "IH",
    "dx": "T",
    "nx": "N",
    "el": "L",
    "em": "M",
    "en": "N",
    "hv": "HH",
}

# espeak name (variant digits and marks removed where the table below does not list them).
_ESPEAK: dict[str, tuple[str, ...]] = {
    # vowels
    "a": ("AE",), "aa": ("AE",), "a#": ("AX",), "a/": ("AA",), "A": ("AA",), "A:": ("AA",),
    "A~": ("AA",), "0": ("AA",), "0#": ("AA",), "V": ("AH",), "V2": ("AH",), "V3": ("AH",),
    "@": ("AX",), "@2": ("AX",), "@5": ("AX",), "@/": ("AX",), "@-": ("AX",),
    "3": ("ER",), "3:": ("ER",), "IR": ("ER",), "VR": ("ER",),
    "E": ("EH",), "E2": ("EH",), "e": ("EH",), "e:": ("EY",), "eI": ("EY",),
    "I": ("IH",), "I2": ("IH",), "I#": ("IH",), "i": ("IY",), "i:": ("IY",),
    "O": ("AO",), "O:": ("AO",), "O2": ("AO",), "o": ("OW",), "o:": ("OW",), "oU": ("OW",),
    "U": ("UH",), "u": ("UW",), "u:": ("UW",), "8": ("UH",),
    "aI": ("AY",), "aI2": ("AY",), "aI3": ("AY",), "aU": ("AW",), "OI": ("OY",),
    "A@": ("AA", "R"), "O@": ("AO", "R"), "o@": ("AO", "R"), "e@": ("EH", "R"),
    "i@": ("IH", "AX"), "i@3": ("IH", "R"), "U@": ("UH", "R"), "aI@": ("AY", "AX"),
    "aI3@": ("AY", "AX"), "aU@": ("AW", "AX"), "oU#": ("OW",),
    # consonants
    "b": ("B",), "d": ("D",), "f": ("F",), "g": ("G",), "h": ("HH",), "k": ("K",),
    "l": ("L",), "m": ("M",), "n": ("N",), "p": ("P",), "r": ("R",), "s": ("S",),
    "t": ("T",), "v": ("V",), "w": ("W",), "j": ("Y",), "z": ("Z",), "x": ("K",),
    "N": ("NG",), "S": ("SH",), "Z": ("ZH",), "T": ("TH",), "D": ("DH",),
    "tS": ("CH",), "dZ": ("JH",), "?": ("T",), "*": ("T",), "t#": ("T",), "t2": ("T",),
    "l#": ("L",), "l/": ("L",), "@L": ("AX", "L"), "r-": ("R",), "n-": ("AX", "N"),
    "m-": ("AX", "M"), "w#": ("W",), "z#": ("Z",), "z/": ("Z",), "d#": ("D",), "C": ("HH",),
    ";": (),  # a mark of palatalisation, no sound of its own
    "R": ("R",), "R2": ("R",), "r/": ("R",),
}  # fmt: skip


class UnknownPhone(KeyError):
    """A synthesizer reported a phone that the tables do not know."""


def from_flite(name: str) -> tuple[str, ...]:
    """Map a flite phone (radio phone set, lower case) to common phones.

    Raises:
        UnknownPhone: the name is in no table.
    """
    label = _FLITE_EXCEPTIONS.get(name, name.upper())
    if label not in PHONE_IDS:
        raise UnknownPhone(f"flite phone {name!r} is not mapped; add it to phones.py")
    return (label,)


def from_espeak(name: str) -> tuple[str, ...]:
    """Map an espeak phoneme name to one or two common phones; pauses become ``sil``.

    Raises:
        UnknownPhone: the name is in no table, even without its variant marks.
    """
    if name.startswith("_") or not name:
        return (SILENCE,)
    name = name.lstrip("',")  # espeak-ng 1.52 writes the stress before the name
    found = (
        _ESPEAK.get(name)
        or _ESPEAK.get(name.rstrip("#/-~^;[]'`!|\""))
        or _ESPEAK.get(name.rstrip("0123456789#/-~^;[]'`!|\""))
    )
    if found is None and name != ";":
        raise UnknownPhone(f"espeak phoneme {name!r} is not mapped; add it to phones.py")
    return found or ()
