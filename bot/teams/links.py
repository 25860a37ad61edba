"""The address of a message or channel in Teams, made of what is remembered of it."""

from urllib.parse import quote, urlencode


def link(tenant: str, channel: str, thread: str | None, message: str | None) -> str | None:
    """Where a message is read, or else the thread or the channel. None for an id that is not a channel's."""
    if not channel.startswith("19:"):
        return None
    there = quote(channel, safe="")
    about = message or thread
    if about is None:
        return f"https://teams.microsoft.com/l/channel/{there}/?{urlencode({'tenantId': tenant})}"
    if not about.isdigit():
        return None
    more = urlencode({"tenantId": tenant, "parentMessageId": thread or about, "createdTime": about})
    return f"https://teams.microsoft.com/l/message/{there}/{about}?{more}"
