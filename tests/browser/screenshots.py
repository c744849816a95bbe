"""Takes the pictures of the documentation: every section, light, dark and at the width of a phone.

Is: a command. It performs and delivers a short scene with the starter, in a workspace of its own,
opens the real app on it and writes `docs/images/SECTION-LOOK.webp`.
Is not: a test; `tests/test_docs.py` asks whether every picture that a document shows is there.

    make screenshots
"""

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from studio import paths
from studio.services import PerformRequest, Workspace, open_workspace
from studio.settings import Settings
from tests.browser.conftest import QUIET, find_browser
from tests.serving import ROOT, serve

FOLDER = ROOT / "docs" / "images"
SECTIONS = ("projects", "script", "cast", "listen", "voices", "deliver", "model")
LOOKS = {"light": (1280, 800), "dark": (1280, 800), "phone": (390, 844)}
TURNS = 16
QUALITY = 82
MOST_BYTES = 2_500_000
PERFORM_SECONDS = 600
PERFORM_MS = 240_000


def main() -> int:
    """Write the pictures; 1 if they are too large together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        settings = Settings(projects=Path(temporary) / "projects")
        with open_workspace(settings) as workspace:
            slug = performed(workspace)
        with serve(settings, Path(temporary) / "log") as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET)
            deliver(browser, f"{url}/#{slug}/deliver")
            for look in LOOKS:
                take(browser, f"{url}/#{slug}/", look, folder)
            browser.close()
    size = sum(path.stat().st_size for path in folder.glob("*.webp"))
    print(f"{len(SECTIONS) * len(LOOKS)} pictures in {folder}, {size / 1e6:.1f} MB")
    return int(size > MOST_BYTES)


def performed(workspace: Workspace) -> str:
    """Make the project of the pictures, and perform it; returns its slug."""
    workspace.projects.create("# Chapter 1\n\nNarrator: It was a dark night.", title="Night Mail")
    project = workspace.projects.create(scene())
    cast = workspace.casting.chosen(project.slug)
    job = workspace.jobs.start(PerformRequest(project.script, cast, project=project.slug))
    workspace.jobs.wait(job, PERFORM_SECONDS)
    return project.slug


def scene() -> str:
    """The beginning of the sample, with a direction and a pause to be seen."""
    sample = (paths.ASSETS / "samples" / "earnest.txt").read_text(encoding="utf-8")
    words, *turns = sample.split("\n\n")
    shown = [words, *turns[: TURNS + 1]]
    shown[3] = shown[3].replace("Jack: ", "Jack: [soft] ", 1)
    shown[4] = shown[4].replace("my dear fellow.", "my dear fellow. [pause 0.6s]", 1)
    return "\n\n".join(shown)


def deliver(browser: Browser, address: str) -> None:
    """Have the scene delivered once, so that there is a report to show."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    button = page.locator("#deliver")
    expect(button).to_be_enabled(timeout=30_000)
    button.click()
    page.wait_for_selector(".tr-report svg", timeout=PERFORM_MS)
    page.close()


def take(browser: Browser, address: str, look: str, folder: Path) -> None:
    """Take the pictures of one look."""
    width, height = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if look == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{address}script")
    page.wait_for_selector("#editor .tr-row")
    for section in SECTIONS:
        page.locator(f"nav [data-section={section}]").click()
        page.wait_for_timeout(1500)  # waveforms, states and fonts come in their own time
        picture(page, folder / f"{section}-{look}.webp")
    context.close()


def picture(page: Page, path: Path) -> None:
    """Write what is seen, small."""
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    shot.convert("RGB").save(path, quality=QUALITY, method=6)


if __name__ == "__main__":
    raise SystemExit(main())
