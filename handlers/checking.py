"""Before sending: the same ear on a draft, of which nothing is stored; and help with an answer to what was said."""

from collections.abc import Iterable

from handlers import coaching, nudges, phrases
from handlers.other import Other, other
from handlers.turn import Listen, Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Effect,
    Form,
    OpenForm,
    Person,
    Place,
    Refused,
    Reply,
    Submission,
    Text,
    TextField,
)
from prompts import Phrasebook
from prompts.ear import Hearing
from prompts.tips import choose
from storage import members, projects, recent
from storage import nudges as kept
from storage.recent import Said
from storage.tables import Member

LONGEST = 3_000
"""Characters of a draft; what Slack's own field takes."""
LIKELY = 0.5
"""From this confidence on a pattern in a draft is spoken of: when it is more likely there than not."""


def _member(turn: Turn, who: Person, place: Place) -> Member:
    """Whoever asks, in this channel's project or else in the first they are known in; refused when on no known side."""
    everywhere = [m for m in members.anywhere(turn.db, place.tenant, who.id) if m.side is not None]
    channel = projects.channel(turn.db, place.tenant, place.channel)
    here = [m for m in everywhere if channel is not None and m.project_id == channel.project_id]
    for member in here or everywhere:
        return member
    raise Refused({"": "checking.refused.unknown"})


def _conversation(turn: Turn, place: Place, member: Member) -> list[Said]:
    channel = projects.channel(turn.db, place.tenant, place.channel)
    # Which channel it is about can be made up: only somebody of its project is helped with what was said there.
    if channel is None or channel.project_id != member.project_id or not coaching.listening(channel, turn.now):
        return []
    return recent.conversation(turn.db, channel.tenant, channel.channel, place.thread, turn.now)


def _verdict(book: Phrasebook, hearing: Hearing | None, said: Other) -> list[Text]:
    """What the ear makes of a draft, in words."""
    if hearing is None:
        return [Text(book.say("checking.cannot_now"))]
    if not _has_pattern(hearing):
        return [Text(book.say("checking.good_impact" if hearing.label == "impact_feedback" else "checking.good"))]
    tip = choose(book.language, hearing.label, other=said.gist, address=said.address, turn=0)
    quoted = [Text(hearing.quote, "quote")] if hearing.quote else []
    label = Text(book.say("checking.missing", what=book.say(f"tips.label.{hearing.label}")))
    return [*quoted, label, Text(tip.text), Text(tip.starter, "starter")]


def _has_pattern(hearing: Hearing) -> bool:
    return hearing.label not in ("none", "impact_feedback") and hearing.confidence >= LIKELY


# --- /spraak check


def draft(event: Command | ButtonPress | Submission, turn: Turn) -> Listen | None:
    """The draft to hear: typed behind the command, or filled in on the form."""
    text = event.text if isinstance(event, Command) else event.answers.get("draft", "")
    if not text.strip():
        return None
    member = _member(turn, event.who, event.place)
    side = str(member.side)
    return Listen(text, side, coaching.context_of(_conversation(turn, event.place, member), side))


def check(event: Command, turn: Turn) -> Iterable[Effect]:
    """Look at a draft: at once when it stands behind the command, on a form otherwise."""
    member = _member(turn, event.who, event.place)
    book = phrases.reader(member)
    if not event.text.strip():
        yield OpenForm(_draft_form(book, "", []))
        return
    verdict = _verdict(book, turn.hearing, other(_conversation(turn, event.place, member), member))
    only_you = Text(book.say("tips.only_you.text"), "note")
    quoted = Text(book.say("checking.your_text", text=event.text), "note")
    yield Reply(Card(book.say("checking.title"), (only_you, quoted, *verdict)))


def check_form(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Open the form on which a draft can be looked at."""
    yield OpenForm(_draft_form(phrases.reader(_member(turn, event.who, event.place)), "", []))


def check_again(event: ButtonPress | Submission, turn: Turn) -> Iterable[Effect]:
    """Look (again) at the draft on the form."""
    member = _member(turn, event.who, event.place)
    text = event.answers.get("draft", "")
    book = phrases.reader(member)
    if not text.strip():
        raise Refused({"draft": "checking.refused.empty"})
    verdict = _verdict(book, turn.hearing, other(_conversation(turn, event.place, member), member))
    yield OpenForm(_draft_form(book, text, verdict))


def _draft_form(book: Phrasebook, text: str, verdict: list[Text]) -> Form:
    field = TextField("draft", book.say("checking.draft"), lines=6, value=text, longest=LONGEST)
    return Form(
        "check",
        book.say("checking.title"),
        book.say("checking.look"),
        book.say("checking.close"),
        (Text(book.say("checking.nothing_kept"), "note"), field, *verdict),
    )


# --- Help me answer


def _help_form(book: Phrasebook, about: str, theirs: str, text: str, verdict: list[Text]) -> Form:
    quoted = [Text(book.say("checking.other_wrote")), Text(theirs[:600], "quote")] if theirs else []
    look = Buttons((Button("look_again", book.say("checking.look_again"), about),))
    answer = TextField("answer", book.say("checking.answer"), lines=6, value=text, longest=LONGEST)
    return Form(
        "help",
        book.say("checking.help_title"),
        book.say("checking.done"),
        book.say("checking.close"),
        (*quoted, answer, look, *verdict),
        about=about,
    )


def help_me(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """A form with a beginning of an answer, to go on with."""
    nudge, member = nudges.own(event, turn)
    kept.happened(turn.db, nudge, "helped", turn.now)
    book = phrases.reader(member)
    _, conversation = nudges.said_in(turn, nudge)
    starter = nudges.starter(nudge, member, conversation)
    yield OpenForm(_help_form(book, event.about, other(conversation, member).text, starter, []))


def answer(event: ButtonPress | Submission, turn: Turn) -> Listen | None:
    """The answer on the form, to be heard against what the other side said."""
    nudge, member = nudges.own(event, turn)
    text = event.answers.get("answer", "")
    _, conversation = nudges.said_in(turn, nudge)
    side = str(member.side)
    return Listen(text, side, coaching.context_of(conversation, side)) if text.strip() else None


def look_again(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Look at the answer as it is now, and go on with it."""
    nudge, member = nudges.own(event, turn)
    _, conversation = nudges.said_in(turn, nudge)
    said, book = other(conversation, member), phrases.reader(member)
    text = event.answers.get("answer", "")
    empty = [Text(book.say("checking.refused.empty"))]
    verdict = _verdict(book, turn.hearing, said) if text.strip() else empty
    yield OpenForm(_help_form(book, event.about, said.text, text, verdict))


def help_done(event: Submission, turn: Turn) -> Iterable[Effect]:
    """The answer is ready to copy. The bot never posts it: that is for its author to do."""
    _, member = nudges.own(event, turn)
    text = event.answers.get("answer", "").strip()
    if not text:
        raise Refused({"answer": "checking.refused.empty"})
    book = phrases.reader(member)
    verdict = []
    if turn.hearing is not None and _has_pattern(turn.hearing):
        verdict = [Text(book.say("checking.missing", what=book.say(f"tips.label.{turn.hearing.label}")), "note")]
    yield OpenForm(
        Form(
            "copy",
            book.say("checking.help_title"),
            "",
            book.say("checking.close"),
            (Text(book.say("checking.copy")), Text(text, "starter"), *verdict),
        )
    )
