"""Who is in the playground: one room for each language, each with its own people."""

from dataclasses import dataclass

from handlers.vocabulary import Member, Person, Place, Side

PLATFORM = "playground"
TEAM = "playground"
ZONES = {"nl": "Europe/Amsterdam", "en": "Europe/London"}
ORGANISATIONS: dict[Side, str] = {"supplier": "Brugwerk", "client": "Oeverland"}
"""What the two organisations are called; their keys are the sides they are on."""


@dataclass(frozen=True)
class Player:
    """Someone in a room. Who is `seated` has a pane of their own on the page; the others only speak in the opening."""

    id: str
    name: str
    side: Side
    seated: bool = False

    @property
    def person(self) -> Person:
        return Person(PLATFORM, self.side, self.id)


@dataclass(frozen=True)
class Scene:
    """One shared channel: its id, its language and the people in it."""

    channel: str
    language: str
    players: tuple[Player, ...]

    @property
    def place(self) -> Place:
        return Place(PLATFORM, TEAM, self.channel)

    def player(self, id: str) -> Player | None:
        """Who goes by this id here, if anybody."""
        return next((player for player in self.players if player.id == id), None)


# People differ per language, because what the bot remembers of a person (their language above all) is not per room.
SCENES = (
    Scene(
        "samen-nl",
        "nl",
        (
            Player("sanne", "Sanne", "supplier", seated=True),
            Player("bram", "Bram", "supplier"),
            Player("karim", "Karim", "client", seated=True),
            Player("anja", "Anja", "client"),
        ),
    ),
    Scene(
        "samen-en",
        "en",
        (
            Player("sophie", "Sophie", "supplier", seated=True),
            Player("ben", "Ben", "supplier"),
            Player("imran", "Imran", "client", seated=True),
            Player("alice", "Alice", "client"),
        ),
    ),
)


def scene(channel: str) -> Scene | None:
    """The room with this channel id, if there is one."""
    return next((found for found in SCENES if found.channel == channel), None)


def name_of(person: Person) -> str:
    """What a person is called on the page; the bare id for somebody who is not in the cast."""
    return next((player.name for each in SCENES for player in each.players if player.person == person), person.id)


def members(channel: str) -> tuple[Member, ...]:
    """What the playground, as a platform, knows of the people in a room."""
    found = scene(channel)
    if found is None:
        return ()
    zone = ZONES[found.language]
    return tuple(
        Member(player.person, player.side, ORGANISATIONS[player.side], zone, found.language) for player in found.players
    )
