"""The scripts that come with the studio, and the project that a new workspace begins with.

Is: what makes the studio useful in its first minute.
Is not: put in a workspace again when somebody has thrown it away.
"""

from dataclasses import dataclass

from studio import paths
from studio.services.projects import Projects
from studio.services.scripts import read_script


@dataclass(frozen=True, slots=True)
class SampleScript:
    """A script that comes with the studio."""

    slug: str
    title: str
    text: str
    turns: int


def sample_scripts() -> tuple[SampleScript, ...]:
    """The sample scripts, shortest first."""
    samples = []
    for path in paths.SAMPLES.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        view = read_script(text)
        samples.append(SampleScript(path.stem, view.title or path.stem, text, len(view.turns)))
    return tuple(sorted(samples, key=lambda sample: sample.turns))


def begin_with_a_sample(projects: Projects) -> None:
    """Put the first sample in a workspace that has never had a project."""
    if not projects.list() and not projects.list(trashed=True):
        projects.create(sample_scripts()[0].text)
