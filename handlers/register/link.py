"""The project's secret address, by which people who are not in the channel can file something."""

import secrets
from collections.abc import Iterable

from handlers import consent, phrases
from handlers.register import rights, steps
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Effect,
    Part,
    Refused,
    Reply,
    Say,
    Text,
    Update,
)
from prompts import Phrasebook
from storage import links, projects
from storage.tables import Link, Member

BYTES = 24
"""Of chance in a secret: far beyond guessing, and short enough for a QR code that a phone reads from a wall."""


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Say whether there is an address and since when, with what somebody can do about it."""
    _, member = meant(turn, event)
    book = phrases.reader(member)
    if turn.public_url is None:
        yield Reply(phrases.note(book, "link.no_public_url"))
        return
    steps.check_keeping(turn, member.project)
    link = links.of_project(turn.db, member.project)
    title = book.say("link.title")
    parts: list[Part] = [Text(title, "heading"), Text(book.say("link.what")), *_stands(turn, book, member, link)]
    buttons = tuple(_buttons(turn, book, member, link))
    yield Reply(Card(title, (*parts, Buttons(buttons)) if buttons else tuple(parts)))


def _stands(turn: Turn, book: Phrasebook, member: Member, link: Link | None) -> Iterable[Text]:
    if link is None:
        yield Text(book.say("link.none_client" if rights.may(turn, "link_make", member) else "link.none_supplier"))
        return
    yield Text(book.say("link.since", day=phrases.day(book, link.made_at, phrases.zone_of(member))))
    yield Text(book.say("link.not_again"), "note")


def _buttons(turn: Turn, book: Phrasebook, member: Member, link: Link | None) -> Iterable[Button]:
    about = str(member.project_id)
    if link is not None:
        yield Button("link_make", book.say("link.buttons.renew"), about, confirm=book.say("link.confirm.renew"))
        stop = book.say("link.buttons.stop")
        yield Button("link_stop", stop, about, style="danger", confirm=book.say("link.confirm.stop"))
    elif rights.may(turn, "link_make", member):
        yield Button("link_make", book.say("link.buttons.make"), about, style="primary")


def make(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Make an address, which is shown this once to who made it. One that there was stops, and all are told."""
    channel, member = meant(turn, event)
    book = phrases.reader(member)
    steps.check_keeping(turn, member.project)
    if turn.public_url is None:
        raise Refused({"": "link.no_public_url"})
    there = links.of_project(turn.db, member.project)
    rights.check(turn, "link_make" if there is None else "link_renew", member)
    secret = secrets.token_urlsafe(BYTES)
    renewed = links.make(turn.db, channel, links.digest(secret), turn.now)
    address, title = f"{turn.public_url}f/{secret}", book.say("link.made_title")
    # In the place of the card that said whether there was one.
    yield Update(
        Card(
            title,
            (
                Text(title, "heading"),
                Text(address, "starter"),
                Text(book.say("link.share")),
                Text(book.say("link.poster")),
                Text(f"{address}/poster", "starter"),
                Text(book.say("link.once"), "note"),
            ),
        )
    )
    yield from _tell(turn, member, "link.renewed" if renewed else "link.made", event.id)


def stop(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """The address stops, and all are told."""
    _, member = meant(turn, event)
    rights.check(turn, "link_stop", member)
    if not links.stop(turn.db, member.project):
        raise Refused({"": "link.refused.none"})
    yield Update(phrases.note(phrases.reader(member), "link.stopped_reply"))
    yield from _tell(turn, member, "link.stopped", event.id)


def _tell(turn: Turn, member: Member, key: str, event_id: str) -> Iterable[Effect]:
    """Both sides see that there is an address, or none any more, and who saw to that; never the address itself."""
    said = phrases.note(phrases.everyone(member.project), key, who=phrases.person(member))
    for channel in projects.channels(turn.db, member.project):
        yield Say(consent.place_of(channel), said, f"link:{channel.id}:{event_id}")
