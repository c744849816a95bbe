"""Who speaks: by tag, by role, by pronoun, by turns; and how sure each of them is."""

import pytest

from studio.core.attribution import SURE, attribute
from studio.core.model import NARRATOR


def speakers(*paragraphs: str, **options: dict[int, str]) -> list[str]:
    return [quotation.speaker for quotation in attribute([paragraphs], **options)]


def sure(*paragraphs: str) -> list[bool]:
    return [quotation.confidence >= SURE for quotation in attribute([paragraphs])]


@pytest.mark.parametrize(
    "text",
    [
        "“Yes,” said Mr. Utterson.",
        "“Yes,” Mr. Utterson replied, with a sigh.",
        "“Yes,” quickly returned Mr. Utterson; and he left.",
        "Mr. Utterson said, “Yes.”",
        "And Mr. Utterson, turning to the door, slowly said: “Yes.”",
        "“Yes!” Mr. Utterson broke out.",
    ],
)
def test_a_tag_names_the_speaker(text: str) -> None:
    assert speakers(text) == ["Mr. Utterson"]
    assert sure(text) == [True]


def test_forms_of_a_name_are_one_person() -> None:
    assert speakers(
        "“A,” said Mr. Utterson.", "“B,” said Utterson.", "“C,” said Utterson.",
        "“D,” said Mrs. Hill.", "“E,” said Mr. Hill.",
    ) == ["Utterson", "Utterson", "Utterson", "Mrs. Hill", "Mr. Hill"]  # fmt: skip


def test_a_role_is_the_person_of_whom_it_is_told() -> None:
    told = "Mr. Utterson the lawyer was a man of few words. Mr. Utterson smiled."
    assert speakers(told, "“Yes,” said Mr. Utterson.", "“No,” said the lawyer.",
                    "“Well?” asked the old porter.") == [
        "Mr. Utterson", "Mr. Utterson", "The Old Porter",
    ]  # fmt: skip


def test_a_paragraph_and_an_unfinished_speech_keep_their_speaker() -> None:
    assert speakers("“A,” said Anna. “B.” She rose. “C.", "“D.”") == ["Anna"] * 4


def test_dialogue_takes_turns_with_little_confidence() -> None:
    talk = ["“A,” said Anna.", "“B,” said Ben.", "“C.”", "“D.”", "“E,” said Anna."]
    assert speakers(*talk) == ["Anna", "Ben", "Anna", "Ben", "Anna"]
    assert sure(*talk) == [True, True, False, False, True]


def test_a_pronoun_is_resolved_by_gender_and_never_sure() -> None:
    talk = ["“A,” said Mr. Hill.", "“B,” said Mrs. Dale.", "“C,” he said.", "“D,” she said."]
    assert speakers(*talk) == ["Mr. Hill", "Mrs. Dale", "Mr. Hill", "Mrs. Dale"]
    assert sure(*talk) == [True, True, False, False]


def test_who_acts_right_before_is_the_one_who_he_is() -> None:
    talk = ["“A,” said Mr. Hill.", "“B,” said Mr. Dale.", "Mr. Dale nodded. “C,” he said."]
    assert speakers(*talk)[-1] == "Mr. Dale"
    assert not sure(*talk)[-1]


def test_nobody_answers_by_calling_their_own_name() -> None:
    talk = ["“A,” said Anna.", "“B,” said Ben.", "“C,” said Anna.", "“D, Ben?”"]
    assert speakers(*talk)[-1] != "Ben"


def test_what_no_rule_reaches_stays_with_the_narrator() -> None:
    [quotation] = attribute([["“A voice in the dark.”"]])
    assert (quotation.speaker, quotation.confidence) == (NARRATOR, 0.0)


def test_i_is_the_narrator_and_a_letter_is_read() -> None:
    assert speakers("“A,” said I.", "“My dear Anna, come.”") == [NARRATOR, NARRATOR]


def test_a_correction_is_certain_and_helps_its_neighbors() -> None:
    talk = ["“A.”", "“B,” said Ben.", "“C.”"]
    assert speakers(*talk, corrections={1: "Cleo"}) == ["Cleo", "Ben", "Cleo"]
    [first, *_] = attribute([talk], {1: "Cleo"})
    assert (first.confidence, first.rule) == (1.0, "corrected by you")


def test_numbers_count_through_all_chapters() -> None:
    found = attribute([["“A,” said Ann. “B.”"], ["", "“C.”"]])
    assert [(q.number, q.chapter, q.paragraph) for q in found] == [(1, 0, 0), (2, 0, 0), (3, 1, 1)]
