"""How far a performance is, what needs attention, and the file of what is finished."""

from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup

from studio.services import Export, Job, Progress
from studio.ui.words import delivery_text, phrases, text

LEAST_LEFT = 2
"""Seconds; that less is left is not said."""


SAID = ("running", "paused", "cancelled", "interrupted", "failed")
"""The states whose sentence says how many turns are done."""


def progress(report: Progress, waiting: Sequence[Job] = ()) -> Markup:
    """Return how far a performance is: turns, sound, speed, time left, and what needs attention.

    Args:
        waiting: the performances behind it, the next one first.
    """
    page = (
        '<div class="tr-progress" data-job="{job}" data-state="{state}">'
        "{going}{error}{attention}{waiting}</div>"
    )
    return Markup(page).format(
        job=report.job_id,
        state=report.state,
        going=_going(report),
        error=_error(report),
        attention=_attention(report),
        waiting=_waiting(waiting),
    )


def _going(report: Progress) -> Markup:
    page = (
        '<div class="tr-going"><p role="status">{message}</p><p class="tr-current">{current}</p>'
        '{bar}<p class="tr-sofar">{facts}</p></div>'
    )
    bar = '<progress max="1" value="{0:.4f}">{0:.0%}</progress>'
    return Markup(page).format(
        message=report.message,
        bar="" if report.finished else Markup(bar).format(report.fraction),
        facts=" · ".join(_facts(report)),
        current="" if report.finished else report.current,
    )


def _facts(report: Progress) -> list[str]:
    if report.state == "cancelled":
        return []
    facts = [phrases.sound(report.audio_seconds)] if report.audio_seconds else []
    if report.state not in SAID:
        facts.insert(0, phrases.turn_of(report.turns_done, report.turns_total))
    if report.speed > 0:
        facts.append(phrases.speed(report.speed))
    if not report.resting:
        if report.eta_seconds is None:
            facts.append(text.ESTIMATING)
        elif report.eta_seconds >= LEAST_LEFT:
            facts.append(phrases.time_left(report.eta_seconds))
    if report.reused_turns:
        facts.append(phrases.reused(report.reused_turns))
    return facts


def _error(report: Progress) -> Markup:
    if not report.error or report.error == report.message:
        return Markup("")
    return Markup('<p class="tr-problem" role="alert">{}</p>').format(report.error)


def _attention(report: Progress) -> Markup:
    if not report.attention:
        return Markup("")
    line = '<li><button type="button" data-number="{}">{}</button>: {}</li>'
    lines = [
        Markup(line).format(
            item.turn + 1, phrases.turn_label(item.turn + 1, item.speaker), item.reason
        )
        for item in report.attention
    ]
    page = '<details class="tr-attention" open><summary>{} ({})</summary><ul>{}</ul></details>'
    return Markup(page).format(text.ATTENTION, len(lines), Markup("").join(lines))


def _waiting(jobs: Sequence[Job]) -> Markup:
    if not jobs:
        return Markup("")
    line = '<li>{} <button type="button" data-drop="{}" aria-label="{}">{}</button></li>'
    lines = [
        Markup(line).format(phrases.waiting(job), job.job_id, phrases.drop(job.title), text.CANCEL)
        for job in jobs
    ]
    page = '<div class="tr-attention tr-waiting"><h3>{}</h3><ol>{}</ol></div>'
    return Markup(page).format(text.WAITING, Markup("").join(lines))


def quick_file(export: Export, url: str, slug: str) -> Markup:
    """Return a link to the file of a finished performance, and one to what is made of it there."""
    page = (
        '<p class="tr-quick"><a id="download" href="{url}" download>{what}</a> '
        '<span>{facts}</span> <span>{better} <a href="#{slug}/deliver">{deliver}</a></span></p>'
    )
    facts = phrases.export_facts(export.turns, export.seconds, export.size_bytes)
    return Markup(page).format(
        url=url, what=text.QUICK_FILE, facts=facts, better=text.QUICK_FILE_BETTER,
        slug=quote(slug, safe=""), deliver=delivery_text.DELIVER,
    )  # fmt: skip
