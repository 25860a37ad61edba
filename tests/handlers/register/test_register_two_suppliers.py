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


# --- what one of them took up


async def taken_up(story: Story, kind: str = "feedback") -> Item:
    """The client reports something, and Karim takes it up."""
    await three(story)
    item = await files(story, KINDS[kind])
    await story.presses("karim", "acknowledge" if kind == "complaint" else "take_up", str(item.id))
    return item


async def test_before_anyone_took_it_up_every_supplier_may(story: Story) -> None:
    await three(story)
    await files(story, KINDS["feedback"])
    await story.presses("kees", "acknowledge", "1")
    assert (await story.rows(Item))[0].state == "acknowledged"


async def test_what_one_supplier_took_up_the_other_does_not_answer(story: Story) -> None:
    await taken_up(story)
    for step in ("resolve", "decline", "reference"):
        assert refused(await story.presses("kees", step, "1")) == {"": NL.say("register.refused.taken_up")}
    await story.presses("lotte", "resolve", "1")
    assert (await story.rows(Item))[0].state == "resolved"


async def test_a_complaint_is_answered_by_the_organisation_that_handles_it(story: Story) -> None:
    await taken_up(story, "complaint")
    assert refused(await story.presses("kees", "answer", "1")) == {"": NL.say("register.refused.taken_up")}
    assert refused(await story.presses("karim", "take_over", "1")) == {"": NL.say("register.refused.yours")}
    await story.sends("lotte", "step", {"answer": "Er komt iemand bij"}, "1 answer")
    assert (await story.rows(Item))[0].state == "answered"


async def test_who_has_a_role_for_it_takes_it_over_and_only_then_answers_it(story: Story) -> None:
    await taken_up(story)
    # Jan may commit for the other supplier.
    assert refused(await story.presses("kees", "take_over", "1")) == {"": NL.say("register.refused.taken_up")}
    assert refused(await story.presses("jan", "resolve", "1")) == {"": NL.say("register.refused.taken_up")}
    await story.presses("jan", "take_over", "1")
    jan = await story.member("jan")
    (item,) = await story.rows(Item)
    assert (item.state, item.owner_id) == ("in_hand", jan.id)
    assert refused(await story.presses("lotte", "resolve", "1")) == {"": NL.say("register.refused.taken_up")}
    await story.presses("kees", "resolve", "1")
    assert (await story.rows(Item))[0].state == "resolved"


async def test_a_colleague_takes_it_over_and_is_told_of_it_from_then_on(story: Story) -> None:
    await taken_up(story)
    await story.presses("lotte", "take_over", "1")
    assert (await story.rows(Item))[0].owner_id == (await story.member("lotte")).id
    assert "FB-1" in reply(await story.asks("lotte", "open")).partition(NL.say("register.open.title"))[2]


async def test_once_who_took_it_up_is_gone_every_supplier_may_again(story: Story) -> None:
    await taken_up(story)
    await story.write(lambda db: setattr(db.get(Item, 1), "owner_id", None))
    await story.presses("kees", "resolve", "1")
    assert (await story.rows(Item))[0].state == "resolved"


async def files_quietly(story: Story, who: str, owner: str) -> None:
    """Somebody files a promise that waits for a yes on its own side first."""
    opened = form(await story.asks(who, "promise"))
    answers = await story.fills_in(who, opened, **(filled_in(KINDS["promise"].blanks) | {"owner": owner}))
    assert NL.say("register.lead_asked", code="TZ-1") in words(answers[-1].card)  # type: ignore[union-attr]
