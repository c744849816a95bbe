"""The whole story by the named endpoints alone, as a program on this machine would call them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

SCRIPT = "# One\n\nLane: Yes, sir.\n\nAlgernon: Did you hear that?\n"


@pytest.fixture(scope="module")
def client(studio_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    found = Client(studio_url, verbose=False, download_files=tmp_path_factory.mktemp("down"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def ask(client: Client):
    return lambda name, *given, **named: client.predict(*given, api_name=f"/{name}", **named)


@pytest.fixture(scope="module")
def project(ask) -> str:
    return ask("projects_create", SCRIPT, title="By program")["project"]


def test_from_a_script_to_a_measured_file(ask, project: str) -> None:
    voices = [voice["name"] for voice in ask("voices_list")]
    cast = ask("cast_choose", project, voices={"Lane": voices[0], "Algernon": voices[1]})
    assert [line["voice"] for line in cast] == voices[:2]
    read = ask("script_read", project)
    assert [turn["speaker"] for turn in read["turns"]] == ["Lane", "Algernon"]

    job = ask("perform_start", project)["job_id"]
    for _ in range(8):
        progress = ask("perform_wait", job, seconds=20)
        if progress["state"] == "done":
            break
    assert progress["state"] == "done", progress["message"]
    states = ask("takes_status", project)
    assert [turn["state"] in ("done", "attention") for turn in states] == [True, True]
    [take, *_] = ask("takes_history", project, 1)
    assert take["selected"]
    locked = ask("takes_lock", project, 1, take["number"])
    assert any(one["locked"] for one in locked)
    assert soundfile.info(ask("takes_sound", project, 1)).duration > 0

    ask("deliver_start", project, formats=["flac"], table=True)
    delivery = ask("deliver_wait", project, seconds=60)
    assert delivery["state"] == "done", delivery
    [audio] = [file["file"] for file in delivery["files"] if file["kind"] == "flac"]
    sound, rate = soundfile.read(audio)
    assert rate == 44_100
    assert len(sound) / rate > 0.2
    assert abs(sound).max() > 0.01
    assert delivery["report"]


def test_a_project_goes_out_as_a_bundle_and_comes_in_again(ask, project: str) -> None:
    path = ask("projects_export_bundle", project)
    assert Path(path).suffix == ".tableread"
    came = ask("projects_import_bundle", handle_file(path))
    assert came["title"] == "By program"
    assert came["project"] != project
    assert ask("projects_delete", came["project"])["trashed"]
    assert came["project"] in [one["slug"] for one in ask("projects_list", trashed=True)]
    assert not ask("projects_restore", came["project"])["trashed"]


def test_a_book_is_previewed_and_brought_in(ask, tmp_path: Path) -> None:
    book = tmp_path / "tea.txt"
    book.write_text(SCRIPT)
    preview = ask("projects_preview", handle_file(book))
    assert [speaker["name"] for speaker in preview["speakers"]] == ["Lane", "Algernon"]
    made = ask("projects_bring_in", handle_file(book), title="Tea")
    assert set(made["cast"]) == {"Lane", "Algernon"}


def test_a_script_is_edited_searched_and_put_back(ask) -> None:
    slug = ask("projects_create", SCRIPT, title="Edited")["project"]
    opened = ask("script_open", slug)
    turn = ask("script_read", slug)["turns"][0]["turn"]
    edit = {"kind": "rewrite", "turn": turn, "text": "No, sir."}
    ask("script_edit", slug, opened["frame"]["revision"], [edit])
    assert len(ask("script_find", slug, "No")["found"]) == 1
    ask("script_undo", slug)
    assert ask("script_read", slug)["turns"][0]["text"] == "Yes, sir."
    put = ask("script_put", slug, SCRIPT.replace("Yes", "Certainly"))
    assert put["turns"][0]["turn"] == turn  # it kept its id


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("projects_open", ["gone"], "There is no project gone"),
        ("projects_create", [""], "the script has no text"),
        ("projects_create", ["Lane: [oops"], "is never closed"),
        ("projects_rename", ["by-program", ""], "1 to 200 characters"),
        ("cast_choose", ["by-program", {"Nobody": "Ada"}], "Unknown speaker"),
        ("perform_progress", ["none"], "There is no job none"),
        ("perform_progress", [{"not": "a string"}], "should be a valid string"),
        ("takes_history", ["by-program", 99], "has no turn 99"),
        ("deliver_start", ["by-program", ["ogg"]], "ogg"),
        ("models_download", ["s2-pro"], "accept it first"),
        ("models_use", ["/etc"], "There is no checkpoint /etc"),
        ("voices_remove", ["Nobody"], "Nobody"),
        ("voices_rename", ["Nobody", "Somebody"], "Nobody"),
        ("script_edit", ["by-program", "x", [{"kind": "explode"}]], "explode"),
    ],
)  # fmt: skip
def test_an_error_is_one_plain_sentence(ask, project: str, name: str, given, said: str) -> None:
    with pytest.raises(AppError) as caught:
        ask(name, *given)
    assert said in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_only_uploads_are_read(studio_url: str, studio_folder: Path) -> None:
    """As a program would that does not upload, and names a file of this computer instead."""
    url = f"{studio_url}/gradio_api/call"
    database = studio_folder / "projects" / "studio.db"
    for path in ("/etc/passwd", str(database), "../projects/studio.db"):
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        for name in ("projects_import_bundle", "projects_preview", "voices_check"):
            event = httpx.post(f"{url}/{name}", json={"data": [file]}).json()["event_id"]
            answer = httpx.get(f"{url}/{name}/{event}", timeout=20).text
            assert "event: error" in answer
            assert "root:" not in answer and "SQLite" not in answer


def test_the_endpoints_do_not_weigh_on_the_first_page(studio_url: str) -> None:
    page = httpx.get(studio_url).text
    assert "projects_create" not in page
    programs = httpx.get(f"{studio_url}/programs").text
    assert "projects_create" in programs


def test_what_the_page_alone_calls_is_no_endpoint(client: Client) -> None:
    from studio.ui.api.endpoints import NOUNS

    names = client.view_api(return_format="dict")["named_endpoints"]
    assert {name.strip("/").partition("_")[0] for name in names} == set(NOUNS)
