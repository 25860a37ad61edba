"""The opening conversation is a script with people of the room, in both languages, that ends where a reply is due."""

from datetime import UTC, datetime

import pytest

from bot.playground import opening
from bot.playground.cast import SCENES, Scene

ENDS = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.language)
def test_the_opening_is_played_by_the_people_of_the_room(scene: Scene) -> None:
    first, second, *says = opening.lines(scene.language, ENDS)
    assert first == {"do": "set", "lang": scene.language, "restraint": False, "holdback": False}
    sides = {side: [player.id for player in scene.players if player.side == side] for side in ("supplier", "client")}
    assert second == {"do": "join", "place": scene.channel, "consent": True} | sides
    assert {line["do"] for line in says} == {"say"}
    assert {line["place"] for line in says} == {scene.channel}
    assert all(scene.player(line["who"]) for line in says)
    last = scene.player(says[-1]["who"])
    assert last is not None
    assert last.side == "client"
    assert says[-1]["text"].endswith("?")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.language)
def test_its_moments_are_moved_together(scene: Scene) -> None:
    at = [datetime.fromisoformat(line["at"]) for line in opening.lines(scene.language, ENDS) if "at" in line]
    assert at == sorted(at)
    assert at[-1] == ENDS
    assert 0 < (at[-1] - at[0]).total_seconds() < 3600


def test_both_languages_tell_the_same_story() -> None:
    dutch, english = (opening.lines(language, ENDS) for language in ("nl", "en"))
    assert [line.get("at") for line in dutch] == [line.get("at") for line in english]
