"""A delivery: what is missing for it, its files, and what was measured on each."""

from collections.abc import Callable, Sequence
from pathlib import Path

from markupsafe import Markup

from studio.services import DeliveredFile, Delivery, FileReport, Line, loudness_plot
from studio.ui import delivery_text, phrases, text
from studio.ui.markup import parts

MAX_LISTED = 30
"""Turns that a note names."""


def nothing_open() -> Markup:
    """Return that there is nothing to deliver."""
    return parts.empty(text.NO_PROJECT, text.DELIVER)


def delivery(made: Delivery, address: Callable[[Path], str]) -> Markup:
    """Return the files of a delivery with their verdicts.

    Args:
        address: where a browser finds a file.
    """
    reports = {report.file: report for report in made.report.files}
    files = Markup("").join(
        _file(file, reports.get(file.path.name), address(file.path)) for file in made.files
    )
    page = (
        '<div class="tr-report"><h2 class="tr-heading">{verdict} <small>{facts}</small></h2>'
        '<ul class="tr-files">{files}</ul><p class="tr-all">'
        '<button type="button" data-do="archive">{all}</button>'
        '<a href="{report}" download>{report_name}</a></p><p class="tr-hint">{mark}'
        "</p></div>"
    )
    return Markup(page).format(
        verdict=_verdict("PASS" if made.report.passed else "FAIL"),
        facts=phrases.delivered(made.report), files=files, all=text.DOWNLOAD_ALL,
        report=address(made.report_page), report_name=text.REPORT, mark=made.report.mark,
    )  # fmt: skip


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
        "{plot}<details><summary>{title}</summary><table><tbody>{rows}</tbody></table></details>"
        "{notes}"
    )
    plot = Markup(loudness_plot(report))  # made of numbers alone
    notes = Markup("").join(
        Markup('<p class="tr-problem">{}</p>').format(sentence.format(turns=_listed(turns)))
        for name, sentence in delivery_text.NOTES.items()
        if (turns := getattr(report, name))
    )
    return Markup(page).format(plot=plot, title=text.MEASURED, rows=rows, notes=notes)


def _listed(turns: Sequence[int]) -> str:
    shown = ", ".join(map(str, turns[:MAX_LISTED]))
    left = len(turns) - MAX_LISTED
    return f"{shown} {delivery_text.more_turns(left)}" if left > 0 else shown


def _line(line: Line) -> Markup:
    row = "<tr><th scope=row>{}</th><td>{:.2f} {}</td><td>{}</td><td>{}</td></tr>"
    return Markup(row).format(line.name, line.value, line.unit, line.wanted, _verdict(line.verdict))


def _verdict(verdict: str) -> Markup:
    return Markup('<span class="tr-verdict" data-verdict="{0}">{0}</span>').format(str(verdict))
