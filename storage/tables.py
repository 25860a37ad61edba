"""What is remembered. Every row names its tenant; every column its privacy class and its retention."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, relationship

from storage.barred import Barred as Barred
from storage.columns import Base, Keep, Privacy, Scoped, column, row_id
from storage.tombstone import Tombstone as Tombstone

TECHNICAL, ORGANISATION, PERSON, TEXT = Privacy.TECHNICAL, Privacy.ORGANISATION, Privacy.PERSON, Privacy.TEXT


class Project(Scoped, Base):
    """One client, one or more suppliers, one or more channels."""

    __tablename__ = "project"
    __table_args__ = (
        Index("project_erase_at", "erase_at"),
        Index("project_promote_at", "promote_at"),
        Index("project_calendar_key", "calendar_key", unique=True),
    )

    id: Mapped[int] = row_id(Keep.PROJECT)
    name: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    language: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    zone: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    country: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    work_from: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Start of the working day, in minutes after midnight."""
    work_until: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    work_days: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """ISO weekday numbers, such as 12345."""
    days_off: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Days off besides the public holidays, in the form of `storage.days`."""
    days_on: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Days on which there is work after all, in the same form."""
    terms: Mapped[dict[str, int] | None] = column(JSON, privacy=ORGANISATION, keep=Keep.PROJECT)
    """Working hours within which something is answered, by kind, where it was agreed otherwise than is usual."""
    goes_live_on: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The day on which the service goes live, or did, as YYYY-MM-DD; null where nobody said."""
    emergency_line: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Whom to ring when a patient, a client or data is in danger."""
    ending_by: Mapped[int | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Row id of the organisation that proposed to end the project; null when none did."""
    ending_days: Mapped[int | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """How many days after the end everything is to be erased."""
    ended_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """When both sides had agreed that it is over; from then on nothing is heard or added."""
    erase_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """When everything of the project is erased: it ended, or the bot was uninstalled."""
    promote_at: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """When the channel is told next that there is a way to complain."""
    calendar_key: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The secret in the address to which calendars subscribe; null while there is none."""
    created_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    agreed_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """When all organisations had said yes for the first time: the first week counts from here."""


class Organisation(Scoped, Base):
    """An organisation in a project, known by the platform's id of its team or by its e-mail domain."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("project_id", "key"),)

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    key: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    name: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    side: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """supplier, client, or unknown (null)."""


class Channel(Scoped, Base):
    """A channel in which the bot is, and whether it may listen there."""

    __tablename__ = "channel"
    __table_args__ = (
        UniqueConstraint("tenant", "channel"),
        Index("channel_paused_until", "paused_until"),
        Index("channel_project", "project_id"),
    )

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    listening: Mapped[bool] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Everyone who must agree has agreed. Kept here so that intake needs one look; set only by `handlers.consent`."""
    paused_until: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    joined_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    left_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    emergency_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """When danger was last heard of."""
    halted: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """archived, removed (the bot was) or unshared: nothing is heard until somebody presses *Go on*."""
    missing: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Key of the organisation that is no longer in an unshared channel, where the platform told which."""

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)


class Member(Scoped, Base):
    """A person on a known side of a project. Who is on no known side has no row."""

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("project_id", "team", "person"),
        Index("member_person", "tenant", "person"),
        Index("member_digest_at", "digest_at"),
    )

    id: Mapped[int] = row_id(Keep.MEMBER)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    organisation_id: Mapped[int] = column(ForeignKey("organisation.id"), privacy=PERSON, keep=Keep.MEMBER)
    team: Mapped[str] = column(privacy=PERSON, keep=Keep.MEMBER)
    person: Mapped[str] = column(privacy=PERSON, keep=Keep.MEMBER)
    """The platform's id."""
    own_side: Mapped[str | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """Set with /spraak sides where it differs from the organisation's."""
    role: Mapped[str | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    language: Mapped[str | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    zone: Mapped[str | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    off: Mapped[bool] = column(privacy=PERSON, keep=Keep.MEMBER)
    """Switched off by themselves: what they write is not heard at all."""
    tips: Mapped[str] = column(privacy=PERSON, keep=Keep.MEMBER)
    """new (never asked), asked, asked_again, yes, quiet (said no, or did not answer)."""
    asked_at: Mapped[datetime | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    first_tip_at: Mapped[datetime | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    last_tip_at: Mapped[datetime | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """When there last was reason for a tip, given or held back: what they write next is what follows it."""
    quiet_until: Mapped[datetime | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    work_from: Mapped[int | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """Start of their own working day, in minutes after midnight, where it differs from the project's."""
    work_until: Mapped[int | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    work_days: Mapped[str | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    away_until: Mapped[datetime | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """On leave: no tips before this moment."""
    direct: Mapped[bool] = column(privacy=PERSON, keep=Keep.MEMBER)
    """Chose to get tips as direct messages."""
    digest_at: Mapped[datetime | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """When they are told in one go what waits for them."""
    digested_at: Mapped[datetime | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """When they were last told so."""

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    @property
    def side(self) -> str | None:
        """Whose side they are on: corrected by hand, or else their organisation's."""
        return self.own_side or self.organisation.side


class Consent(Scoped, Base):
    """An organisation said yes to one scope, by the person whose job it is; kept after it is withdrawn, as proof."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_project", "project_id"),)

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    organisation_id: Mapped[int] = column(ForeignKey("organisation.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    scope: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """hear, tip, registers, pulses, measure or model."""
    given_by: Mapped[str] = column(privacy=PERSON, keep=Keep.PROJECT)
    given_by_team: Mapped[str] = column(privacy=PERSON, keep=Keep.PROJECT)
    role: Mapped[str] = column(privacy=PERSON, keep=Keep.PROJECT)
    given_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    withdrawn_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)


class Reference(Scoped, Base):
    """Where a conversation is reached, on a platform that does not find it by its id alone. Refreshed as it speaks."""

    __tablename__ = "reference"
    __table_args__ = (
        UniqueConstraint("tenant", "channel"),
        Index("reference_team", "tenant", "team"),
        Index("reference_person", "tenant", "person"),
    )

    id: Mapped[int] = row_id(Keep.PROJECT)
    channel: Mapped[str] = column(privacy=PERSON, keep=Keep.MEMBER)
    """The platform's id of the conversation; points to a person where it is a chat with one."""
    service_url: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    team: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The team of channels that come and go, and have members, together."""
    person: Mapped[str | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """Whose chat with the bot it is; null where everyone reads along."""
    reachable: Mapped[bool] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """Not refused since anything was last heard from there."""


class Waiting(IntEnum):
    """How far an inbox row is."""

    NEW = 0
    DONE = 1
    FAILED = 2


class Inbox(Scoped, Base):
    """What came in. The key absorbs repeats; the body is there only until decided, and never without consent."""

    __tablename__ = "inbox"
    __table_args__ = (Index("inbox_waiting", "state", "attempts", "id"), Index("inbox_received", "received_at"))

    id: Mapped[int] = row_id(Keep.TWO_DAYS)
    event_key: Mapped[str] = column(privacy=TECHNICAL, keep=Keep.TWO_DAYS, unique=True)
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.TWO_DAYS)
    body: Mapped[str | None] = column(privacy=TEXT, keep=Keep.DECIDED)
    state: Mapped[int] = column(privacy=TECHNICAL, keep=Keep.TWO_DAYS)
    attempts: Mapped[int] = column(privacy=TECHNICAL, keep=Keep.TWO_DAYS, default=0, server_default="0")
    received_at: Mapped[datetime] = column(privacy=TECHNICAL, keep=Keep.TWO_DAYS)


class Burst(Scoped, Base):
    """What one author is writing in one go, judged as one once they fall silent."""

    __tablename__ = "burst"
    __table_args__ = (Index("burst_due", "due_at"), Index("burst_author", "member_id", "channel"))

    id: Mapped[int] = row_id(Keep.TWO_HOURS)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.TWO_HOURS)
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.TWO_HOURS)
    thread: Mapped[str | None] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    member_id: Mapped[int] = column(ForeignKey("member.id"), privacy=PERSON, keep=Keep.TWO_HOURS)
    first_at: Mapped[datetime] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    last_at: Mapped[datetime] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    due_at: Mapped[datetime] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    left_alone: Mapped[bool] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    """Its author edited it while the bot waited: it is heard, but there is no tip."""


class Recent(Scoped, Base):
    """The last messages of a listening channel, as context for what is written next."""

    __tablename__ = "recent"
    __table_args__ = (
        UniqueConstraint("tenant", "channel", "message"),
        Index("recent_written", "written_at"),
        Index("recent_burst", "burst_id"),
    )

    id: Mapped[int] = row_id(Keep.TWO_HOURS)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.TWO_HOURS)
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.TWO_HOURS)
    thread: Mapped[str | None] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    message: Mapped[str] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    member_id: Mapped[int] = column(ForeignKey("member.id"), privacy=PERSON, keep=Keep.TWO_HOURS)
    side: Mapped[str] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    text: Mapped[str] = column(privacy=TEXT, keep=Keep.TWO_HOURS)
    written_at: Mapped[datetime] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    burst_id: Mapped[int | None] = column(privacy=TECHNICAL, keep=Keep.TWO_HOURS)
    label: Mapped[str | None] = column(privacy=PERSON, keep=Keep.TWO_HOURS)
    """What the ear heard in it, once judged: weighed with what is said next, and gone with the text."""
    signs: Mapped[str | None] = column(privacy=PERSON, keep=Keep.TWO_HOURS)


class Nudge(Scoped, Base):
    """A tip that was given, or was held back so that the effect of tips can be measured. Never any text."""

    __tablename__ = "nudge"
    __table_args__ = (
        Index("nudge_member", "member_id", "at"),
        Index("nudge_channel", "tenant", "channel", "at"),
        Index("nudge_open", "open_until"),
    )

    id: Mapped[int] = row_id(Keep.YEAR)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.YEAR)
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    thread: Mapped[str | None] = column(privacy=PERSON, keep=Keep.THIRTY_DAYS)
    message: Mapped[str | None] = column(privacy=PERSON, keep=Keep.THIRTY_DAYS)
    member_id: Mapped[int | None] = column(ForeignKey("member.id"), privacy=PERSON, keep=Keep.THIRTY_DAYS)
    side: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    pattern: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    tip: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    """Name of the tip in the phrasebook, by which its words can be shown again."""
    quote_from: Mapped[int | None] = column(privacy=PERSON, keep=Keep.THIRTY_DAYS)
    """Where in the message the phrase begins that was heard (and ends, next): the words themselves are not kept."""
    quote_until: Mapped[int | None] = column(privacy=PERSON, keep=Keep.THIRTY_DAYS)
    held_back: Mapped[bool] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    invitation: Mapped[bool] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    measured: Mapped[bool] = column(privacy=ORGANISATION, keep=Keep.YEAR, default=False, server_default=false())
    """Chance decided whether it was held back, as all had agreed to measure: only such tips can be compared."""
    at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    open_until: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.YEAR)
    """When it counts as ignored; null once something happened."""


class Outcome(Scoped, Base):
    """What happened after a tip: a plain fact, without text."""

    __tablename__ = "outcome"
    __table_args__ = (Index("outcome_nudge", "nudge_id"),)

    id: Mapped[int] = row_id(Keep.YEAR)
    nudge_id: Mapped[int] = column(ForeignKey("nudge.id"), privacy=TECHNICAL, keep=Keep.YEAR)
    kind: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.YEAR)
    """repaired, edited (and still heard), deleted, followed_up, helped, promised, why, fine, misheard, ignored, ...

    Noted only to measure with: came_back, made_good, repeated, off.
    """
    at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.YEAR)


class Item(Scoped, Base):
    """Something that was filed on purpose: feedback, a promise, a request. A record of the project, not a message."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("project_id", "kind", "number"),
        Index("item_project", "project_id", "state"),
        Index("item_message", "tenant", "channel", "message"),
        Index("item_look_at", "look_at"),
        Index("item_compare_at", "compare_at"),
        Index("item_author", "author_id"),
        Index("item_owner", "owner_id"),
        Index("item_receipt", "receipt", unique=True),
        Index("item_second", "second_id"),
    )

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    kind: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """What `handlers.register.kinds` calls it."""
    number: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Counts up for each kind in a project, and never repeats."""
    state: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    level: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """operational, tactical or strategic: the meeting that it waits for."""
    side: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Whose word it is: who reported it, or whose proposal stands."""
    doer: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The side that is to do something about it."""
    organisation_id: Mapped[int | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Row id of an organisation: whose promise it is, or who reported it; its side alone may be of several."""
    author_id: Mapped[int | None] = column(ForeignKey("member.id"), privacy=PERSON, keep=Keep.MEMBER)
    owner_id: Mapped[int | None] = column(ForeignKey("member.id"), privacy=PERSON, keep=Keep.MEMBER)
    second_id: Mapped[int | None] = column(privacy=PERSON, keep=Keep.MEMBER)
    """Row id of a member: who answers for an improvement on the other side, the author of what a promise touches, or
    who judged a demo."""
    words: Mapped[dict[str, str]] = column(JSON, privacy=ORGANISATION, keep=Keep.PROJECT)
    """What was filled in, by field."""
    due_on: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """A day by the project's clock, as YYYY-MM-DD."""
    moved: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """How often its day was put off."""
    late: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """How often time ran out without a word."""
    reference: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Where it runs elsewhere: system, number and link, each on a line."""
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    thread: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    message: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The platform's id of the message that it began with."""
    created_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    changed_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    remind_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Since when it is worth telling whom it waits for."""
    look_at: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """When time alone changes something about it."""
    compare_at: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """From when on it is to be compared with what was filed before."""
    near: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Rows of what was found to mean the same when it was filed, with spaces between them."""
    receipt: Mapped[str | None] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """Hash of the secret by which somebody who filed it through the link finds it back; null for all others."""

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)


class Entry(Scoped, Base):
    """One line in the history of an item: only ever added, never changed."""

    __tablename__ = "entry"
    __table_args__ = (Index("entry_item", "item_id"), Index("entry_member", "member_id"))

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    item_id: Mapped[int] = column(ForeignKey("item.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    member_id: Mapped[int | None] = column(ForeignKey("member.id"), privacy=PERSON, keep=Keep.MEMBER)
    """Who did it; null when time did, and once they are gone."""
    side: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    step: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """filed, or the name of a step."""
    state: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """How it stood afterwards."""
    words: Mapped[dict[str, str]] = column(JSON, privacy=ORGANISATION, keep=Keep.PROJECT)
    """The reason, the day before and after, whatever was told with it."""


class Sheet(Scoped, Base):
    """What an organisation keeps to itself: how it prepares a call, the draft of a notice, whether it could leave.

    Never shown to another. A newer one with the same name takes its place.
    """

    __tablename__ = "sheet"
    __table_args__ = (Index("sheet_item", "item_id"), Index("sheet_project", "project_id", "side"))

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    item_id: Mapped[int | None] = column(ForeignKey("item.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    """What it is about; null where that is the whole project."""
    side: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Whose it is."""
    organisation_id: Mapped[int | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Row id of the organisation on that side that wrote it, and alone reads it."""
    step: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """What it was written for: filed, or the name of a step or a form."""
    at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    words: Mapped[dict[str, str]] = column(JSON, privacy=ORGANISATION, keep=Keep.PROJECT)
    """What was filled in, by field."""


class Numbering(Scoped, Base):
    """The last number that was given out, for each kind of item in a project."""

    __tablename__ = "numbering"
    __table_args__ = (UniqueConstraint("project_id", "kind"),)

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    kind: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    last: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)


class Link(Scoped, Base):
    """The secret address by which people who are not in the channel file something. The secret itself is not kept."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("project_id"), UniqueConstraint("digest"))

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    channel_id: Mapped[int] = column(ForeignKey("channel.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    """Where what is filed is shown."""
    digest: Mapped[str] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """Hash of the secret."""
    made_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)

    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)


class Series(Scoped, Base):
    """A meeting that comes back: what for, how often, and when it is planned further. Times are by its own clock."""

    __tablename__ = "series"
    __table_args__ = (
        UniqueConstraint("uid"),
        Index("series_plan_at", "plan_at"),
        Index("series_project", "project_id"),
    )

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Where it is announced."""
    kind: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """What `handlers.meetings.kinds` calls it."""
    side: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Who organises it."""
    organisation_id: Mapped[int | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Row id of the organisation that does so, of those on that side; null where it was set up for them."""
    first_on: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The day from which the rule counts, as YYYY-MM-DD."""
    rule: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """An RRULE of iCalendar (RFC 5545)."""
    at: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """When it begins, in minutes after midnight."""
    minutes: Mapped[int] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    zone: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    on_holiday: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """skip, before, after or keep."""
    extra: Mapped[dict[str, str] | None] = column(JSON, privacy=ORGANISATION, keep=Keep.PROJECT)
    """The days, as YYYY-MM-DD, on which it is held besides what its rule names, by what each is called."""
    where: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """A room, or the address of a call."""
    agenda: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The project's own agenda, as `handlers.meetings.agenda` writes it; null for the standard one."""
    needed: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Roles that must be there, as side:role,role of each side; null for what is usual for its kind."""
    stand_ins: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Who always goes when a role cannot, as side/role=row id of the member, of each."""
    uid: Mapped[str] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """By which calendars know it."""
    revision: Mapped[int] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """Counts how often it was changed."""
    plan_at: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """When it is planned further; null once it has stopped."""
    created_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    stopped_at: Mapped[datetime | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)


class Meeting(Scoped, Base):
    """One time that a series takes place. What is said of it, and its history, stand in its item."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("series_id", "ruled"),
        UniqueConstraint("item_id"),
        Index("meeting_look_at", "look_at"),
        Index("meeting_project", "project_id", "starts_at"),
    )

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    series_id: Mapped[int] = column(ForeignKey("series.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    item_id: Mapped[int] = column(ForeignKey("item.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    ruled: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The day that the rule gave, as YYYY-MM-DD, or what an extra one is called: which one it is, wherever it moves."""
    named_on: Mapped[str | None] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """The first day that the rule gave, by which calendars know it; null where that is `ruled`."""
    starts_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    ends_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    own_time: Mapped[bool] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """Moved by hand: a change of the series leaves it where it is."""
    sequence: Mapped[int] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """SEQUENCE of iCalendar (RFC 5545): counts how often it was changed since it was announced."""
    done_at: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """Until when all that time brings has been done; null before the first."""
    look_at: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.PROJECT)
    """When time brings something next: somebody is asked to prepare, the agenda is sent, it is over."""

    item: Mapped[Item] = relationship(lazy="joined", innerjoin=True)
    series: Mapped[Series] = relationship(lazy="joined", innerjoin=True)


class Topic(Scoped, Base):
    """Something to talk about at the next meeting of a series, or parked there until somebody strikes it."""

    __tablename__ = "topic"
    __table_args__ = (Index("topic_series", "series_id", "meeting_id"),)

    id: Mapped[int] = row_id(Keep.PROJECT)
    project_id: Mapped[int] = column(ForeignKey("project.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    series_id: Mapped[int] = column(ForeignKey("series.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    meeting_id: Mapped[int | None] = column(ForeignKey("meeting.id"), privacy=ORGANISATION, keep=Keep.PROJECT)
    """The meeting at which it was talked about, or struck from the parking list; null while it waits."""
    parked: Mapped[bool] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    """On the parking list: it comes back on every agenda until it is struck."""
    side: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    text: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.PROJECT)
    created_at: Mapped[datetime] = column(privacy=ORGANISATION, keep=Keep.PROJECT)


class Leaving(IntEnum):
    """How far an outbox row is."""

    WAITING = 0
    LEAVING = 1
    SENT = 2
    DROPPED = 3
    UNKNOWN = 4
    REFUSED = 5


class Outbox(Scoped, Base):
    """What is to be said, saved with the rows of the same transaction and sent after the commit."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "state", "due_at"),
        Index("outbox_place", "tenant", "channel", "state", "id"),
        Index("outbox_card", "tenant", "card"),
        Index("outbox_created", "created_at"),
    )

    id: Mapped[int] = row_id(Keep.THIRTY_DAYS)
    dedup_key: Mapped[str] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS, unique=True)
    channel: Mapped[str] = column(privacy=ORGANISATION, keep=Keep.THIRTY_DAYS)
    card: Mapped[str] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    """Our own name of the card, by which a later replacement finds where the platform put it."""
    kind: Mapped[str] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    whose: Mapped[str | None] = column(privacy=PERSON, keep=Keep.THIRTY_DAYS)
    """Platform id of the only reader, for what is not public."""
    body: Mapped[str | None] = column(privacy=TEXT, keep=Keep.SENT)
    created_at: Mapped[datetime] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    due_at: Mapped[datetime] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    expires_at: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    state: Mapped[int] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    fence: Mapped[int] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS, default=0)
    lease_until: Mapped[datetime | None] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    attempts: Mapped[int] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS, default=0)
    ref: Mapped[str | None] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
    """The platform's own id of what was sent."""
    problem: Mapped[str | None] = column(privacy=TECHNICAL, keep=Keep.THIRTY_DAYS)
