"""Two suppliers with one client: what one of them keeps to itself, the other never sees, nor does anything about it."""

from alembic import command
from registers import files, filled_in, stands
from story import SECOND_SUPPLIER, Story, form, member, refused, reply, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage import endings
from storage.migrate import _config
from storage.tables import Item, Organisation, Project, Sheet

NL = phrasebook("nl")


async def three(story: Story) -> None:
    """Karim's and Kees's organisations both supply; all agreed, and in Kees's one Jan may commit."""
    story.cast += [member("kees", SECOND_SUPPLIER), member("jan", SECOND_SUPPLIER)]
    await story.agreed(welcome=False)
    await story.agrees("jan", "supplier")
    assert await story.listens()


async def test_the_second_supplier_knows_nothing_of_a_call_that_the_first_one_prepares(story: Story) -> None:
    await three(story)
    item = await files(story, KINDS["escalation"], who="karim", found="GEHEIM-A")

    assert refused(await story.asks("kees", "open", "OP-1")) == {"": NL.say("register.refused.no_such")}
    assert refused(await story.presses("kees", "sheet", str(item.id))) == {"": NL.say("register.refused.gone")}
    assert "OP-1" not in reply(await story.asks("kees", "open"))
    assert "GEHEIM-A" in reply(await story.asks("lotte", "open", "OP-1"))


async def test_once_it_is_open_each_supplier_still_has_papers_of_its_own(story: Story) -> None:
    await three(story)
    item = await files(story, KINDS["escalation"], who="karim", found="GEHEIM-A")
    await stands(story, item, "open")

    assert "GEHEIM-A" not in reply(await story.asks("kees", "open", "OP-1"))
    assert refused(await story.presses("kees", "outcome", str(item.id))) == {"": NL.say("register.refused.side")}


async def test_each_supplier_has_a_list_of_its_own_for_leaving(story: Story) -> None:
    await three(story)
    opened = form(await story.presses("karim", "leaving", "1"))
    await story.fills_in("karim", opened, **{opened.fields[0].name: "not_yet"})

    values = [{f.value for f in form(await story.presses(who, "leaving", "1")).fields} for who in ("kees", "lotte")]

    assert values == [{""}, {"", "not_yet"}]


async def test_the_second_supplier_neither_promises_nor_keeps_for_the_first(story: Story) -> None:
    await three(story)
    await files(story, KINDS["promise"])
    await story.presses("sanne", "confirm", "1")

    assert refused(await story.presses("kees", "done", "1")) == {"": NL.say("register.refused.owner")}
    await story.presses("lotte", "done", "1")
    assert (await story.rows(Item))[0].state == "done"


async def test_who_may_commit_is_asked_in_the_organisation_that_is_to_do_it(story: Story) -> None:
    await three(story)
    before = len(story.sent)
    await files_quietly(story, "lotte", "lotte")

    asked = {each.who.id for each in story.sent[before:] if isinstance(each, Whisper)}

    assert asked == {"karim"}
    assert refused(await story.presses("jan", "allow", "1")) == {"": NL.say("register.refused.gone")}


async def test_what_one_supplier_promises_for_the_other_is_asked_there_first(story: Story) -> None:
    await three(story)
    await files_quietly(story, "karim", "kees")

    assert (await story.rows(Item))[0].state == "lead"
    assert "TZ-1" in reply(await story.asks("karim", "open", "TZ-1"))
    await story.presses("jan", "allow", "1")
    assert (await story.rows(Item))[0].state == "proposed"


async def test_each_gets_only_its_own_papers_when_it_ends(story: Story) -> None:
    await three(story)
    await files(story, KINDS["escalation"], who="karim", found="GEHEIM-A")

    def exported(db) -> list[str]:  # type: ignore[no-untyped-def]
        project = db.query(Project).one()
        return [str(endings.export(db, project, each)["own"]) for each in db.query(Organisation).order_by("id")]

    assert ["GEHEIM-A" in own for own in await story.write(exported)] == [True, False, False]


async def test_what_happened_while_one_side_alone_knew_stays_out_of_what_the_others_get(story: Story) -> None:
    await three(story)
    await files_quietly(story, "lotte", "lotte")
    await story.presses("karim", "allow", "1")

    def exported(db) -> list[list[str]]:  # type: ignore[no-untyped-def]
        project = db.query(Project).one()
        given = [endings.export(db, project, each) for each in db.query(Organisation).order_by("id")]
        return [[line["step"] for line in each["history"]] for each in given]

    assert await story.write(exported) == [["allow"]] * 3


async def test_what_was_written_before_that_was_kept_gets_its_owner_from_who_wrote_it(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"])
    await files(story, KINDS["escalation"])
    before = [each.organisation_id for each in [*await story.rows(Item), *await story.rows(Sheet)]]
    supplier, client = [each.id for each in await story.rows(Organisation)]

    with story.database.writing.begin() as connection:
        command.downgrade(_config(connection), "0011")
        command.upgrade(_config(connection), "head")

    after = [each.organisation_id for each in [*await story.rows(Item), *await story.rows(Sheet)]]
    assert before == after == [supplier, client, client]


async def files_quietly(story: Story, who: str, owner: str) -> None:
    """Somebody files a promise that waits for a yes on its own side first."""
    opened = form(await story.asks(who, "promise"))
    answers = await story.fills_in(who, opened, **(filled_in(KINDS["promise"].blanks) | {"owner": owner}))
    assert NL.say("register.lead_asked", code="TZ-1") in words(answers[-1].card)  # type: ignore[union-attr]
