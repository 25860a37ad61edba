"""The address of a message or channel in Slack, made of what is remembered of it."""

from urllib.parse import quote


def link(channel: str, thread: str | None, message: str | None) -> str | None:
    """Where a message is read, or else the thread or the channel. Slack leads there from its own address to the
    workspace of who opens it, for the workspace's name is not remembered. None for an id that is not Slack's.
    """
    if not channel.isalnum():
        return None
    about = message or thread
    if about is None:
        return f"https://slack.com/archives/{channel}"
    if not about.replace(".", "", 1).isdigit():
        return None
    address = f"https://slack.com/archives/{channel}/p{about.replace('.', '')}"
    in_thread = thread is not None and thread != about
    return f"{address}?thread_ts={quote(str(thread), safe='')}&cid={channel}" if in_thread else address
