"""Who reported something outside judges the answer on the page of their receipt: alone at first, and once."""

import asyncio
import json
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from aiohttp import ClientResponse
from dossiers import asked_for
from outsiders import LANGUAGE, Door, Page
from story import refused, words

from handlers.dossier import told
from handlers.vocabulary import Replace, Say, Whisper
from prompts import phrasebook
from storage.tables import Entry, Item, Project

NL, EN = phrasebook("nl"), phrasebook("en")
ANSWER = "Vanaf april neemt overdag iemand op"


class Receipt:
    """The page of somebody who reported something, and what they send from there."""

    def __init__(self, door: Door, path: str) -> None:
        self.door, self.path = door, path

    async def page(self, query: str = "", **headers: str) -> Page:
        answer = await self.door.client.get(self.path + query, headers=LANGUAGE | headers)
        assert answer.status == 200
        return Page(await answer.text())

    async def sends(self, step: str, stands: str | None = None, **said: str) -> ClientResponse:
        """Choose something, as the page now asks it or as it once did."""
        stands = (await self.page()).values.get("stands", "") if stands is None else stands
        sent = {"stands": stands} | said
        answer = await self.door.client.post(
            f"{self.path}?step={step}&lang=nl", data=sent, headers=LANGUAGE, allow_redirects=False
        )
        await self.door.story.settle()
        return answer


async def complained(door: Door) -> Receipt:
    """Somebody outside complained, and it was answered."""
    filed = await door.files("?kind=complaint", what="Nooit iemand aan de lijn", effect="Een uur", behalf="de balie")
    await door.story.sends("karim", "step", {"answer": ANSWER}, "1 answer")
    return Receipt(door, urljoin(filed.url.path, filed.headers["Location"]))


async def reported(door: Door, step: str) -> Receipt:
    """Somebody outside gave feedback, and the supplier took this step."""
    filed = await door.files(what="Inloggen duurt lang", who="de balie")
    if step == "decline":
        await door.story.sends("karim", "step", {"reason": "Dat kan niet", "alternative": "Iets anders"}, "1 decline")
    else:
        await door.story.presses("karim", step, "1")
    return Receipt(door, urljoin(filed.url.path, filed.headers["Location"]))


async def state(door: Door) -> str:
    """How the only item stands."""
    (item,) = await door.story.rows(Item)
    return str(item.state)


def offered(page: Page) -> list[str]:
    """What can be chosen on a page."""
    return [str(form["action"]).partition("=")[2].partition("&")[0] for form in page.all("form")]


async def test_who_complained_outside_rates_how_it_was_handled(door: Door) -> None:
    receipt = await complained(door)
    page = await receipt.page()
    assert offered(page) == ["rate", "not_right"]
    assert NL.say("link.judge.rate.title") in page.text
    assert ANSWER in page.text

    answer = await receipt.sends("rate", rating="4", remark="Het duurde wel even")

    assert answer.status == 303
    assert await state(door) == "closed"
    rating = (await door.story.rows(Entry))[-1]
    assert (rating.step, rating.state, rating.side, rating.member_id) == ("rate", "closed", "client", None)
    assert rating.words == {"rating": "4", "remark": "Het duurde wel even", "via": "link"}
    after = await receipt.page()
    assert offered(after) == []
    assert NL.say("link.judge.rate.done", said="4 goed. Het duurde wel even") in after.text
    card = words([e.card for e in door.story.sent if isinstance(e, Say | Replace) and e.key == "item:1"][-1])
    assert NL.say("register.told.via_link", said="4 goed") in card


async def test_before_there_is_an_answer_there_is_nothing_to_judge(door: Door) -> None:
    filed = await door.files("?kind=complaint", what="Nooit iemand aan de lijn", effect="Een uur")
    receipt = Receipt(door, urljoin(filed.url.path, filed.headers["Location"]))
    assert offered(await receipt.page()) == []
    assert (await receipt.sends("rate", "open-0", rating="5")).status == 422
    assert await state(door) == "open"


@pytest.mark.parametrize(
    ("answered", "step", "after"),
    [
        ("resolve", "accept", "accepted"),
        ("resolve", "not_right", "in_hand"),
        ("decline", "agree", "closed"),
        ("decline", "object", "acknowledged"),
    ],
)
async def test_who_gave_feedback_outside_judges_it_too(door: Door, answered: str, step: str, after: str) -> None:
    receipt = await reported(door, answered)
    assert step in offered(await receipt.page())
    said = {"reason": "Het is nog net zo traag"} if step in ("not_right", "object") else {}
    assert (await receipt.sends(step, **said)).status == 303
    assert await state(door) == after
    if said:
        assert said["reason"] in (await receipt.page()).text


async def test_it_goes_back_to_who_answered_who_hears_that_in_the_morning(door: Door) -> None:
    receipt = await complained(door)
    door.story.sent.clear()
    await receipt.sends("not_right", reason="Er belde nog niemand")
    await door.story.later(days=1)
    told = [words(e.card) for e in door.story.sent if isinstance(e, Whisper) and e.who.id == "karim"]
    assert any("Er belde nog niemand" in each for each in told)


# --- who goes first


async def test_colleagues_leave_it_to_who_complained_until_it_was_quiet_for_five_working_days(door: Door) -> None:
    receipt = await complained(door)
    assert NL.say("link.page.judge_until", day="maandag 8 maart 2027") in (await receipt.page()).text
    for who in ("sanne", "ahmed"):
        why = refused(await door.story.presses(who, "rate", "1"))
        assert why == {"": NL.say("register.refused.reporter")}
        assert refused(await door.story.presses(who, "withdraw", "1")) == why
    await door.story.until("2027-03-07T16:00:00+01:00")
    assert [e for e in door.story.sent if isinstance(e, Whisper) and e.who.id == "sanne"] == []

    await door.story.until("2027-03-08T09:30:00+01:00")

    told = [words(e.card) for e in door.story.sent if isinstance(e, Whisper) and e.who.id == "sanne"]
    assert "KD-1" in told[-1]
    assert NL.say("link.page.judge_also") in (await receipt.page()).text
    await door.story.sends("sanne", "step", {"rating": "2"}, "1 rate")
    assert await state(door) == "closed"
    assert (await receipt.sends("rate", "answered-1", rating="5")).status == 422
    page = await receipt.page()
    assert "matig" not in page.text
    assert offered(page) == []


async def test_who_complained_may_still_do_it_after_that(door: Door) -> None:
    receipt = await complained(door)
    await door.story.until("2027-03-08T09:30:00+01:00")
    assert (await receipt.sends("rate", rating="5")).status == 303
    assert refused(await door.story.presses("sanne", "rate", "1"))
    assert (await door.story.rows(Entry))[-1].words["rating"] == "5"


# --- sent twice, later, or by somebody else


async def test_sent_twice_or_at_once_it_counts_once(door: Door) -> None:
    receipt = await complained(door)
    stands = (await receipt.page()).values["stands"]
    sent = [receipt.sends("rate", stands, rating=rating) for rating in "45321"]
    assert {answer.status for answer in await asyncio.gather(*sent)} == {303}
    assert [entry.step for entry in await door.story.rows(Entry)].count("rate") == 1
    assert (await receipt.sends("rate", stands, rating="1")).status == 303
    assert [entry.step for entry in await door.story.rows(Entry)].count("rate") == 1


async def test_an_answer_to_an_earlier_question_is_none_to_a_later_one(door: Door) -> None:
    receipt = await complained(door)
    first = (await receipt.page()).values["stands"]
    await receipt.sends("not_right", first, reason="Er belde niemand")
    await door.story.sends("karim", "step", {"answer": "Nu wel"}, "1 answer")
    await door.story.later(days=3)
    again = await receipt.sends("rate", f" {first}", rating="1")
    assert again.status == 422
    page = Page(await again.text())
    assert NL.say("link.page.changed") in page.text
    assert page.values["stands"] != first
    assert await state(door) == "answered"


@pytest.mark.parametrize("step", ["acknowledge", "answer", "withdraw", "reference", "same", "contest", "", "rate "])
async def test_nothing_else_can_be_done_there(door: Door, step: str) -> None:
    receipt = await complained(door)
    before = len(await door.story.rows(Entry))
    assert (await receipt.sends(step, rating="5", reason="x", answer="x", note="x")).status == 422
    assert len(await door.story.rows(Entry)) == before


async def test_the_address_of_one_receipt_says_nothing_of_another(door: Door) -> None:
    first, second = await complained(door), await door.files("?kind=complaint", what="De printer", effect="Een dag")
    other = Receipt(door, urljoin(second.url.path, second.headers["Location"]))
    assert first.path != other.path
    assert len(first.path.rpartition("/")[2]) == 32
    assert offered(await other.page()) == []
    guessed = await door.client.post("/f/r/1?step=rate", data={"stands": "answered-1", "rating": "1"}, headers=LANGUAGE)
    assert guessed.status == 404


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(door: Door) -> None:
    receipt = await complained(door)
    answer = await receipt.sends("rate", rating="9", remark='<b>"Traag"</b>')
    assert answer.status == 422
    page = Page(await answer.text())
    assert page.values["remark"] == '<b>"Traag"</b>'
    assert f'id="rating-why">{NL.say("register.refused.choice")}' in page.html
    assert 'href="#rating"' in page.html
    (group,) = page.all("fieldset")
    assert (group["aria-invalid"], group["aria-describedby"]) == ("true", "rating-why")
    assert await state(door) == "answered"


async def test_after_the_end_or_without_a_yes_to_registers_nothing_is_asked(door: Door) -> None:
    receipt = await complained(door)
    stands = (await receipt.page()).values["stands"]
    await door.story.agrees("karim", "supplier", scopes="hear tip")
    assert offered(await receipt.page()) == []
    assert (await receipt.sends("rate", stands, rating="4")).status == 422
    await door.story.agrees("karim", "supplier")
    await door.story.write(lambda db: setattr(db.query(Project).one(), "ended_at", door.story.now))
    assert (await receipt.sends("rate", stands, rating="4")).status == 410
    assert await state(door) == "answered"


async def test_who_comes_too_often_loses_nothing(door: Door) -> None:
    receipt = await complained(door)
    for _ in range(29):
        await receipt.sends("rate", rating="9")
    answer = await receipt.sends("rate", rating="4", remark="Mooi")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "600")
    assert Page(await answer.text()).values["remark"] == "Mooi"
    door.story.now += timedelta(minutes=10)
    assert (await receipt.sends("rate", rating="4")).status == 303


# --- for everybody


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_every_field_has_a_label_and_a_group_its_name(door: Door, language: str) -> None:
    receipt = await complained(door)
    page = await receipt.page(f"?lang={language}")
    assert page.all("html")[0]["lang"] == language
    labelled = {given["for"] for given in page.all("label")}
    shown = [
        given for tag in ("input", "textarea") for given in page.all(tag) if given.get("type") not in ("hidden", None)
    ]
    assert [given["value"] for given in shown if given["type"] == "radio"] == list("12345")
    assert {given["id"] for given in [*shown, *page.all("textarea")]} == labelled
    ids = [str(given["id"]) for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    assert [form["aria-labelledby"] for form in page.all("form")] == ["rate-title", "not_right-title"]
    assert {f"{name}-title" for name in ("rate", "not_right")} <= set(ids)
    assert len(page.all("legend")) == len(page.all("fieldset")) == 1
    assert page.all("script") == []
    assert phrasebook(language).say("link.judge.rate.button") in page.text
    assert (await receipt.page("?lang=en")).all("a")[0]["href"] == "?lang=nl"


async def test_the_rating_of_who_is_outside_stands_in_the_dossier_with_how_it_came(door: Door) -> None:
    receipt = await complained(door)
    await receipt.sends("rate", rating="4")
    facts = json.loads((await asked_for(door.story)).content)["facts"]
    whole = str(told.in_words("nl", facts))
    assert f"klant · {NL.say('dossier.via_link')}" in whole


def test_every_step_of_who_is_outside_has_words() -> None:
    for book in (NL, EN):
        for step in ("rate", "not_right", "accept", "agree", "object"):
            for part in ("title", "button"):
                assert book.say(f"link.judge.{step}.{part}")
            assert book.say(f"link.judge.{step}.done", said="x")
