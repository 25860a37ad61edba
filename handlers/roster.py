"""Who is in the place, and whose side they are on. Who is on no known side is not remembered."""

from collections.abc import Sequence

from handlers.turn import Turn
from handlers.vocabulary import Asked, ButtonPress, Command, Event, Person, Place, Refused, Submission
from handlers.zones import exists
from prompts import LANGUAGES
from storage import consents, members, projects
from storage.tables import Channel, Member, Organisation, Project

_LONGEST_ROW = 9
"""Digits in the id of a row that somebody names; what is longer is no row of ours."""


def row_named(about: str) -> int:
    """The id of the row that a button names; 0, which no row has, when it names none. Untrusted."""
    return int(about) if about.isdecimal() and len(about) <= _LONGEST_ROW else 0


class Unclear(Exception):
    """Somebody takes part in several projects and did not say which they mean. Nothing is saved: they are asked first.

    `theirs` are they themselves, in each of those projects.
    """

    def __init__(self, event: Command | ButtonPress, theirs: Sequence[Member]) -> None:
        super().__init__(f"one of {len(theirs)} projects is meant")
        self.event = event
        self.theirs = tuple(theirs)


def channel_for(turn: Turn, event: Asked) -> Channel | None:
    """The channel that somebody means: the one they are in, or in their own chat with the bot that of their project.

    A button or form may name a project, as what comes first in what it is about; of a project that they are not in it
    is None. Raises Unclear where it can be one of several, and of a form Refused.
    """
    place = event.place
    if not place.direct:
        return projects.channel(turn.db, place.tenant, place.channel)
    named = "" if isinstance(event, Command) else event.about.partition(" ")[0]
    everywhere = members.anywhere(turn.db, place.tenant, event.who.id)
    among = [member for member in everywhere if named in ("", str(member.project_id))]
    theirs = [member for member in among if member.side is not None] or among
    found = [(there[0], member) for member in theirs if (there := projects.channels(turn.db, member.project))]
    if len(found) > 1:
        if isinstance(event, Submission):
            raise Refused({"": "choices.refused.which"})
        raise Unclear(event, [member for _, member in found])
    return found[0][0] if found else None


def typed(event: Command | ButtonPress) -> str:
    """What somebody typed behind the word; a button that asks the same carries it after the project that it names."""
    return event.text if isinstance(event, Command) else event.about.partition(" ")[2]


def made_for(turn: Turn, event: ButtonPress | Submission) -> Channel | None:
    """The channel that a button or form is for: the one it stands in, or in somebody's own chat the one it names.

    What it names is untrusted: it must be a channel of a project that who pressed it is in, or else a channel in which
    the platform says they are.
    """
    if not event.place.direct:
        return projects.channel(turn.db, event.place.tenant, event.place.channel)
    channel = projects.channel_by_id(turn.db, event.place.tenant, row_named(event.about))
    if channel is None or is_in(turn, channel.project, event.who):
        return channel
    return channel if channel.left_at is None and whose(turn, event.who) is not None else None


def claimed(event: Event, turn: Turn) -> Place | None:
    """The channel that somebody names in their own chat without being remembered there: the platform has to confirm."""
    if not isinstance(event, ButtonPress | Submission) or not event.place.direct:
        return None
    channel = projects.channel_by_id(turn.db, event.place.tenant, row_named(event.about))
    if channel is None or channel.left_at is not None or is_in(turn, channel.project, event.who):
        return None
    return _in(event.place, channel)


def counted(event: ButtonPress | Submission, turn: Turn) -> Place | None:
    """Where everyone is looked at again after what somebody did; None where the bot is not."""
    if not event.place.direct:
        return event.place
    channel = made_for(turn, event)
    return _in(event.place, channel) if channel is not None and channel.left_at is None else None


def _in(chat: Place, channel: Channel) -> Place:
    return Place(chat.platform, chat.team, channel.channel)


def is_in(turn: Turn, project: Project, who: Person) -> bool:
    """Whether somebody is remembered in a project, on whichever side."""
    return members.find(turn.db, project, who.id) is not None


def meant(turn: Turn, event: Asked) -> tuple[Channel, Member]:
    """The channel that somebody means, and they themselves; refused unless they are on a known side of its project.

    Raises Unclear, as `channel_for`.
    """
    channel = channel_for(turn, event)
    member = known(turn, channel.project, event.who) if channel is not None else None
    if channel is None or member is None:
        raise Refused({"": "choices.unknown"})
    return channel, member


def whose(turn: Turn, who: Person) -> str | None:
    """Key of the organisation that somebody belongs to, as the platform tells; None when it cannot tell."""
    return next((found.organisation for found in turn.roster if found.person.id == who.id), None)


def speaking_for(event: ButtonPress | Submission, turn: Turn) -> tuple[Channel, Organisation]:
    """The channel, and the organisation that this person belongs to; refused where that is not known."""
    channel = made_for(turn, event)
    key = whose(turn, event.who)
    if channel is not None and channel.project.ended_at is not None:
        raise Refused({"": "ending.refused.over"})
    if channel is not None and key is not None:
        organisation = projects.organisation(turn.db, channel.project, key)
        if organisation is not None:
            return channel, organisation
    if channel is not None and event.place.direct:
        # There the platform may tell less of somebody than in the channel, where we got to know them.
        member = members.find(turn.db, channel.project, event.who.id)
        if member is not None:
            return channel, member.organisation
    raise Refused({"": "consent.refused.unknown_person"})


def enrol(turn: Turn, project: Project) -> list[str]:
    """Make known who is in the place and on a known side; returns the names of organisations that are new here.

    Of whom the platform cannot tell where they belong, nothing is remembered.
    """
    new = []
    for found in turn.roster:
        if found.organisation is None:
            continue
        organisation, added = projects.add_organisation(turn.db, project, found.organisation, found.organisation_name)
        if added:
            new.append(organisation.name)
        if organisation.side is not None:
            members.add(
                turn.db,
                project,
                organisation,
                found.person.team,
                found.person.id,
                language=found.language if found.language in LANGUAGES else None,
                zone=found.zone if exists(found.zone) else None,
            )
    return new


def known(turn: Turn, project: Project, who: Person) -> Member | None:
    """The person in this project, if they are on a known side."""
    member = members.find(turn.db, project, who.id)
    return member if member is not None and member.side is not None else None


def spokespeople(turn: Turn, project: Project) -> list[Member]:
    """Who agreed on behalf of their organisation and is still there; of an organisation without one, who has a role."""
    everyone = members.of(turn.db, project)
    gave = {given.given_by for given in consents.given(turn.db, project)}
    agreed = [member for member in everyone if member.person in gave]
    spoken_for = {member.organisation_id for member in agreed}
    return agreed + [m for m in everyone if m.role is not None and m.organisation_id not in spoken_for]
