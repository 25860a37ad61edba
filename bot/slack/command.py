"""The slash command by which the bot is asked something in Slack, where whoever runs it chose their own."""

LONGEST = 31
"""Characters, without the stroke."""
# fmt: off
RESERVED = frozenset({
    "apps", "archive", "away", "call", "collapse", "dm", "dnd", "expand", "feed", "feedback", "help", "huddle",
    "invite", "join", "kick", "leave", "me", "msg", "mute", "open", "people", "prefs", "remind", "remove", "rename",
    "search", "shortcuts", "shrug", "star", "status", "topic", "who",
})
# fmt: on
"""Slack's own commands: with one of them, Slack refuses the whole manifest."""


def fitting(name: str) -> str:
    """The name of a command, without the stroke. Raises ValueError, which says what Slack would not take."""
    name = name.removeprefix("/")
    if name in RESERVED:
        raise ValueError(f"/{name} is Slack's own: choose another command")
    if not name or len(name) > LONGEST or name != name.lower() or any(c.isspace() or c == "/" for c in name):
        raise ValueError(f"/{name} cannot be a command: take at most {LONGEST} small letters, without spaces")
    return name
