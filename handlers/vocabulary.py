"""READ THIS FIRST: what can happen, what can be done about it, and what it looks like.

Every platform (Slack, the playground, a script, the clock) translates to and from these words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Side = Literal["supplier", "client"]
"""The side an organisation is on. `None` stands for "not known yet" wherever a side may be missing."""


# --- Who and where ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Someone in a channel. `team` is their *home* organisation as the platform tells it, which need not be ours."""

    platform: str
    team: str
    id: str


@dataclass(frozen=True)
class Place:
    """A channel, or a thread in it. `team` is the workspace in which the bot is installed: it names the tenant."""

    platform: str
    team: str
    channel: str
    thread: str | None = None
    direct: bool = False
    """A direct message to the bot, not a shared channel."""

    @property
    def tenant(self) -> str:
        """The installation that owns all rows of this place."""
        return f"{self.platform}:{self.team}"


@dataclass(frozen=True)
class Member:
    """What a platform knows of one person in a place: enough to tell whose side they are on, and nothing more."""

    person: Person
    organisation: str | None
    """Key of the organisation: a team id, or `domain:example.com` for a guest. None when the platform cannot tell."""
    organisation_name: str
    zone: str | None = None
    language: str | None = None


# --- What happened ------------------------------------------------------------------------------------------------
# `id` dedupes the delivery: the same id is handled once. `ticket` may open a form or answer in place for some
# seconds (a trigger id, a response URL); it is never stored.


@dataclass(frozen=True)
class Message:
    """Somebody wrote something. `message` is the platform's id of it; `text` still holds quotes and code."""

    id: str
    at: datetime
    place: Place
    who: Person
    message: str
    text: str


@dataclass(frozen=True)
class Edited:
    """Somebody changed a message; `text` is how it reads now."""

    id: str
    at: datetime
    place: Place
    who: Person
    message: str
    text: str
    written: datetime | None = None
    """When it was written first; None where the platform does not tell."""


@dataclass(frozen=True)
class Deleted:
    """A message is gone."""

    id: str
    at: datetime
    place: Place
    message: str


@dataclass(frozen=True)
class Command:
    """Somebody asked the bot something: a slash command, or the same words in a direct message."""

    id: str
    at: datetime
    place: Place
    who: Person
    word: str
    text: str
    ticket: str = ""
    message: str = ""
    """The platform's id of the message in whose menu it was asked, if it was."""


@dataclass(frozen=True)
class ButtonPress:
    """Somebody pressed `button` on a card or form. `about` is what the button was made for; treat it as untrusted."""

    id: str
    at: datetime
    place: Place
    who: Person
    button: str
    about: str
    answers: Mapping[str, str] = field(default_factory=dict)
    """What is filled in on the form that holds the button; empty on a card."""
    ticket: str = ""


@dataclass(frozen=True)
class Submission:
    """Somebody sent a form."""

    id: str
    at: datetime
    place: Place
    who: Person
    form: str
    about: str
    answers: Mapping[str, str]
    ticket: str = ""


@dataclass(frozen=True)
class Joined:
    """The bot (`who` is None) or a person came into a place."""

    id: str
    at: datetime
    place: Place
    who: Person | None = None
    mentions_only: bool = False
    """Here the platform lets the bot read only what mentions it."""


@dataclass(frozen=True)
class Left:
    """The bot (`who` is None) or a person left a place."""

    id: str
    at: datetime
    place: Place
    who: Person | None = None


@dataclass(frozen=True)
class SomeoneLeft:
    """A person left a place, and the platform does not say who it was."""

    id: str
    at: datetime
    place: Place


@dataclass(frozen=True)
class Archived:
    """A channel was closed or deleted: nobody can write in it any more, and neither can the bot."""

    id: str
    at: datetime
    place: Place


@dataclass(frozen=True)
class Unarchived:
    """A channel was opened again."""

    id: str
    at: datetime
    place: Place


@dataclass(frozen=True)
class Moved:
    """A channel got another id: from now on `place` is called `to`, and everything in it is still there."""

    id: str
    at: datetime
    place: Place
    to: str


@dataclass(frozen=True)
class Unshared:
    """An organisation is no longer in a channel. `organisation` is its key, as in Member; None when nobody tells."""

    id: str
    at: datetime
    place: Place
    organisation: str | None = None


@dataclass(frozen=True)
class Uninstalled:
    """The bot was taken out of a whole installation: nothing can be said there any more. `place` has no channel."""

    id: str
    at: datetime
    place: Place


@dataclass(frozen=True)
class Barred:
    """The platform lets the bot do nothing in an installation, until somebody gives it a new key. No channel."""

    id: str
    at: datetime
    place: Place


@dataclass(frozen=True)
class Brought:
    """Somebody who is not in the channel sent a form, through the secret address of its project. Nobody knows who."""

    id: str
    at: datetime
    place: Place
    """The channel that the address belongs to."""
    link: str
    """Hash of the secret in the address, by which it is checked once more."""
    kind: str
    """feedback or complaint. Untrusted, as are the answers."""
    answers: Mapping[str, str]
    language: str
    """In which the form was read."""
    receipt: str
    """Hash of the secret by which they find it back."""
    asked_back: bool = False
    """What it leaves open was pointed out to them."""


@dataclass(frozen=True)
class Judged:
    """Who filed something through the secret address says on the page of their receipt what they make of the answer."""

    id: str
    at: datetime
    place: Place
    """The channel in which it is shown."""
    receipt: str
    """Hash of the secret by which they find it back."""
    step: str
    """What they choose. Untrusted, as are the answers."""
    stands: str
    """What the page showed when they chose: how it stood, and for the how-manieth time."""
    answers: Mapping[str, str]
    language: str
    """In which the page was read."""


@dataclass(frozen=True)
class HomeOpened:
    """Somebody opened the bot's own page."""

    id: str
    at: datetime
    place: Place
    who: Person


@dataclass(frozen=True)
class Due:
    """Time has passed, and something in a row waited for it: an author fell silent, a pause is over."""

    at: datetime
    tenant: str
    what: str
    """silence, unanswered, pause_over, erase, promotion, item, digest, planning or meeting: see `storage.due`."""
    row: int


Asked = Command | ButtonPress | Submission
"""What somebody waits for an answer to."""
Outside = Brought | Judged
"""What people send who are not in the channel: nobody knows who they are."""
Whereabouts = Archived | Unarchived | Moved | Unshared | Uninstalled | Barred
"""What happens to a channel, or to the bot itself."""
Arrived = Message | Edited | Deleted | Joined | Left | SomeoneLeft | Whereabouts | HomeOpened | Asked | Outside
"""What comes from a platform."""
Event = Arrived | Due


# --- What it looks like -------------------------------------------------------------------------------------------

Words = str | tuple[str | Person, ...]
"""Plain text: no platform reads markup in it. A tuple mixes text with people, who are shown by name."""


@dataclass(frozen=True)
class Text:
    """A paragraph. `quote` is what somebody wrote, `starter` is text to take over and finish, `note` is small print."""

    text: Words
    style: Literal["plain", "heading", "quote", "starter", "note"] = "plain"


@dataclass(frozen=True)
class Facts:
    """Labels with their values."""

    facts: tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class Button:
    """`name` says which ability answers it, `about` what it is for. A `menu` button hides behind "…"."""

    name: str
    label: str
    about: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"
    menu: bool = False
    confirm: str | None = None
    """A question to answer with yes before the press counts."""
    url: str | None = None
    """An address of ours that is opened instead; the bot then hears nothing of the press."""


@dataclass(frozen=True)
class Buttons:
    """A row of buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Image:
    """A picture with words for who cannot see it."""

    url: str
    alt: str


Part = Text | Facts | Buttons | Image


@dataclass(frozen=True)
class Card:
    """`summary` is the card in one line: for notifications, screen readers and the terminal."""

    summary: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class TextField:
    name: str
    label: str
    required: bool = True
    lines: int = 1
    value: str = ""
    hint: str = ""
    longest: int = 3000


@dataclass(frozen=True)
class ChoiceField:
    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    """(value, label) pairs."""
    required: bool = True
    value: str = ""
    """The value chosen beforehand; of several, separated by a space."""
    many: bool = False
    hint: str = ""


@dataclass(frozen=True)
class NumberField:
    name: str
    label: str
    required: bool = True
    value: str = ""
    hint: str = ""


@dataclass(frozen=True)
class DateField:
    """A day; its answer is written YYYY-MM-DD."""

    name: str
    label: str
    required: bool = True
    value: str = ""
    hint: str = ""


@dataclass(frozen=True)
class PersonField:
    """Somebody in the place; the answer is their id."""

    name: str
    label: str
    required: bool = True
    value: str = ""
    hint: str = ""


Field = TextField | ChoiceField | NumberField | DateField | PersonField
FormPart = Field | Text | Buttons


@dataclass(frozen=True)
class Form:
    """`name` says which ability answers it, `about` what it is for. Without fields it only shows something."""

    name: str
    title: str
    submit: str
    close: str
    parts: tuple[FormPart, ...]
    about: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is to be filled in."""
        return tuple(part for part in self.parts if not isinstance(part, Text | Buttons))


# --- What to do about it ------------------------------------------------------------------------------------------
# Answers leave with the reply to the event and are never queued: OpenForm, Reply, Update, Refusal.
# Messages are saved in the outbox with the rows of the same transaction, and sent after the commit: all others.
# `key` is our own name for a card, by which it can be replaced or withdrawn later.


@dataclass(frozen=True)
class OpenForm:
    """Answer: show this form to who asked (instead of the one they pressed a button on or sent, if any)."""

    form: Form


@dataclass(frozen=True)
class Reply:
    """Answer: tell this to who asked, and to nobody else."""

    card: Card


@dataclass(frozen=True)
class Update:
    """Answer: the card on which the button was pressed now looks like this, for who pressed it."""

    card: Card


@dataclass(frozen=True)
class Refusal:
    """Answer: the form cannot be taken like this; why, for each field (the empty name: for the form as a whole)."""

    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Tip:
    """Marks a whisper as a tip: what was heard, and in which words of its author."""

    pattern: str
    quote: str | None


@dataclass(frozen=True)
class Say:
    """Everyone in the place sees it. `about` is the message it goes with, if any.

    After `until` it is worthless and is dropped rather than sent late.
    """

    place: Place
    card: Card
    key: str
    about: str | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Whisper:
    """Only `who` sees it: in the place, or in a direct message where the place is `direct`.

    After `until` it is worthless and is dropped rather than sent late.
    """

    place: Place
    who: Person
    card: Card
    key: str
    until: datetime | None = None
    about: str | None = None
    tip: Tip | None = None


@dataclass(frozen=True)
class Replace:
    """A card said or whispered before now looks like this."""

    place: Place
    card: Card
    key: str


@dataclass(frozen=True)
class Withdraw:
    """A card whispered before is taken away where the platform can."""

    place: Place
    key: str


@dataclass(frozen=True)
class ShowHome:
    """The bot's own page, as `who` sees it."""

    place: Place
    who: Person
    card: Card


@dataclass(frozen=True)
class Share:
    """A file, for `who` only."""

    place: Place
    who: Person
    name: str
    content: str
    key: str
    holds: Literal["text", "dossier"] = "text"
    """Whether the content is the file itself, or what a dossier is made of."""
    instead: Card | None = None
    """What is said where the platform can carry only text, and this is none."""


@dataclass(frozen=True)
class Attach:
    """A file with what was said before under the name `to`, for all who see that: in its thread, never a new post.

    `note` says in a line what it is for. After `until` it is worthless and is dropped rather than sent late.
    """

    place: Place
    to: str
    name: str
    content: str
    note: str
    key: str
    until: datetime | None = None


Answer = OpenForm | Reply | Update | Refusal
Sending = Say | Whisper | Replace | Withdraw | ShowHome | Share | Attach
Effect = Answer | Sending


class Refused(Exception):
    """Nothing is saved; each reason is a key of the phrasebook, shown at its field ("" for the form as a whole).

    `values` are, for each field, what its reason names, such as the number of a line.
    """

    def __init__(self, reasons: Mapping[str, str], values: Mapping[str, Mapping[str, str]] | None = None) -> None:
        super().__init__(", ".join(f"{name}: {key}" for name, key in reasons.items()))
        self.reasons = dict(reasons)
        self.values = dict(values or {})
