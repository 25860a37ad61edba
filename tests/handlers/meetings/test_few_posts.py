"""The channel stays quiet: five kinds of meetings together make about nine posts a month, reports apart."""

from collections import Counter
from datetime import timedelta

from registers import plans
from story import Story, form, words
from test_attending import has_roles

from handlers.vocabulary import Say
from storage.tables import Item

KINDS = ("operational", "tactical", "strategic", "demo", "progress")
MONTHS = 3


async def test_five_kinds_make_about_nine_posts_a_month(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, *KINDS)
    end = story.now + timedelta(days=91)
    posts: Counter[str] = Counter()
    while story.now < end:
        story.sent.clear()
        await story.later(hours=12)
        await all_is_sent_and_recorded(story)
        said = [e for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]
        posts.update(words(e.card).splitlines()[0].split(" · ")[-1] for e in said)
    reports = posts.pop("Voortgangsbericht")
    assert set(posts) == {"Werkoverleg", "Tactisch overleg", "Strategisch overleg", "Demo"}
    assert sum(posts.values()) <= 9.5 * MONTHS
    assert posts["Demo"] <= 91 / 14 + 1
    assert reports <= 91 / 14 + 1


async def all_is_sent_and_recorded(story: Story) -> None:
    """Reports go out on their day, and whatever was held has minutes."""
    for item in await story.rows(Item):
        if item.kind == "report" and item.state == "draft" and story.now.date().isoformat() >= str(item.due_on):
            opened = form(await story.presses("karim", "send", str(item.id)))
            await story.fills_in("karim", opened, in_short="Alles loopt")
        if item.kind == "meeting" and item.state == "over":
            opened = form(await story.presses("karim", "record", str(item.id)))
            await story.fills_in("karim", opened, decisions="Wij gaan door", right="yes")
