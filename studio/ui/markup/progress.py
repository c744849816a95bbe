"""How far a performance is, what needs attention, and the finished chapter."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.services import Export, Job, Progress
from studio.ui import phrases, text


def progress(report: Progress, waiting: Sequence[Job] = (), *, again: bool = False) -> Markup:
    """Return how far a performance is: turns, sound, speed, time left, and what needs attention.

    Args:
        waiting: the performances behind it, the next one first.
        again: of single turns; of these nothing is said when they are done.
    """
    page = (
        '<div class="tr-progress" data-job="{job}" data-state="{state}"{again}>'
        '<p role="status">{message}</p>'
        '{bar}<p class="tr-sofar">{facts}</p>'
        '<p class="tr-current">{current}</p>{error}{attention}{waiting}</div>'
    )
    bar = '<progress max="1" value="{0:.4f}">{0:.0%}</progress>'
    return Markup(page).format(
        job=report.job_id,
        state=report.state,
        again=Markup(" data-again") if again else "",
        message=report.message,
        bar="" if report.finished else Markup(bar).format(report.fraction),
        facts=" · ".join(_facts(report)),
        current="" if report.finished else report.current,
        error=_error(report),
        attention=_attention(report),
        waiting=_waiting(waiting),
    )


def _facts(report: Progress) -> list[str]:
    facts = [
        phrases.turn_of(report.turns_done, report.turns_total),
        phrases.sound(report.audio_seconds),
    ]
    if report.speed > 0:
        facts.append(phrases.speed(report.speed))
    if not report.resting:
        known = report.eta_seconds is not None
        facts.append(phrases.time_left(report.eta_seconds or 0) if known else text.ESTIMATING)
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


def player(export: Export, url: str) -> Markup:
    """Return a player of a finished chapter, with what the file holds."""
    page = (
        '<h2 class="tr-heading">{title} <small>{facts}</small></h2>'
        '<audio controls preload="metadata" src="{url}" aria-label="{title}"></audio>'
    )
    facts = phrases.export_facts(export.turns, export.seconds, export.size_bytes)
    return Markup(page).format(title=text.CHAPTER_PLAYER, facts=facts, url=url)
