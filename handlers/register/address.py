"""Where one meeting is found on the web as a file for a calendar: unguessable, and gone with the project's own address.

It is made of the secret of the whole calendar, which it does not give away: who has it sees this one meeting.
"""

import hmac
from base64 import urlsafe_b64encode

from handlers.turn import Turn
from storage.tables import Item

BYTES = 24
"""Of what is in the address instead of a secret of its own."""


def of_meeting(turn: Turn, item: Item) -> str | None:
    """The address of a meeting; None where nobody outside reaches us, and where the project has no address."""
    key = item.project.calendar_key
    if turn.public_url is None or key is None:
        return None
    return f"{turn.public_url}c/{item.id}/{mark(key, item.id)}.ics"


def mark(key: str, item: int) -> str:
    """What shows that somebody was given the address of a meeting, in a project with this secret."""
    digest = hmac.digest(key.encode(), f"meeting {item}".encode(), "sha256")
    return urlsafe_b64encode(digest[:BYTES]).decode()
