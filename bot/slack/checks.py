"""What the doctor looks at in Slack: the token and what it may do, the clock, events, channels, and who is in them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp
from sqlalchemy.orm import Session

from bot.doctor.check import Check, Look, looked
from bot.doctor.platform import QUIET, ago, clock, people, refusals, unasked
from bot.settings import Settings
from bot.slack.api import TIMEOUT, Slack, Unanswered, ask, call, connect
from bot.slack.app import NEWEST, OLDEST
from bot.slack.manifest import EVENTS, INDISPENSABLE, SCOPES
from bot.slack.payload import PLATFORM, at, word
from bot.slack.roster import roster
from handlers.vocabulary import Member, Place
from storage import health
from storage.database import EVERYWHERE, Database

GUESTS = (
    "Give the app the scope users:read.email, and let guests have an address of their organisation. "
    "With Slack Connect instead of guests, Slack tells it itself."
)
MEANS = {
    "account_inactive": "the app was taken off the workspace: install it again",
    "channel_not_found": "the bot cannot see that channel: invite it",
    "invalid_auth": "the token is wrong: copy it again into SLACK_BOT_TOKEN",
    "is_archived": "the channel is archived",
    "missing_scope": "the app may not do this: see `slack scopes`",
    "not_in_channel": "the bot is not in that channel any more: invite it",
    "restricted_action": "the workspace does not let apps write there: ask its administrator",
    "token_expired": "the token was renewed elsewhere: copy the new one into SLACK_BOT_TOKEN",
    "token_revoked": "the token was taken back: install the app again, and copy the new token into SLACK_BOT_TOKEN",
    "user_not_in_channel": "that person has left the channel",
}
"""What Slack's own codes mean, and what to do."""


async def checks(settings: Settings, database: Database | None, now: datetime) -> list[Check]:
    """All that can be said of Slack, where it is used; without a `database`, only of the token."""
    if settings.slack_bot_token is None:
        return []
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        slack = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        ours: set[str] | None = None
        try:
            told = await ask(slack, "auth.test")
        except Unanswered as unanswered:
            found = [_no_token(unanswered)]
        else:
            ours = {word(told.data, "team_id"), word(told.data, "enterprise_id")}
            headers = {str(name).lower(): str(value) for name, value in told.headers.items()}
            found = [token(told.data), scopes(headers), clock(PLATFORM, headers.get("date"), now, NEWEST, OLDEST)]
        if settings.slack_app_token is not None:
            found.append(await socket(slack, settings.slack_app_token.get_secret_value()))
        if database is None:
            return found
        looks: dict[str, Look] = {}
        if ours is not None:
            looks["slack channels"] = partial(channels, slack, database, ours)
            looks["slack people"] = partial(people, PLATFORM, database, partial(_present, slack), GUESTS)
        looks["slack events"] = partial(events, database, now)
        looks["slack refusals"] = partial(refusals, PLATFORM, database, _meaning, now)
        return found + [await looked(name, look, patience=120) for name, look in looks.items()]


def _no_token(unanswered: Unanswered) -> Check:
    code = unanswered.sent.error or "no reason"
    if unanswered.sent.outcome in ("retry", "unknown"):
        todo = "See whether this machine may reach Slack (SLACK_API_URL), and try again."
        return Check("slack token", "problem", f"Slack does not answer ({code}).", todo)
    return Check("slack token", "problem", f"Slack refuses the token ({code}).", _meaning(code))


def token(told: Mapping[str, Any]) -> Check:
    """Whether the token is that of a bot."""
    if not word(told, "bot_id"):
        todo = "Set SLACK_BOT_TOKEN to the *Bot User OAuth Token* (xoxb-…), not to that of a person."
        return Check("slack token", "problem", "The token works, but is that of a person.", todo)
    return Check("slack token", "ok", f"Slack knows the bot, in workspace {word(told, 'team_id')}.")


async def socket(slack: Slack, app_token: str) -> Check:
    """Whether Slack gives a connection for Socket Mode. None is opened."""
    try:
        await call(slack.client.apps_connections_open(app_token=app_token))
    except Unanswered as unanswered:
        words = f"Slack gives no connection ({unanswered.sent.error})."
        todo = "Make an app-level token of this app with the scope connections:write, and turn Socket Mode on."
        return Check("slack socket", "problem", words, todo)
    return Check("slack socket", "ok", "Slack gives a connection for Socket Mode.")


def scopes(headers: Mapping[str, str]) -> Check:
    """Whether the app may do all that it has to, and what suffers otherwise."""
    given = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")} - {""}
    if not given:
        return Check("slack scopes", "warning", "Slack does not say what the app may do.", "Compare with the manifest.")
    missing = [scope for scope in SCOPES if scope not in given]
    if missing:
        state = "problem" if INDISPENSABLE & set(missing) else "warning"
        words = "\n".join(("The app may not do all it should:", *(f"- {each}: {SCOPES[each]}" for each in missing)))
        todo = "Add these under OAuth & Permissions, Bot Token Scopes; then install the app again."
        return Check("slack scopes", state, words, todo)  # type: ignore[arg-type]
    return Check("slack scopes", "ok", f"The app may do all it should ({len(SCOPES)} scopes).")


async def events(database: Database, now: datetime) -> Check:
    """When Slack last told us something. Which events it should tell us of, a bot may not ask."""

    def look(db: Session) -> tuple[datetime | None, datetime | None]:
        return health.last_received(db, f"{PLATFORM}:Ev"), health.last_received(db, f"{PLATFORM}:")

    event, anything = await database.read(EVERYWHERE, look)
    todo = f"Event Subscriptions should have: {', '.join(EVENTS)}."
    if event is not None and now - event <= QUIET:
        return Check("slack events", "ok", f"The last event came {ago(now - event)}.")
    if event is not None:
        words = f"The last event came {ago(now - event)}; on a working day that is long."
        return Check("slack events", "warning", words, f"Write something in the channel, and look again. {todo}")
    if anything is not None:
        words = "People use its commands or buttons, but no event came in two days."
        return Check("slack events", "problem", words, f"Is the address verified there? {todo}")
    words = "Nothing came from Slack in the last two days."
    todo = f"Write something in the channel, and look again. Is the address right, and verified? {todo}"
    return Check("slack events", "warning", words, todo)


async def channels(slack: Slack, database: Database, ours: set[str]) -> Check:
    """Whether the bot is still in the channels that it knows."""

    def look(db: Session) -> list[tuple[str, str]]:
        return [(channel.tenant.partition(":")[2], channel.channel) for channel in health.channels(db, PLATFORM)]

    known = await database.read(EVERYWHERE, look)
    elsewhere = sum(team not in ours for team, _ in known)
    if elsewhere:
        words = f"{elsewhere} of {len(known)} channels belong to another workspace than the token."
        return Check("slack channels", "problem", words, "Set SLACK_BOT_TOKEN and DATABASE_URL that go together.")
    try:
        wrong = [f"- {channel}: {why}" for _, channel in known if (why := await _out_of(slack, channel)) is not None]
    except Unanswered as unanswered:
        return unasked("slack channels", unanswered)
    if wrong:
        words = "\n".join(("The bot is not at home in all its channels:", *wrong))
        return Check("slack channels", "warning", words, "Invite the bot there again, or remove it for good.")
    return Check("slack channels", "ok", f"The bot is in every channel that it knows ({len(known)}).")


async def _out_of(slack: Slack, channel: str) -> str | None:
    """Why the bot cannot speak in a channel; None when it can. Raises Unanswered."""
    try:
        told = await ask(slack, "conversations.info", channel=channel)
    except Unanswered as unanswered:
        if unanswered.sent.outcome == "refused":
            return _meaning(unanswered.sent.error or "")
        raise
    if at(told.data, "channel", "is_archived") is True:
        return MEANS["is_archived"]
    return None if at(told.data, "channel", "is_member") is True else MEANS["not_in_channel"]


async def _present(slack: Slack, place: Place) -> tuple[Member, ...]:
    """Who is in a channel; nobody in one that the bot is not in, which is said elsewhere. Raises Unanswered."""
    try:
        return await roster(slack, place)
    except Unanswered as unanswered:
        if unanswered.sent.outcome != "refused":
            raise
        return ()


def _meaning(code: str) -> str:
    return MEANS.get(code, "look this code up at docs.slack.dev")
