"""What an export is read into: one message of one person, whatever the platform and the format it came from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Written:
    """One message as it reads now. `thread` is the id of the message it replies to, None in the channel itself.

    `team` is the author's home: a Slack workspace or a Microsoft tenant, None when unknown or for a guest; `domain`
    that of the e-mail address. `opens` says that there are replies to it.
    """

    channel: str
    id: str
    ts: datetime
    author: str
    team: str | None
    domain: str | None
    text: str
    thread: str | None = None
    opens: bool = False


def safe(value: object) -> str:
    """The text in a field; nothing when there is none."""
    if not isinstance(value, str):
        return ""
    # Half an emoji is legal in JSON, but nothing can be done with it.
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
