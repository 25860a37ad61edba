"""What the other side said, as far as a starter can build on it."""

from dataclasses import dataclass

from prompts import LANGUAGES
from prompts.ear import address, gist, language
from storage.recent import Said
from storage.tables import Member

WORTH_QUOTING = 3
"""How many of their last messages are searched for a phrase to quote."""


@dataclass(frozen=True)
class Other:
    """The other side's last words. `gist` is the phrase that best shows what it means for their work."""

    text: str
    gist: str | None
    address: str | None
    language: str | None


NOBODY = Other("", None, None, None)


def other(conversation: list[Said], member: Member) -> Other:
    """What the other side of this person said last in a conversation; only suppliers get it quoted back."""
    said = [row.text for row in reversed(conversation) if row.side != member.side][:WORTH_QUOTING]
    if not said:
        return NOBODY
    quotable = next((found for text in said if (found := gist(text)) is not None), None)
    spoken = language(said[0])
    return Other(
        text=said[0],
        gist=quotable if member.side == "supplier" else None,
        address=address(said[0]),
        language=spoken if spoken in LANGUAGES else None,
    )
