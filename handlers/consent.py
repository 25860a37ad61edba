"""Every organisation says yes before the bot listens, by the person whose job that is; each takes it back at once."""

from collections.abc import Iterable
from uuid import uuid4
from zoneinfo import ZoneInfo

from handlers import phrases
from handlers.register import promoting, steps
from handlers.register.kinds import MAY_COMMIT
from handlers.roster import channel_for, enrol, is_in, known, speaking_for
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    ChoiceField,
    Command,
    Effect,
    Form,
    OpenForm,
    Person,
    Place,
    Refused,
    Replace,
    Reply,
    Say,
    Submission,
    Text,
    Update,
)
from prompts import Phrasebook
from storage import consents, members, outbox, projects, recent
from storage.privacy import ERASED
from storage.tables import Channel, Organisation, Project

ROLES = ("contract", "service", "it", "sponsor", "other")
USUAL_SCOPES = ("hear", "tip", "registers", "pulses", "measure")
"""What is ticked beforehand: all but the language model."""


BEGINS = "consent.changed.listening"
"""What is said when everyone has said yes."""
HEARS = (BEGINS, "choices.pause_over", "halting.resumed")
"""What is said only where it is true: all of it says that the bot listens from now on."""


def why_deaf(project: Project, organisations: list[Organisation], agreed: set[int]) -> tuple[str, str] | None:
    """Why the bot may not listen: a phrase and the organisations it is about; None when it may."""
    if project.ended_at is not None:
        return "consent.why_deaf.ended", ""
    unknown = [o.name for o in organisations if o.side is None]
    if unknown:
        return "consent.why_deaf.side", ", ".join(unknown)
    clients = [o for o in organisations if o.side == "client"]
    if len(clients) > 1:
        return "consent.why_deaf.two_clients", ""
    if not clients:
        return "consent.why_deaf.no_client", ""
    if len(clients) == len(organisations):
        return "consent.why_deaf.no_supplier", ""
    missing = [o.name for o in organisations if o.id not in agreed]
    return ("consent.why_deaf.consent", ", ".join(missing)) if missing else None


def weigh(turn: Turn, project: Project) -> tuple[str, str] | None:
    """Open or close the ears to match what was agreed; returns why they are closed, or None.

    Once closed, what was said is forgotten, and tips that have not left yet stay.
    """
    organisations = projects.organisations(turn.db, project)
    heard = {c.organisation_id for c in consents.given(turn.db, project) if c.scope == "hear"}
    reason = why_deaf(project, organisations, heard)
    projects.listen(turn.db, project, reason is None)
    if reason is not None:
        for channel in projects.channels(turn.db, project):
            recent.forget_channel(turn.db, channel.tenant, channel.channel)
            outbox.drop_whispers(turn.db, channel.tenant, channel.channel)
    if reason is None and project.agreed_at is None:
        project.agreed_at = turn.now
        promoting.plan(turn, project)
    return reason


def _hears(turn: Turn, channel: Channel) -> bool:
    """Whether it hears what is said in a channel at this moment."""
    return channel.listening and not _paused(turn, channel)


def _paused(turn: Turn, channel: Channel) -> bool:
    return channel.paused_until is not None and channel.paused_until > turn.now


def card_key(channel: Channel) -> str:
    """Our name of the card that says whether the bot listens in a channel."""
    return f"consent:{channel.id}"


def status_card(turn: Turn, channel: Channel, book: Phrasebook, *, introduce: bool) -> Card:
    """Is it listening, and who agreed to that? Visible to all, with the buttons to change it."""
    project = channel.project
    organisations = projects.organisations(turn.db, project)
    given = consents.given(turn.db, project)
    reason = why_deaf(project, organisations, {c.organisation_id for c in given if c.scope == "hear"})
    zone = ZoneInfo(project.zone)
    parts: list[Text | Buttons] = []
    if introduce:
        parts += [Text(book.say(f"consent.intro.{line}")) for line in ("hello", "what", "never")]
    if channel.halted is not None and project.ended_at is None:
        parts += [Text(book.say("consent.status.deaf"), "heading"), Text(book.say(f"halting.why.{channel.halted}"))]
    elif reason is not None:
        parts += [Text(book.say("consent.status.deaf"), "heading")]
        parts += [Text(book.say(reason[0], organisations=reason[1]) if reason[1] else book.say(reason[0]))]
    elif channel.paused_until is not None and _paused(turn, channel):
        until = phrases.day_and_time(book, channel.paused_until, zone)
        parts += [Text(book.say("consent.status.paused", until=until), "heading")]
    else:
        parts += [Text(book.say("consent.status.listening"), "heading")]
    for organisation in organisations:
        side = book.say(f"consent.side.{organisation.side or 'unknown'}")
        yes = [c for c in given if c.organisation_id == organisation.id]
        if not yes:
            parts.append(Text(book.say("consent.status.waits", organisation=organisation.name, side=side)))
            continue
        giver = Person(channel.tenant.partition(":")[0], yes[0].given_by_team, yes[0].given_by)
        who = book.say("consent.status.erased") if giver.id == ERASED else giver
        said = book.parts(
            "consent.status.said_yes" if project.ended_at is None else "consent.status.said_yes_then",
            organisation=organisation.name,
            side=side,
            day=phrases.day(book, yes[0].given_at, zone),
            who=who,
            role=book.say(f"consent.role.{yes[0].role}"),
        )
        parts.append(Text(tuple(said)))
    common = consents.scopes_of_all(turn.db, project, organisations)
    if common and project.ended_at is None:
        scopes = ", ".join(book.say(f"consent.scope.{scope}") for scope in consents.SCOPES if scope in common)
        parts.append(Text(book.say("consent.status.scopes", scopes=scopes), "note"))
    if project.ended_at is None:
        parts.append(Buttons(tuple(_buttons(book, channel, listening=reason is None, agreed=bool(given)))))
    summary = book.say(f"consent.status.summary_{'listening' if _hears(turn, channel) else 'deaf'}")
    return Card(book.say("consent.intro.summary") if introduce and reason else summary, tuple(parts))


def _buttons(book: Phrasebook, channel: Channel, *, listening: bool, agreed: bool) -> Iterable[Button]:
    about = str(channel.id)
    if channel.halted is not None:
        yield go_on_button(book, channel)
    if not listening:
        yield Button("join", book.say("consent.buttons.join"), about, "primary")
        yield Button("not_now", book.say("consent.buttons.not_now"), about)
    else:
        yield Button("change", book.say("consent.buttons.change"), about)
    if agreed:
        sure = book.say("consent.stop.confirm")
        yield Button("stop", book.say("consent.buttons.stop"), about, "danger", confirm=sure)
        yield Button("off", book.say("consent.buttons.off"), about)


def go_on_button(book: Phrasebook, channel: Channel) -> Button:
    """Lets the bot go on in a channel where it stands still."""
    return Button("go_on", book.say("halting.button"), str(channel.id), "primary")


def place_of(channel: Channel) -> Place:
    """Where a channel is, in the words of the platform."""
    platform, _, team = channel.tenant.partition(":")
    return Place(platform, team, channel.channel)


def announce(turn: Turn, channel: Channel, key: str | None = None, **values: str | Person) -> Iterable[Effect]:
    """Show everywhere in the project how things stand now; with `key`, also say in a line what changed there."""
    book = phrases.everyone(channel.project)
    for each in projects.channels(turn.db, channel.project):
        yield Replace(place_of(each), status_card(turn, each, book, introduce=True), card_key(each))
        if key is not None and (key not in HEARS or _hears(turn, each)):
            name = f"consent-change:{each.id}:{uuid4().hex}"
            said = phrases.note(book, key, **values)
            yield Say(place_of(each), launcher(book, said) if key == BEGINS else said, name)


def launcher(book: Phrasebook, card: Card) -> Card:
    """The card, with what the bot can be asked as buttons: not everybody in a shared channel can use its commands."""
    names = ("check", "file_feedback", "file_promise", "home", "status", "abilities")
    return Card(
        card.summary, (*card.parts, Buttons(tuple(Button(each, book.say(f"home.buttons.{each}")) for each in names)))
    )


def shown(event: ButtonPress | Submission, turn: Turn, channel: Channel) -> Iterable[Effect]:
    """How things stand now, to who changed it in their own chat: there they do not see the channel's card change."""
    if event.place.direct:
        yield Update(status_card(turn, channel, phrases.asker(turn, event.who, event.place), introduce=False))


def join(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Somebody says that their organisation takes part: ask on whose behalf, and to what they agree."""
    channel, organisation = speaking_for(event, turn)
    book = phrases.asker(turn, event.who, event.place)
    which = Text(channel.project.name or book.say("home.project"), "heading")
    sides = tuple((side, book.say(f"consent.side.{side}")) for side in ("client", "supplier"))
    yield OpenForm(
        Form(
            "consent",
            book.say("consent.form.title"),
            book.say("consent.form.submit"),
            book.say("consent.form.close"),
            (
                *((which,) if event.place.direct else ()),
                Text(book.say("consent.form.intro", organisation=organisation.name)),
                ChoiceField("side", book.say("consent.form.side"), sides, value=organisation.side or ""),
                ChoiceField(
                    "role",
                    book.say("consent.form.role"),
                    tuple((role, book.say(f"consent.role.{role}")) for role in ROLES),
                ),
                ChoiceField(
                    "scopes",
                    book.say("consent.form.scopes"),
                    tuple((scope, book.say(f"consent.scope.{scope}")) for scope in consents.SCOPES),
                    value=" ".join(USUAL_SCOPES),
                    many=True,
                    hint=book.say("consent.scope_hint.scopes"),
                ),
                ChoiceField(
                    "mandate",
                    book.say("consent.form.mandate"),
                    (("yes", book.say("consent.form.mandate_yes")),),
                    required=True,
                    many=True,
                    hint=book.say("consent.form.mandate_hint"),
                ),
            ),
            about=str(channel.id),
        )
    )


def agree(event: Submission, turn: Turn) -> Iterable[Effect]:
    """An organisation says yes. Once all have, the bot listens."""
    channel, organisation = speaking_for(event, turn)
    side, role = event.answers.get("side"), event.answers.get("role", "")
    scopes = set(event.answers.get("scopes", "").split()) & set(consents.SCOPES)
    reasons = {}
    if side not in ("client", "supplier"):
        reasons["side"] = "consent.refused.side"
    if not scopes:
        reasons["scopes"] = "consent.refused.scopes"
    if event.answers.get("mandate") != "yes" or role not in ROLES:
        reasons["mandate"] = "consent.refused.mandate"
    others = [o for o in projects.organisations(turn.db, channel.project) if o.id != organisation.id]
    if side == "client" and any(o.side == "client" for o in others):
        reasons["side"] = "consent.refused.two_clients"
    if reasons:
        raise Refused(reasons)
    organisation.side = side
    was_listening = channel.listening
    consents.give(turn.db, organisation, scopes, team=event.who.team, person=event.who.id, role=role, now=turn.now)
    enrol(turn, channel.project)
    giver = known(turn, channel.project, event.who)
    if giver is not None and giver.role is None and role != "other":
        # Whose word it is that somebody may commit: of who does already, once there is anybody.
        own = role not in MAY_COMMIT or steps.may_commit(giver, members.of(turn.db, channel.project))
        giver.role = role if own else None
    reason = weigh(turn, channel.project)
    changed = BEGINS if reason is None and not was_listening else None
    yield from announce(turn, channel, changed)
    yield from shown(event, turn, channel)


def stop(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """An organisation takes its yes back: the bot is deaf from this moment, and forgets the last messages."""
    channel, organisation = speaking_for(event, turn)
    if not consents.withdraw(turn.db, organisation, turn.now):
        book = phrases.asker(turn, event.who, event.place)
        yield Reply(phrases.note(book, "consent.done.nothing_to_stop"))
        return
    weigh(turn, channel.project)
    yield from announce(turn, channel, "consent.changed.withdrawn", organisation=organisation.name)
    yield from shown(event, turn, channel)


def not_now(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Somebody would rather not, now. Nothing is remembered of it."""
    yield Reply(phrases.note(phrases.asker(turn, event.who, event.place), "consent.done.not_now"))


def status(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Is it listening here? Who agreed to it is told only to who is there: the place itself can be made up."""
    channel = channel_for(turn, event)
    book = phrases.asker(turn, event.who, event.place)
    if channel is None:
        yield Reply(phrases.note(book, "choices.unknown" if event.place.direct else "consent.status.no_channel"))
    elif not is_in(turn, channel.project, event.who) and all(each.person.id != event.who.id for each in turn.roster):
        yield Reply(phrases.note(book, "consent.status.listening" if _hears(turn, channel) else "consent.status.deaf"))
    else:
        yield Reply(status_card(turn, channel, book, introduce=False))
