"""The library of voices.

Is: the starter voices, voices added from recordings, and the codes that an engine performs with.
Is not: the removal of what was made of a voice (`voice_removal`).

- A voice added from a recording is used only when somebody has stated that it may be cloned: who,
  on what basis. Starter voices are exempt by where they come from.
- A voice is performed with its first reference. Its codes are made once per codec and kept.
- A starter voice without a recording can still be used with another checkpoint: its codes are
  decoded by the starter's own codec first.
"""

import functools
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine import Engine
from studio.core.casting import default_cast, known_speaker, known_voice
from studio.core.model import Audio, Codes, Consent, Script, Voice
from studio.core.recording import Examination, examine
from studio.errors import AudioFileError, ConsentMissing, ReadOnly, RecognizerMissing, VoiceError
from studio.media.read import read_audio, read_recording, to_flac
from studio.media.recognizer import find_recognizer
from studio.services.engine_host import EngineHost, load_engine
from studio.services.starter_voice import StarterVoice, normal_gender, read_starter_voice
from studio.services.voice_removal import VoiceRemoval, remove_with_uses
from studio.settings import Settings
from studio.store import voices as store
from studio.store.database import Database, now
from studio.store.voice_renaming import rename_voice
from studio.store.voice_uses import VoiceUses, voice_uses

MIN_SECONDS = 1.0
MAX_SECONDS = 120.0
SILENT_PEAK = 0.01
MAX_NAME = 60


class VoiceLibrary:
    """The voices of a workspace. Thread-safe."""

    def __init__(self, database: Database, host: EngineHost, settings: Settings) -> None:
        self._database = database
        self._host = host
        self._settings = settings
        self._adding = threading.Lock()
        self._listed: tuple[object, tuple[Voice, ...]] = (None, ())

    def list(self) -> tuple[Voice, ...]:
        """Every voice, the user's own first."""
        moment = self._database.moment("voice", "reference", "consent")
        then, voices = self._listed
        if then != moment:  # asked for with every look at a chapter
            voices = store.all_voices(self._database)
            self._listed = moment, voices
        return voices

    def add(
        self,
        name: str,
        audio: Path,
        transcript: str,
        *,
        description: str = "",
        language: str = "en",
        gender: str = "",
        tags: Iterable[str] = (),
        notes: str = "",
        consent: tuple[str, str] | None = None,
    ) -> Voice:
        """Add a voice from a recording of 1 to 120 seconds and what is said in it.

        Args:
            consent: who agreed that the voice is cloned, and on what basis. Without it the voice
                is kept and can be heard, but not performed with until `give_consent`.

        Raises:
            AudioFileError: the file is no audio, too short, too long or silent.
            VoiceError: the name is taken or empty, or the transcript is missing.
            ConsentMissing: the statement is incomplete.
        """
        name, transcript = " ".join(name.split()), " ".join(transcript.split())
        self._check_words(name, transcript)
        statement = None if consent is None else _statement(name, *consent)
        samples, sample_rate = read_audio(audio, MAX_SECONDS)
        _check_recording(audio.name, samples, sample_rate)
        voice = Voice(
            name, description, language, normal_gender(gender), "user",
            samples.size / sample_rate, _tags(tags), notes, statement,
        )  # fmt: skip
        flac = to_flac(samples, sample_rate)
        with self._adding:
            self._check_words(name, transcript)  # somebody may have been faster
            store.add_voice(self._database, voice, transcript, flac)
        return voice

    def examine(self, audio: Path) -> Examination:
        """Measure a recording before it becomes a voice, with advice in plain words.

        Raises:
            AudioFileError: the file is no audio, or too long.
        """
        return examine(*read_audio(audio, MAX_SECONDS))

    @property
    def can_recognize(self) -> bool:
        """Whether `recognize` can be asked."""
        try:
            find_recognizer()
        except RecognizerMissing:
            return False
        return True

    def recognize(self, audio: Path, language: str = "en") -> str:
        """What is said in a recording, as far as it is recognized: to be corrected by a person.

        Raises:
            AudioFileError: the file is no audio, or too long.
            RecognizerMissing: none is installed, or none that knows the language.
        """
        return find_recognizer().transcribe(*read_audio(audio, MAX_SECONDS), language)

    def hear_codes(self, name: str) -> tuple[int, Audio]:
        """Sample rate and audio of what the model hears: a voice's codes, decoded.

        Raises:
            CastError: there is no voice of that name.
            ConsentMissing: nobody has stated that it may be cloned.
        """
        name = known_voice(name, [voice.name for voice in self.list()])
        with self._host.use() as engine:
            _, codes = self.reference(name, engine)
            return engine.info.sample_rate, engine.decode(codes)

    def give_consent(self, name: str, who: str, basis: str) -> Voice:
        """Record that a voice may be cloned.

        Raises:
            CastError: there is no voice of that name.
            ConsentMissing: who or the basis is empty.
        """
        voice = self.get(name)
        store.give_consent(self._database, voice.name, _statement(voice.name, who, basis))
        return self.get(name)

    def describe(
        self, name: str, *, tags: Iterable[str] | None = None, **changes: str | None
    ) -> Voice:
        """Change a voice's tags, description, language, gender or notes; None leaves as it is.

        Raises:
            CastError: there is no voice of that name.
        """
        voice = self.get(name)
        given = {field: value for field, value in changes.items() if value is not None}
        if "gender" in given:
            given["gender"] = normal_gender(given["gender"])
        if tags is not None:
            given["tags_json"] = json.dumps(_tags(tags))
        store.describe_voice(self._database, voice.name, given)
        return self.get(name)

    def rename(self, name: str, new: str) -> Voice:
        """Call a voice of the user's own otherwise; casts, takes and performances go with it.

        Raises:
            VoiceError: the new name is empty or taken, or the voice is a starter voice or is being
                performed.
            CastError: there is none of that name.
        """
        new = " ".join(new.split())
        with self._adding:
            voice = self._own(name)
            if new.casefold() != voice.name.casefold():
                self._check_name(new)
            rename_voice(self._database, voice.name, new)
        return self.get(new)

    def get(self, name: str) -> Voice:
        """The voice of a name, capitals ignored.

        Raises:
            CastError: there is none of that name.
        """
        voices = {voice.name: voice for voice in self.list()}
        return voices[known_voice(name, voices)]

    def transcripts(self) -> dict[str, str]:
        """What is said in the references of the user's own voices, by name."""
        return store.transcripts(self._database)

    def uses(self, name: str) -> VoiceUses:
        """What depends on a voice, and would go with it.

        Raises:
            CastError: there is none of that name.
        """
        return voice_uses(self._database, self.get(name).name)

    def remove(self, name: str, *, confirmed: bool = False) -> VoiceRemoval:
        """Remove a voice that was added here, and everything that was made of it.

        Args:
            name: capitals ignored.
            confirmed: whether what depends on it (`uses`) may go with it.

        Raises:
            VoiceInUse: something depends on it, and nobody has confirmed.
            VoiceError: it came with the checkpoint, or is being performed.
            CastError: there is none of that name.
        """
        voice = self._own(name)
        return remove_with_uses(self._database, voice.name, confirmed=confirmed)

    def require_consent(self, names: Iterable[str]) -> None:
        """Refuse voices that nobody has allowed to be cloned.

        Raises:
            ConsentMissing: it names the first such voice and what to do.
        """
        wanted = set(names)
        for voice in self.list():
            if voice.name in wanted and not voice.may_perform:
                raise ConsentMissing(
                    f"{voice.name} may not be performed with yet: nobody has stated that this "
                    "voice may be cloned.",
                    command=f'python app.py voices consent "{voice.name}" "WHO: BASIS"',
                )

    def cast(self, script: Script, chosen: Mapping[str, str]) -> dict[str, str]:
        """A voice for every speaker: the chosen, the front matter's, or a default.

        Raises:
            CastError: a chosen speaker or voice is unknown.
        """
        speakers = script.speakers()
        wanted = {name: voice for name, voice in script.cast if name in speakers}
        for name, voice in chosen.items():
            wanted[known_speaker(name, speakers)] = voice
        return default_cast(script, _performable(self.list(), wanted.values()), wanted)

    def listen(self, name: str) -> tuple[int, Audio]:
        """The sample rate and the audio of a voice's reference."""
        name = known_voice(name, [voice.name for voice in self.list()])
        reference = store.reference_of(self._database, name)
        if reference.audio is not None:
            audio, sample_rate = read_recording(reference.audio, MAX_SECONDS)
            return sample_rate, audio
        with self._host.use() as engine:
            _, codes = self.reference(name, engine)
            return engine.info.sample_rate, engine.decode(codes)

    def reference(self, name: str, engine: Engine) -> tuple[str, Codes]:
        """Transcript and codes of a voice for an engine; made and kept if they are new.

        Raises:
            VoiceError: the voice is gone, or there is nothing to make them from.
            ConsentMissing: nobody has stated that it may be cloned.
        """
        codec = engine.info.codec_fingerprint
        transcript, codes = self.known_reference(name, codec)
        self.require_consent([name])
        if codes is None:
            reference = store.reference_of(self._database, name)
            starter = self._starters.get(name) if self.get(name).origin == "starter" else None
            codes = self._make_codes(name, reference, starter, engine)
            if not self._database.read_only:
                store.put_reference_codes(self._database, reference.reference_id, codec, codes)
        return transcript, codes

    def known_reference(self, name: str, codec: str) -> tuple[str, Codes | None]:
        """Transcript and codes of a voice for a codec; None: they have not been made yet.

        Raises:
            VoiceError: the voice is gone.
        """
        voice = next((voice for voice in self.list() if voice.name == name), None)
        if voice is None:
            raise VoiceError(f"There is no voice {name} any more. Choose another for its speakers.")
        reference = store.reference_of(self._database, name)
        starter = self._starters.get(name) if voice.origin == "starter" else None
        if starter is not None and self._own_checkpoint:
            return reference.transcript, starter.codes
        codes = store.reference_codes(self._database, reference.reference_id, codec)
        return reference.transcript, codes

    def seed(self) -> None:
        """Put the voices that come with the studio in the database, or bring them up to date."""
        known = {voice.name: voice for voice in self.list()}
        for starter in self._starters.values():
            old = known.get(starter.voice.name)
            if old is None or old.origin == "starter":
                self._put_starter(starter, old)

    @functools.cached_property
    def _starters(self) -> dict[str, StarterVoice]:
        paths = sorted(self._settings.voices.glob("*.json"))
        return {starter.voice.name: starter for starter in map(read_starter_voice, paths)}

    @property
    def _own_checkpoint(self) -> bool:
        """Whether the codes in the starter voices' files are of the checkpoint that is used."""
        name = self._host.checkpoint
        return name == "starter" or Path(name).resolve() == self._settings.voices.parent.resolve()

    def _put_starter(self, starter: StarterVoice, old: Voice | None) -> None:
        voice, transcript, audio = starter.voice, starter.transcript, starter.audio
        if old is not None:
            kept = store.reference_of(self._database, voice.name)
            voice = replace(voice, tags=old.tags, notes=old.notes)  # those are the user's
            if (old, kept.transcript, kept.audio) == (voice, transcript, audio):
                return
            store.remove_voice(self._database, voice.name)
        store.add_voice(self._database, voice, transcript, audio)

    def _make_codes(
        self,
        name: str,
        reference: store.StoredReference,
        starter: StarterVoice | None,
        engine: Engine,
    ) -> Codes:
        if reference.audio is not None:
            audio, sample_rate = read_recording(reference.audio, MAX_SECONDS)
            return engine.encode(audio, sample_rate).astype(np.uint16)
        if starter is None:
            raise VoiceError(
                f"{name} has neither a recording nor codes. Remove it and add it anew."
            )
        origin = load_engine(self._settings.model_copy(update={"checkpoint": "starter"}))
        audio = origin.decode(starter.codes)
        return engine.encode(audio, origin.info.sample_rate).astype(np.uint16)

    def _own(self, name: str) -> Voice:
        """A voice that can be changed here."""
        voice = self.get(name)
        if voice.origin == "starter":
            raise VoiceError(f"{voice.name} belongs to the starter voices, which stay.")
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; no voice can be changed.")
        return voice

    def _check_words(self, name: str, transcript: str) -> None:
        self._check_name(name)
        if not transcript:
            raise VoiceError(
                f"{name} needs a transcript: the words that are said in the recording, in full."
            )

    def _check_name(self, name: str) -> None:
        if not name or len(name) > MAX_NAME:
            raise VoiceError(f"A voice needs a name of 1 to {MAX_NAME} characters.")
        if name.casefold() in (voice.name.casefold() for voice in self.list()):
            raise VoiceError(f"There is a voice called {name} already. Choose another name.")


def _performable(voices: Sequence[Voice], wanted: Iterable[str]) -> Sequence[Voice]:
    """The voices that a cast may use: those that may perform, and those that were asked for."""
    asked = {name.casefold() for name in wanted}
    found = [voice for voice in voices if voice.may_perform or voice.name.casefold() in asked]
    return found or voices


def _statement(name: str, who: str, basis: str) -> Consent:
    who, basis = " ".join(who.split()), " ".join(basis.split())
    if not who or not basis:
        raise ConsentMissing(
            f"{name} needs consent: say who agreed that this voice is cloned, and on what basis "
            '("Ann Smith: my own voice").'
        )
    return Consent(who, basis, now())


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without white space around them, each once, in order."""
    return tuple(dict.fromkeys(tag for tag in map(str.strip, tags) if tag))


def _check_recording(file_name: str, audio: Audio, sample_rate: int) -> None:
    seconds = audio.size / sample_rate
    if seconds < MIN_SECONDS:
        raise AudioFileError(
            f"{file_name} is {seconds:.1f} s long; a voice needs {MIN_SECONDS:.0f} s at least, and "
            "5 to 15 s are best."
        )
    if not np.isfinite(audio).all() or np.abs(audio).max() < SILENT_PEAK:
        raise AudioFileError(f"{file_name} is silent. Choose a recording in which someone speaks.")
