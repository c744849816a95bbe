"""Whether a script speaks of somebody as `she` or `he`: clearly, or not at all."""

import pytest

from studio.core.gender import spoken_of
from studio.core.script_text import parse_script


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("I love Cecily. She is kind. Cecily knows her mind.", {"Cecily": "female"}),
        ("Jack is late; he always is. Ask Jack what he did. Cecily?", {"Jack": "male"}),
        ("Jack says he will. Is that all about Jack?", {}),
        ("Jack and her. Jack and his. Jack and her. Jack and his.", {}),
        ("Jacky and his hat. Jacky and his hat.", {}),
        ("Bracknell has her hat. Bracknell has her cane.", {"Lady Bracknell": "female"}),
    ],
)
def test_the_pronouns_behind_a_name_are_counted(said: str, found: dict[str, str]) -> None:
    script = parse_script(f"Jack: {said}\n\nCecily: Yes.\n\nLady Bracknell: No.")
    assert spoken_of(script) == found


def test_a_role_tells_where_nothing_is_said_of_it() -> None:
    script = parse_script("The Old Gentleman: Hm.\n\nThe Maid: Yes.\n\nThe Clerk: No.")
    assert spoken_of(script) == {"The Old Gentleman": "male", "The Maid": "female"}
