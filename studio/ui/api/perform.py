"""Performing for programs: a job belongs to the server, and is asked how far it is."""

from studio.services import PerformRequest, SamplingChoice
from studio.ui.api.answers import Json, JsonList
from studio.ui.context import Context

MAX_WAIT_SECONDS = 60.0


class PerformApi:
    """The operations on jobs."""

    def __init__(self, context: Context) -> None:
        self._workspace = context.workspace
        self._jobs = context.workspace.jobs

    def start(
        self, project: str, chapter: int | None = None, seed: int = 0,
        temperature: float | None = None, top_p: float | None = None,
    ) -> Json:  # fmt: skip
        """Perform what has no take yet in a project, and return the job's progress at once.

        Args:
            project: its slug.
            chapter: only this one, counted from 1; null: all.
            seed: the same seed gives the same audio.
            temperature: more is livelier and less certain; null: as the checkpoint recommends.
            top_p: how much of the probability is drawn from, up to 1; null: as recommended.
        """
        found = self._workspace.projects.open(project)
        cast = self._workspace.casting.chosen(found.slug)
        sampling = SamplingChoice(temperature, top_p)
        request = PerformRequest(found.script, cast, seed, chapter, found.slug, sampling=sampling)
        return self.progress(self._jobs.start(request))

    def progress(self, job: str) -> Json:
        """Return how far a job is: state, turns, sound, speed, time left, problems.

        Args:
            job: its id, as perform_start tells it.
        """
        return self._jobs.progress(job)  # type: ignore[return-value]

    def wait(self, job: str, seconds: float = 30.0) -> Json:
        """Wait until a job has ended or is paused, or for some seconds; returns its progress.

        Args:
            job: its id.
            seconds: at most 60.
        """
        return self._jobs.wait(job, min(max(seconds, 0.0), MAX_WAIT_SECONDS))  # type: ignore[return-value]

    def pause(self, job: str) -> Json:
        """Pause a job; perform_resume goes on with it, also after a restart.

        Args:
            job: its id.
        """
        self._jobs.pause(job)
        return self.progress(job)

    def resume(self, job: str) -> Json:
        """Go on with a job that is paused or has ended; what it has performed is kept.

        Args:
            job: its id.
        """
        return self.progress(self._jobs.resume(job))

    def cancel(self, job: str) -> Json:
        """End a job; what it has performed is kept.

        Args:
            job: its id.
        """
        self._jobs.cancel(job)
        return self.progress(job)

    def list(self, limit: int = 20) -> JsonList:
        """List the newest jobs with their progress, newest first.

        Args:
            limit: how many, at most 100.
        """
        jobs = self._jobs.list(min(max(limit, 1), 100))
        return [
            {"job": job.job_id, "title": job.title, "created": job.created,
             "checkpoint": job.checkpoint, "state": self._jobs.progress(job.job_id).state}
            for job in jobs
        ]  # fmt: skip
