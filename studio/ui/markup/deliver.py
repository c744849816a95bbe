"""A delivery: what is missing for it, its files, and what was measured on each."""

from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup

from studio.services import DeliveredFile, Delivery, FileReport, Line, loudness_plot
from studio.ui.markup import parts
from studio.ui.words import delivery_text, phrases, text

LEVELS = ("Loudness", "RMS")
"""Lines of a report that the picture of a file's loudness goes with."""
HARMLESS = ("soft_stale",)
"""Notes that need nobody's attention."""


def nothing_open() -> Markup:
    """Return that there is nothing to deliver."""
    return parts.empty(text.NO_PROJECT)


def nothing_made() -> Markup:
    """Return what will be seen where no file is yet."""
    return Markup('<p class="tr-none">{}</p>').format(delivery_text.NOTHING_MADE)


def delivery(made: Delivery, address: Callable[[Path], str], changed: str) -> Markup:
    """Return the files of a delivery with their verdicts.

    Args:
        address: where a browser finds a file.
        changed: when the project was changed the last time, as it says itself.
    """
    is_old = changed > made.report.created
    reports = {report.file: report for report in made.report.files}
    files = Markup("").join(
        _file(file, reports.get(file.path.name), address(file.path)) for file in made.files
    )
    page = (
        '<div class="tr-report"{old}><h2 class="tr-heading">{title} <small>{facts}</small></h2>'
        '{since}<ul class="tr-files">{files}</ul><p class="tr-all">'
        '<button type="button" data-do="archive">{all}</button>'
        '<a href="{report}" download>{report_name}</a></p><p class="tr-mark">{mark}'
        "</p></div>"
    )
    return Markup(page).format(
        old=Markup(" data-old") if is_old else "",
        facts=delivery_text.held_against(made.report, len(made.files)),
        title=delivery_text.OLD_FILES if is_old else delivery_text.READY, files=files,
        since=_since(made.report.created, changed) if is_old else "",
        all=delivery_text.DOWNLOAD_OLD if is_old else text.DOWNLOAD_ALL,
        report=address(made.report_page), report_name=text.REPORT,
        mark=delivery_text.ai_mark(made.report.mark),
    )  # fmt: skip


def _since(made: str, changed: str) -> Markup:
    """That the script has changed since; the browser writes the times as its clock has them."""
    line = Markup('<p class="tr-ready" data-state="missing" role="status">{}</p>')
    told = Markup.escape(delivery_text.CHANGED_SINCE)
    return line.format(Markup(told).format(made=_moment(made), changed=_moment(changed)))


def _moment(time: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(time, time.replace("T", " ")[:16])


def _file(file: DeliveredFile, report: FileReport | None, url: str) -> Markup:
    page = (
        '<li><div class="tr-file">{verdict}<strong>{title}</strong><small>{file}</small>'
        '<a href="{url}" download="{name}" aria-label="{label}">{download}</a></div>{player}'
        "{measured}</li>"
    )
    name = file.path.name
    return Markup(page).format(
        verdict=_verdict("PASS" if report.passed else "FAIL") if report else "",
        title=(report.title if report else "") or name, name=name, url=url,
        file=name if report and report.title else "",
        label=phrases.download_of(name), download=text.DOWNLOAD,
        measured=_measured(report) if report else "", player=_player(name, url) if report else "",
    )  # fmt: skip


def _player(name: str, url: str) -> Markup:
    page = '<audio controls preload="none" src="{}" aria-label="{}"></audio>'
    return Markup(page).format(url, delivery_text.LISTEN_TO_FILE.format(name=name))


def _measured(report: FileReport) -> Markup:
    rows = Markup("").join(map(_line, report.lines))
    page = (
        "{figure}<details><summary>{title}</summary><table><tbody>{rows}</tbody></table></details>"
        "{notes}"
    )
    notes = Markup("").join(
        Markup('<p class="{}">{}</p>').format(
            "tr-hint" if name in HARMLESS else "tr-problem", delivery_text.note(name, turns)
        )
        for name in delivery_text.NOTES
        if (turns := getattr(report, name))
    )
    return Markup(page).format(figure=_figure(report), title=text.MEASURED, rows=rows, notes=notes)


def _figure(report: FileReport) -> Markup:
    """The loudness over time, with what is wanted of it."""
    plot = Markup(loudness_plot(report))  # made of numbers alone
    if not plot:
        return plot
    level = next((line for line in report.lines if line.name in LEVELS and line.wanted), None)
    page = "<figure><figcaption>{} <small>{}</small></figcaption>{}</figure>"
    wanted = (
        ""
        if level is None
        else delivery_text.WANTED_LEVEL.format(
            name=level.name, value=level.value, unit=level.unit, wanted=level.wanted
        )
    )
    return Markup(page).format(delivery_text.PLOT, wanted, plot)


def _line(line: Line) -> Markup:
    row = "<tr><th scope=row>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>"
    return Markup(row).format(line.name, line.amount, line.wanted, _verdict(line.verdict))


def _verdict(verdict: str) -> Markup:
    return Markup('<span class="tr-verdict" data-verdict="{0}">{0}</span>').format(str(verdict))
