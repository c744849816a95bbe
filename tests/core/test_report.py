"""The report: every limit of every target passes on its side and fails on the other."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from studio.core.report import FileReport, Measured, Report, Verdict, curve_for, judge
from studio.core.report_page import loudness_plot, report_page
from studio.core.targets import ACX, NONE, PODCAST, STREAMING, TARGETS, Target

GOOD = Measured(
    kind="mp3", seconds=600, sample_rate=44_100, channels=1, kilobits=192, constant=True,
    rms_db=-20, lufs=-19, peak_db=-3.5, true_peak_db=-3.4, floor_db=-70, head_seconds=0.75,
    tail_seconds=2, lufs_curve=(-20.0, -19.0, -30.0),
    rms_curve=(-21.0, -20.0, -31.0),
)  # fmt: skip


def failing(measured: Measured, target: Target, turns: int = 3) -> set[str]:
    return {line.name for line in judge(measured, target, turns) if line.verdict == Verdict.FAIL}


def test_a_good_audiobook_passes_every_line() -> None:
    lines = judge(GOOD, ACX, 3)
    assert failing(GOOD, ACX) == set()
    asked = {line.name for line in lines if line.verdict == Verdict.PASS}
    assert asked == {
        "RMS", "Peak", "Noise floor", "Quietest half second", "Head", "Tail", "Length",
        "Sample rate", "Channels", "Bit rate", "Turns heard",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"rms_db": -23.1}, "RMS"), ({"rms_db": -17.9}, "RMS"), ({"peak_db": -2.9}, "Peak"),
        ({"floor_db": -59.0}, "Noise floor"), ({"floor_db": -120.0}, "Quietest half second"),
        ({"head_seconds": 0.4}, "Head"), ({"head_seconds": 1.1}, "Head"),
        ({"tail_seconds": 0.9}, "Tail"), ({"tail_seconds": 5.2}, "Tail"),
        ({"seconds": 7201}, "Length"), ({"sample_rate": 48_000}, "Sample rate"),
        ({"channels": 6}, "Channels"), ({"kilobits": 128}, "Bit rate"),
        ({"constant": False}, "Bit rate"), ({"silent_turns": (2,)}, "Turns heard"),
    ],
)  # fmt: skip
def test_each_line_fails_by_itself(change: dict[str, object], line: str) -> None:
    assert failing(replace(GOOD, **change), ACX) == {line}  # type: ignore[arg-type]


@pytest.mark.parametrize(("target", "aim"), [(PODCAST, -16), (STREAMING, -14)])
def test_platforms_ask_for_loudness_and_true_peak(target: Target, aim: float) -> None:
    assert failing(replace(GOOD, lufs=aim), target) == set()
    assert failing(replace(GOOD, lufs=aim + 1.1), target) == {"Loudness"}
    assert failing(replace(GOOD, lufs=aim, true_peak_db=-0.9), target) == {"True peak"}


def test_no_target_asks_only_that_every_turn_is_heard() -> None:
    odd = replace(GOOD, rms_db=-50, peak_db=0, floor_db=-120, head_seconds=0)
    assert failing(odd, NONE) == set()
    [line] = [line for line in judge(odd, NONE, 3) if line.verdict != Verdict.INFO]
    assert line.name == "Turns heard"


def test_what_only_mp3_files_must_be_is_information_elsewhere() -> None:
    book = replace(GOOD, kind="m4b", seconds=36_000, constant=False)
    assert failing(book, ACX) == set()


def report(title: str = "A & B", target: str = "acx") -> Report:
    lines = judge(replace(GOOD, rms_db=-30, silent_turns=(2,)), ACX, 3)
    curve, unit = curve_for(GOOD, ACX)
    file = FileReport("01-a.mp3", title, 3, lines, attention=(3,), curve=curve, curve_unit=unit)
    return Report(title, target, "2030-01-01T00:00:00Z", "AI-generated speech", (file,))


def test_the_report_as_json_says_everything() -> None:
    content = report().as_json()
    assert content["ai_generated"] is True and content["passed"] is False
    [file] = content["files"]
    assert file["passed"] is False and file["attention"] == (3,)
    assert {"name": "RMS", "value": -30, "unit": "dBFS", "wanted": "-23 to -18",
            "verdict": "FAIL"} in file["lines"]  # fmt: skip


def test_amounts_are_read_as_people_write_them() -> None:
    lines = judge(replace(GOOD, seconds=8.4), ACX, 3)
    amounts = {line.name: line.amount for line in lines}
    assert amounts["Sample rate"] == "44100 Hz" and amounts["Channels"] == "1"
    assert amounts["Length"] == "0:08 min" and amounts["Turns heard"] == "3"
    assert amounts["RMS"] == "-20.00 dBFS" and amounts["Bit rate"] == "192 kb/s, constant"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_complete_by_itself_and_escapes_titles() -> None:
    title = '<script>alert("x")</script>'
    page = report_page(report(title))
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.seen and "img" not in tags.seen and "link" not in tags.seen
    assert title in tags.text and "polyline" in tags.seen
    assert "http" not in page and "url(" not in page
    assert tags.text.count("FAIL") >= 3 and "nothing heard of turn 2" in tags.text


def test_the_plot_is_in_the_unit_of_the_target_with_its_range_shaded() -> None:
    acx = loudness_plot(report().files[0])
    assert "at most -20.0 dBFS RMS; wanted are -23 to -18 on the whole" in acx and "<rect" in acx
    assert "LUFS" not in acx
    curve, unit = curve_for(GOOD, PODCAST)
    file = FileReport("a", "A", 3, judge(GOOD, PODCAST, 3), curve=curve, curve_unit=unit)
    podcast = loudness_plot(file)
    assert "at most -19.0 LUFS; wanted are -17 to -15" in podcast and "<rect" in podcast
    plain = loudness_plot(replace(file, lines=judge(GOOD, NONE, 3)))
    assert "wanted" not in plain and "<rect" not in plain
    # Five seconds; the first value is of the first three, and stands in their middle.
    assert 'points="239.8,' in plain


def test_the_plot_of_ten_hours_is_small() -> None:
    file = replace(report().files[0], curve=tuple(-20.0 for _ in range(36_000)))
    page = report_page(replace(report(), files=(file,)))
    assert len(page) < 30_000 and ">10:00<" not in page and "600:02" in page


def test_targets_have_room_between_what_is_made_and_what_passes() -> None:
    for target in TARGETS.values():
        if target.peak_db is not None:
            assert target.ceiling_db <= target.peak_db - 0.5
        if target.loudness is not None:
            assert target.loudness[0] < target.aim < target.loudness[1]
        if target.head_seconds and target.tail_seconds:
            assert target.head_seconds[0] <= target.head_ms / 1000 <= target.head_seconds[1]
            assert target.tail_seconds[0] <= target.tail_ms / 1000 <= target.tail_seconds[1]
