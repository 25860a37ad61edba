"""What a scan says the coach would have said is what the coach says when the same things happen to it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from scan_ear import promised
from story import CAST, CLIENT, SUPPLIER, NewStory, Story

from bot.scan.count import Ears, scan
from bot.scan.sides import Sides
from bot.scan.state import State
from bot.scan.would import would
from handlers.calendar import Calendar
from handlers.hours import Hours
from handlers.turn import Hearing, Listen

HOURS = Hours(Calendar(ZoneInfo("Europe/Amsterdam"), "12345", 8 * 60 + 30, 17 * 60 + 30, "NL"))
SAID = {
    "slip": ("normalising", ""),
    "diversion": ("technical_diversion", ""),
    "complaint": ("impactless_complaint", ""),
    "again": ("impactless_complaint", "umpteenth"),
    "joke": ("normalising", "banter"),
    "effect": ("impact_feedback", ""),
    "answer": ("none", "acknowledges"),
    "promise": ("none", "commits"),
    "danger": ("none", "emergency"),
    "chat": ("none", ""),
}
SUPPLIERS, CLIENTS = ("karim", "lotte"), ("sanne", "ahmed")
OWN = {"supplier": ("slip", "diversion", "joke", "answer", "promise"), "client": ("complaint", "again", "effect")}


def hear(what: Listen) -> Hearing:
    label, signs = SAID[what.text.split()[0]]
    return Hearing(label, 0.9, label not in ("none", "impact_feedback"), "nl", None, frozenset(signs.split()))


def together(whats: Iterable[Listen]) -> Iterator[Hearing]:
    return map(hear, whats)


async def patiently(what: Listen) -> Hearing:
    return hear(what)


@some.composite
def conversations(draw: some.DrawFn) -> list[tuple[int, str, str, int | None]]:
    """Who says what, how many minutes after the one before; perhaps in reply to an earlier message."""
    spoken: list[tuple[int, str, str, int | None]] = []
    for at in range(draw(some.integers(5, 30))):
        side = draw(some.sampled_from(["supplier", "client"]))
        who = draw(some.sampled_from(SUPPLIERS if side == "supplier" else CLIENTS))
        what = draw(some.sampled_from([*OWN[side], *OWN[side], "chat"] + ["danger"] * (at % 10 == 9)))
        tops = [n for n, row in enumerate(spoken) if row[3] is None]
        reply = draw(some.sampled_from([None, None, *tops[-3:]]))
        spoken.append((draw(some.sampled_from([3, 10, 45, 70, 300, 1440, 2880])), who, what, reply))
    return spoken


async def lived(story: Story, conversation: list[tuple[int, str, str, int | None]]) -> tuple[Counter[str], list[dict]]:
    """Let it happen, and write it down as an export does."""
    story.ear = patiently
    await story.agreed()
    rows, ids = [], []
    side = {name: "supplier" if name in SUPPLIERS else "client" for name in (*SUPPLIERS, *CLIENTS)}
    before = 0
    for minutes, who, what, reply in conversation:
        await story.later(minutes=minutes)
        thread = None if reply is None else ids[reply]
        ids.append(await story.says(who, what, thread=thread))
        stamps = {"ts": f"{story.now.timestamp():.6f}"}
        if reply is not None:
            stamps["thread_ts"] = rows[reply]["ts"]
        rows.append({"type": "message", "user": who, "text": what} | stamps)
        await story.later(minutes=2)
        if len(story.tips) > before:
            # Who never answers a tip gets no more of them, of which an export tells nothing.
            before = len(story.tips)
            await story.presses(who, "why")
    return Counter(f"given/{side[who]}/{pattern}" for who, pattern in story.tips), rows


@given(conversation=conversations())
@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
async def test_the_same_tips_as_in_life(
    new_story: NewStory, write, tmp_path_factory, conversation: list[tuple[int, str, str, int | None]]
) -> None:
    with new_story() as story:
        given_tips, rows = await lived(story, conversation)
    folder: Path = tmp_path_factory.mktemp("life")
    users = [{"id": each.person.id, "team_id": each.organisation} for each in CAST]
    files = {f"support/2027-03-{day:02}.json": [] for day in range(1, 29)}
    files["support/2027-03-01.json"] = rows
    path = write(folder / "export", {"users.json": users, **files})
    ears = Ears(together, promised, lambda done, total: None, lambda problem: None)
    counted = scan(path, Sides([SUPPLIER], [CLIENT]), HOURS.works.zone, ears, State(folder / "s.jsonl", "")).counted
    assert counted.first is not None
    told = would(counted.slips, HOURS, counted.first - timedelta(minutes=1))
    assert Counter({key: times for key, times in told.items() if key.startswith("given/")}) == given_tips
