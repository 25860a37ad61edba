"""The tip: whether there is one, what it says, and what its author does with it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers import coaching, consent, effect, phrases, restraint
from handlers.hours import end_of_day
from handlers.other import other
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Due,
    Effect,
    Part,
    Place,
    Refused,
    Reply,
    Say,
    Submission,
    Text,
    Tip,
    Update,
    Whisper,
)
from prompts import Phrasebook
from prompts.ear import CLIENT_PATTERNS, SUPPLIER_PATTERNS, Hearing
from prompts.tips import Chosen, choose, tip_named, why
from storage import consents, members, nudges, projects, recent
from storage.recent import Said, Writing
from storage.tables import Channel, Member, Nudge

HELD_BACK = 0.1
"""The share of tips that is held back, so that their effect can be measured."""
FIRST = {"vague_deferral": "promise", "impactless_complaint": "feedback"}
"""The first button on a tip, where something can be filed instead of written."""


def judge(event: Due, turn: Turn) -> Iterable[Effect]:
    """An author has fallen silent: note what was heard, and decide whether a tip helps now."""
    burst = recent.burst(turn.db, event.tenant, event.row)
    if burst is None or burst.due_at > turn.now:
        return
    hearing = turn.hearing
    # Most of what is written needs nothing but to be remembered as heard.
    matters = hearing is not None and (hearing.nudge or "emergency" in hearing.signs)
    messages, conversation = coaching.written(turn, burst) if matters else ([], [])
    label, signs = (hearing.label, " ".join(sorted(hearing.signs))) if hearing is not None else (None, None)
    recent.end_burst(turn.db, burst, label, signs)
    if hearing is not None:
        effect.heard(turn, burst, hearing)
    if hearing is None or not messages:
        return
    channel = projects.channel(turn.db, burst.tenant, burst.channel)
    member = members.by_id(turn.db, burst.tenant, burst.member_id)
    if channel is None or member is None:
        return
    if not coaching.listening(channel, turn.now) or member.off:
        return
    if turn.policy.restraint and restraint.emergency(turn, channel, hearing):
        yield from _emergency_line(turn, channel)
    elif turn.now <= burst.last_at + turn.policy.worth and not burst.left_alone:
        yield from _tip(turn, channel, member, burst, messages, conversation, hearing)


def _emergency_line(turn: Turn, channel: Channel) -> Iterable[Effect]:
    """Show whom to ring, where the project has told: once a day, which its name in the outbox sees to."""
    line = channel.project.emergency_line
    if line is not None:
        card = phrases.note(phrases.everyone(channel.project), "nudges.emergency", line=line)
        yield Say(consent.place_of(channel), card, f"emergency:{channel.id}:{turn.now:%Y%m%d}")


def _tip(
    turn: Turn,
    channel: Channel,
    member: Member,
    burst: Writing,
    messages: list[Said],
    conversation: list[Said],
    hearing: Hearing,
) -> Iterable[Effect]:
    if not hearing.nudge or not _welcome(turn, channel, member, burst, conversation, hearing):
        return
    message, span = _where(messages, hearing.quote)
    measured = turn.policy.holdback and "measure" in consents.agreed(turn.db, channel.project)
    held_back = measured and turn.dice() < HELD_BACK
    invitation = turn.policy.restraint and member.tips != "yes" and not held_back
    chosen = _choose(turn, member, hearing.label, conversation)
    if hearing.question is not None:
        chosen = replace(chosen, starter=hearing.question)
    nudge = nudges.add(
        turn.db,
        channel,
        member,
        thread=burst.thread,
        message=message.message,
        pattern=hearing.label,
        tip=chosen.name,
        quote=span,
        held_back=held_back,
        invitation=invitation,
        measured=measured,
        now=turn.now,
    )
    member.last_tip_at = turn.now
    if held_back:
        return
    member.first_tip_at = member.first_tip_at or turn.now
    if invitation:
        asked = "asked" if member.tips == "new" else "asked_again"
        for each in members.anywhere(turn.db, member.tenant, member.person):
            if each.tips in ("new", "asked"):
                each.tips, each.asked_at = asked, turn.now
    place = consent.place_of(channel)
    yield Whisper(
        Place(place.platform, place.team, place.channel, burst.thread),
        phrases.person(member),
        tip_card(phrases.reader(member), nudge, chosen, hearing.quote, invitation=invitation),
        coaching.nudge_key(nudge),
        until=burst.last_at + turn.policy.worth,
        about=message.message,
        tip=Tip(hearing.label, hearing.quote),
    )


def _welcome(
    turn: Turn, channel: Channel, member: Member, burst: Writing, conversation: list[Said], hearing: Hearing
) -> bool:
    """Whether a tip about what was heard may be given to its author now."""
    asked_for_quiet = member.quiet_until is not None and turn.now < member.quiet_until
    return (
        hearing.label in SUPPLIER_PATTERNS + CLIENT_PATTERNS
        and "tip" in consents.agreed(turn.db, channel.project)
        and not asked_for_quiet
        and restraint.moment(hearing, member.side, conversation) is None
        and not (
            turn.policy.restraint and restraint.restrained(turn, channel, member, hearing, burst.thread, conversation)
        )
    )


def may_ask_a_model(event: Due, turn: Turn) -> bool:
    """Whether a language model may read this burst: everyone agreed, and a tip could come of it."""
    burst = recent.burst(turn.db, event.tenant, event.row)
    channel = projects.channel(turn.db, burst.tenant, burst.channel) if burst is not None else None
    member = members.by_id(turn.db, burst.tenant, burst.member_id) if burst is not None else None
    if burst is None or channel is None or member is None or turn.hearing is None:
        return False
    return (
        coaching.listening(channel, turn.now)
        and not member.off
        and not burst.left_alone
        and turn.now <= burst.last_at + turn.policy.worth
        and "model" in consents.agreed(turn.db, channel.project)
        and _welcome(turn, channel, member, burst, coaching.written(turn, burst)[1], turn.hearing)
    )


def _where(messages: list[Said], quote: str | None) -> tuple[Said, tuple[int, int] | None]:
    """The message of a burst that holds the phrase, and where in it."""
    for row in messages:
        if quote and (start := row.text.find(quote)) >= 0:
            return row, (start, start + len(quote))
    return messages[-1], None


def _choose(turn: Turn, member: Member, pattern: str, conversation: list[Said]) -> Chosen:
    """The tip for this person: another than last time, built on what the other side wrote, in the way they address."""
    book, said = phrases.reader(member), other(conversation, member)
    had = sum(n.pattern == pattern for n in nudges.given_since(turn.db, [member], turn.now - timedelta(days=365)))
    # A starter is written in the language of the conversation that it goes into, the tip itself in its reader's.
    spoken = said.language or book.language
    words = choose(spoken, pattern, other=said.gist, address=said.address, turn=had)
    return Chosen(words.name, words.move, tip_named(book.language, words.name).text, words.starter)


def starter(nudge: Nudge, member: Member, conversation: list[Said]) -> str:
    """The beginning of an answer that a tip offered, built anew from what is still remembered."""
    said = other(conversation, member)
    spoken = said.language or phrases.reader(member).language
    return tip_named(spoken, nudge.tip, other=said.gist, address=said.address).starter


def tip_card(book: Phrasebook, nudge: Nudge, chosen: Chosen, quote: str | None, *, invitation: bool) -> Card:
    """A tip as its author sees it: the own phrase, what may help, a beginning to go on with, three buttons, a menu."""
    about = str(nudge.id)
    parts: list[Text | Buttons] = [Text(book.say("tips.only_you.text"), "note")]
    if invitation:
        parts.append(Text(book.say("nudges.invitation.text")))
    if quote:
        parts.append(Text(quote, "quote"))
    parts += [Text(chosen.text), Text(chosen.starter, "starter")]
    first = FIRST.get(nudge.pattern, "help")
    row = [Button(first, book.say(f"tips.buttons.{first}"), about, "primary")]
    row.append(Button("why", book.say("tips.buttons.why"), about))
    if invitation:
        row += [Button(name, book.say(f"nudges.invitation.{name}"), about) for name in ("more", "no_more")]
    menu = ("misheard", "fine", "quiet_today", "quiet_always")
    row += [Button(name, book.say(f"tips.buttons.{name}"), about, menu=True) for name in menu]
    return Card(chosen.text, (*parts, Buttons(tuple(row))))


def shown_again(turn: Turn, book: Phrasebook, nudge: Nudge, everywhere: list[Member]) -> list[Part]:
    """A tip as it was shown before, as far as the words around it are still remembered."""
    quote, conversation = said_in(turn, nudge)
    member = next(each for each in everywhere if each.id == nudge.member_id)
    chosen = replace(tip_named(book.language, nudge.tip), starter=starter(nudge, member, conversation))
    answered = set(nudges.outcomes(turn.db, nudge)) & {"fine", "misheard", "repaired", "deleted"}
    parts = tip_card(book, nudge, chosen, quote, invitation=False).parts[1:]
    return [part for part in parts if not (answered and isinstance(part, Buttons))]


# --- what its author does with it


def _receiver(turn: Turn, nudge: Nudge) -> Member | None:
    return members.by_id(turn.db, nudge.tenant, nudge.member_id) if nudge.member_id is not None else None


def own(event: ButtonPress | Submission, turn: Turn) -> tuple[Nudge, Member]:
    """The tip that a button belongs to, if it is the presser's own; refused otherwise."""
    nudge = nudges.by_id(turn.db, event.place.tenant, row_named(event.about))
    member = _receiver(turn, nudge) if nudge is not None else None
    if nudge is None or member is None or member.person != event.who.id:
        raise Refused({"": "nudges.refused.not_yours"})
    return nudge, member


def said_in(turn: Turn, nudge: Nudge) -> tuple[str | None, list[Said]]:
    """The phrase that a tip is about and the conversation around it, as long as they are remembered."""
    channel = projects.channel(turn.db, nudge.tenant, nudge.channel)
    row = recent.find(turn.db, channel, nudge.message) if channel is not None and nudge.message else None
    if channel is None or row is None:
        return None, []
    quote = None
    if nudge.quote_from is not None:
        quote = row.text[nudge.quote_from : nudge.quote_until] or None
    return quote, recent.conversation(turn.db, nudge.tenant, nudge.channel, nudge.thread, nudge.at)


def explain(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Why do I see this? How it comes about that people write this, and what was recognised."""
    nudge, member = own(event, turn)
    nudges.happened(turn.db, nudge, "why", turn.now)
    quote, _ = said_in(turn, nudge)
    mechanism, recognised = why(phrases.reader(member).language, nudge.pattern, quote)
    only_you = Text(phrases.reader(member).say("tips.only_you.text"), "note")
    yield Reply(Card(mechanism, (only_you, Text(mechanism), Text(recognised))))


def answered(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Leave it, not right, not today, tips off, more of these or no more: noted, done, and the tip makes room."""
    nudge, member = own(event, turn)
    kind = event.button
    nudges.happened(turn.db, nudge, kind, turn.now)
    everywhere = members.anywhere(turn.db, member.tenant, member.person)
    for each in everywhere:
        if kind == "quiet_today":
            each.quiet_until = end_of_day(turn.now, ZoneInfo(member.zone or member.project.zone))
        elif kind == "quiet_always":
            each.off = True
            effect.switched_off(turn, each)
            recent.forget_member(turn.db, each)
        elif kind == "more":
            each.tips, each.asked_at = "yes", turn.now
        elif kind == "no_more":
            each.tips = "quiet"
    yield Update(phrases.note(phrases.reader(member), f"nudges.answered.{kind}"))


def unanswered(event: Due, turn: Turn) -> Iterable[Effect]:
    """A day went by and nothing happened after a tip. After three of those the coach goes quiet, and says so once."""
    nudge = nudges.by_id(turn.db, event.tenant, event.row)
    if nudge is None or nudge.open_until is None or nudge.open_until > turn.now:
        return
    nudges.happened(turn.db, nudge, "ignored", turn.now)
    member = _receiver(turn, nudge)
    channel = projects.channel(turn.db, nudge.tenant, nudge.channel)
    if member is None or channel is None or nudge.held_back or member.tips == "quiet" or not turn.policy.restraint:
        return
    if not channel.listening:
        return  # it is quiet there already
    # Who came back starts anew; `asked_at` is when they last said yes.
    since = member.asked_at if member.tips == "yes" and member.asked_at is not None else nudge.at - timedelta(days=365)
    everywhere = members.anywhere(turn.db, member.tenant, member.person)
    if restraint.unanswered(turn, nudges.given_since(turn.db, everywhere, since)):
        for each in everywhere:
            each.tips = "quiet"
        card = phrases.note(phrases.reader(member), "nudges.gone_quiet")
        yield Whisper(consent.place_of(channel), phrases.person(member), card, f"quiet:{nudge.id}")
