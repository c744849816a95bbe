"""The delivery report as one HTML page that needs nothing else: no script, no font, no picture.

Is: text from numbers; every string from outside is escaped.
Is not: part of the browser studio; the page travels with the files.
"""

from collections.abc import Iterator
from html import escape

from studio.core.report import CURVE_SECONDS, FileReport, Line, Report, Verdict

WIDTH, HEIGHT = 720, 150
_LEFT, _BOTTOM = 34, 18
_TOP, _LOW = -6.0, -42.0  # LUFS or dBFS; what is quieter lies on the lower edge
MAX_POINTS = 700
UNITS = {"dBFS": "dBFS RMS"}
"""How a curve's unit is written, where that is not the unit itself."""

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --pass: #177245; --fail: #b3261e; --ink: #26547c }
@media (prefers-color-scheme: dark) { :root { --pass: #6fcf97; --fail: #ff8a80; --ink: #8ab4d8 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2.2rem 0 .3rem }
p { margin: .3rem 0 } .quiet { opacity: .75; font-size: .9rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: .93rem }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line) }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
@media (max-width: 30rem) { td.n { white-space: normal } }
.PASS { color: var(--pass); font-weight: 600 } .FAIL { color: var(--fail); font-weight: 700 }
.INFO { opacity: .6 } svg { width: 100%; height: auto; display: block; margin: .4rem 0 }
svg text { font: 10px system-ui, sans-serif; fill: currentColor; opacity: .7 }
"""


def report_page(report: Report) -> str:
    """A whole HTML document."""
    title = escape(report.title or "Untitled")
    failed = sum(line.verdict == Verdict.FAIL for file in report.files for line in file.lines)
    verdict = _verdict(report.passed)
    count = f"{len(report.files)} {'file' if len(report.files) == 1 else 'files'}"
    result = "every line passes" if not failed else f"{failed} lines fail"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Delivery report: {title}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{title}</h1><p>{verdict} Target {escape(report.target)}: {count}, {result}.</p>"
        f'<p class="quiet">{escape(report.created)}. {escape(report.mark)}</p>'
        f"{''.join(map(_file, report.files))}</body></html>\n"
    )


def _file(file: FileReport) -> str:
    rows = "".join(map(_row, file.lines))
    notes = "".join(_notes(file))
    return (
        f"<h2>{escape(file.title or file.file)}</h2>"
        f'<p class="quiet">{escape(file.file)}</p>{loudness_plot(file)}'
        "<table><thead><tr><th>Measured</th><th></th><th>Wanted</th><th>Verdict</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>{notes}"
    )


def _notes(file: FileReport) -> Iterator[str]:
    notes = (
        ("failed a check, used anyway", file.attention),
        ("changed since; what is heard is as it was performed then", file.stale),
        ("performed before a change in front of it, which sounds as good", file.soft_stale),
    )
    for words, turns in notes:
        if turns:
            count = "1 turn" if len(turns) == 1 else f"{len(turns)} turns"
            yield f"<p>{count} ({', '.join(map(str, turns))}): {words}.</p>"


def _row(line: Line) -> str:
    return (
        f'<tr><td>{escape(line.name)}</td><td class="n">{escape(line.amount)}</td>'
        f"<td>{escape(line.wanted)}</td><td>{_verdict_word(line.verdict)}</td></tr>"
    )


def _verdict(passed: bool) -> str:
    return _verdict_word(Verdict.PASS if passed else Verdict.FAIL)


def _verdict_word(verdict: Verdict) -> str:
    return f'<span class="{verdict}">{verdict}</span>'


def loudness_plot(file: FileReport) -> str:
    """Loudness over time, in the unit of the target, whose range is shaded.

    A value stands in the middle of what it was measured over, so that the line begins and ends
    a little inside. The label tells in words what the picture shows.
    """
    stretch = max(1, -(-len(file.curve) // MAX_POINTS))
    values = _thinned(file.curve, stretch)
    if len(values) < 2:
        return ""
    seconds = (len(file.curve) - 1) * file.curve_step + CURVE_SECONDS
    middle = ((stretch - 1) * file.curve_step + CURVE_SECONDS) / 2
    points = " ".join(
        f"{_place((at * stretch * file.curve_step + middle) / seconds):.1f},{_height(value):.1f}"
        for at, value in enumerate(values)
    )
    unit, wanted = UNITS.get(file.curve_unit, file.curve_unit), _wanted(file)
    label = f"Loudness over {seconds / 60:.1f} minutes, at most {max(values):.1f} {unit}"
    label += f"; wanted are {wanted} on the whole." if wanted else "."
    legend = f"{unit}; wanted on the whole: shaded" if wanted else unit
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'{_band(wanted)}{_grid(seconds)}<text x="{WIDTH}" y="10" text-anchor="end">{legend}</text>'
        f'<polyline points="{points}" fill="none" stroke="var(--ink)" stroke-width="1.4"/></svg>'
    )


def _wanted(file: FileReport) -> str:
    """The range that a target wants in the unit of the curve, as in "-23 to -18"; else empty."""
    lines = (line.wanted for line in file.lines if line.unit == file.curve_unit)
    return next((wanted for wanted in lines if " to " in wanted), "")


def _band(wanted: str) -> str:
    if not wanted:
        return ""
    low, high = map(_height, map(float, wanted.split(" to ")))
    return (
        f'<rect x="{_LEFT}" width="{WIDTH - _LEFT}" y="{high:.1f}" height="{low - high:.1f}" '
        'fill="var(--ink)" opacity="0.16"/>'
    )


def _thinned(curve: tuple[float, ...], stretch: int) -> list[float]:
    """The loudest of each stretch of values."""
    return [max(curve[at : at + stretch]) for at in range(0, len(curve), stretch)]


def _grid(seconds: float) -> str:
    parts = []
    for level in range(-10, int(_LOW), -10):
        y = _height(level)
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="var(--line)"/>'
            f'<text x="0" y="{y + 3:.1f}">{level}</text>'
        )
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = _place(share)
        anchor = "end" if share == 1 else "start" if share == 0 else "middle"
        at = int(share * seconds)
        parts.append(
            f'<text x="{x:.0f}" y="{HEIGHT - 4}" text-anchor="{anchor}">'
            f"{at // 60}:{at % 60:02d}</text>"
        )
    return "".join(parts)


def _place(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT)


def _height(level: float) -> float:
    share = (min(max(level, _LOW), _TOP) - _LOW) / (_TOP - _LOW)
    return (HEIGHT - _BOTTOM) * (1 - share)
