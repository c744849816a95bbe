"""What ties a job to a project: which turn of the project each turn of the job's script is.

Is: the ids of turns, carried over to the text that the job performs.
Is not: stored; where the project's text has changed since, the turns are recognized as after any
other edit, and a turn that is gone has no id.
"""

from studio.core.identity import carry_ids
from studio.core.model import Job, Script
from studio.core.script_text import parse_script
from studio.errors import ProjectError
from studio.services.projects import Projects


def project_of(projects: Projects, reference: str, text: str) -> str:
    """The id of the project whose text this is; empty where no project is named.

    Raises:
        ProjectError: there is no such project, or it has another text.
    """
    if not reference:
        return ""
    project = projects.open(reference)
    if project.script != text:
        raise ProjectError(f"The script of {project.slug} has changed. Perform it anew.")
    return project.project_id


def job_script(projects: Projects, job: Job) -> Script:
    """The script of a job, its turns with the ids that they have in its project."""
    script = parse_script(job.script)
    project = projects.find(job.project_id) if job.project_id else None
    if project is None:
        return script
    return carry_ids(projects.script(project), script, lambda: "")
