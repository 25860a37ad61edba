"""What people outside see and send, over real HTTP: a form that works for everyone, and tells no more than it must."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outsiders import LANGUAGE, Door, Page, secret_of
from story import Story, words

from bot.web import link, render
from handlers.register import blanks, outside
from handlers.register.kinds import KINDS
from handlers.vocabulary import Archived, Form, Replace, Say, Text, Whisper
from prompts import phrasebook
from storage.tables import Channel, Entry, Item, Link, Project

NL, EN = phrasebook("nl"), phrasebook("en")
SAID = {"what": "Inloggen duurt een kwartier", "who": "de balie", "minutes": "15"}


def cards(story: Story) -> list[str]:
    """The cards of items, as all in the channel see them."""
    return [words(e.card) for e in story.sent if isinstance(e, Say | Replace) and e.key.startswith("item:")]


# --- the form, and what comes of it


async def test_what_is_filed_outside_is_a_card_in_the_channel(door: Door) -> None:
    shown = await door.follow(await door.files(**SAID, behalf="de nachtploeg"))
    assert NL.say("link.page.number", code="FB-1") in shown.text
    assert NL.say("link.page.state", state="nieuw") in shown.text
    (card,) = cards(door.story)
    assert card.startswith("FB-1 · Feedback")
    for value in ("Inloggen duurt een kwartier", "een kwartier", "de nachtploeg", NL.say("register.via_link")):
        assert value in card
    (item,) = await door.story.rows(Item)
    assert (item.author_id, item.side, item.doer) == (None, "client", "supplier")
    assert [(row.step, row.member_id) for row in await door.story.rows(Entry)] == [("filed", None)]


async def test_who_stays_anonymous_is_shown_as_such(door: Door) -> None:
    await door.files(**SAID)
    assert NL.say("register.via_link_anonymous") in cards(door.story)[0]


async def test_a_complaint_can_be_filed_too(door: Door) -> None:
    answer = await door.files("?kind=complaint", what="Niemand neemt op", effect="een dag wachten")
    assert NL.say("link.page.number", code="KD-1") in (await door.follow(answer)).text
    assert cards(door.story)[0].startswith("KD-1 · Klacht")


async def test_who_is_to_answer_gets_questions_to_begin_with(door: Door) -> None:
    await door.files(**SAID)
    whispered = [e for e in door.story.sent if isinstance(e, Whisper)]
    assert {each.who.id for each in whispered} == {"karim"}
    assert NL.say("feedback.question.since") in words(whispered[0].card)


async def test_after_five_quiet_days_anyone_of_the_client_may_accept_what_came_in_by_the_link_and_no_supplier(
    door: Door,
) -> None:
    await door.files(**SAID)
    await door.story.presses("karim", "acknowledge")
    await door.story.presses("karim", "resolve")
    about = door.story.button("accept").about
    await door.story.until("2027-03-09T09:30:00+01:00")
    await door.story.presses("karim", "accept", about=about)
    assert [item.state for item in await door.story.rows(Item)] == ["resolved"]
    await door.story.presses("ahmed", "accept", about=about)
    assert [item.state for item in await door.story.rows(Item)] == ["accepted"]


async def test_how_it_stands_is_seen_later_and_nothing_of_what_was_said(door: Door) -> None:
    answer = await door.files(**SAID)
    await door.story.presses("karim", "acknowledge")
    shown = await door.follow(answer)
    assert NL.say("link.page.state", state="begrepen") in shown.text
    assert "Inloggen" not in shown.text
    english = await door.follow(answer, **{"Accept-Language": "en"})
    assert EN.say("link.page.state", state=EN.say("feedback.state.acknowledged")) in english.text


# --- refused


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(door: Door) -> None:
    sent = {
        "what": "",
        "who": 'de <balie> & "co"',
        "people": "veel",
        "date": "2020-01-01",
        "good": "regel 1\r\nregel 2",
    }
    answer = await door.files(**sent)
    assert answer.status == 422
    page = Page(await answer.text())
    assert {name: page.values[name] for name in sent} == sent | {"good": "regel 1\nregel 2"}
    fields = {str(given["id"]): given for tag in ("input", "textarea") for given in page.all(tag) if "id" in given}
    for name, why in (("what", "text"), ("people", "count"), ("date", "date")):
        assert fields[name]["aria-invalid"] == "true"
        assert f"{name}-why" in str(fields[name]["aria-describedby"]).split()
        assert f'id="{name}-why">{NL.say(f"register.refused.{why}")}' in page.html
        assert f'href="#{name}"' in page.html
    assert "aria-invalid" not in fields["who"]
    assert await door.story.rows(Item) == []


async def test_the_impact_is_asked_for_once(door: Door) -> None:
    answer = await door.files(what="Het is traag")
    assert answer.status == 422
    page = Page(await answer.text())
    assert NL.say("register.asked_back.impact") in page.text
    assert 'class="asked" role="status"' in page.html, "a question is no mistake"
    assert 'class="errors"' not in page.html
    assert page.values["what"] == "Het is traag"
    assert await door.story.rows(Item) == []
    await door.follow(await door.post(page.values))
    assert "Het is traag" in cards(door.story)[0]


async def test_a_citizen_number_is_refused(door: Door) -> None:
    answer = await door.files(**(SAID | {"what": "Van 1112.22.333 klopt het adres niet"}))
    assert answer.status == 422
    assert NL.say("register.refused.citizen_number") in Page(await answer.text()).text
    assert await door.story.rows(Item) == []


async def test_lines_count_as_the_browser_counts_them(door: Door) -> None:
    lines = "a\r\n" * 749 + "b"
    await door.follow(await door.files(**(SAID | {"what": lines})))
    assert (await door.files(**(SAID | {"what": "a" * 1501}))).status == 422


async def test_what_only_software_fills_in_is_pointed_out_and_nothing_is_lost(door: Door) -> None:
    answer = await door.files(**SAID, website="https://buy.example")
    page = Page(await answer.text())
    assert answer.status == 422
    assert NL.say("link.page.trap") in page.text
    assert (page.values["website"], page.values["what"]) == ("", SAID["what"])
    assert await door.story.rows(Item) == []


# --- sent twice


async def test_sent_twice_it_is_filed_once_and_leads_to_the_same_page(door: Door) -> None:
    sent = (await door.page()).values | SAID
    first, second = await door.post(sent), await door.post(sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(await door.story.rows(Item)) == 1
    await door.story.later(days=3)
    assert (await door.post(sent)).headers["Location"] == first.headers["Location"]
    assert len(await door.story.rows(Item)) == 1


async def test_the_language_that_was_chosen_stays_and_can_be_changed(door: Door) -> None:
    answer = await door.files("?lang=en", **SAID)
    assert answer.headers["Location"].endswith("?lang=en")
    page = await door.follow(answer)
    assert EN.say("link.page.filed") in page.text
    assert 'href="?lang=nl"' in page.html


async def test_sent_twice_at_once_it_is_filed_once(door: Door) -> None:
    sent = (await door.page()).values | SAID
    answers = await asyncio.gather(*(door.post(sent) for _ in range(4)))
    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(await door.story.rows(Item)) == 1


async def test_who_goes_back_and_reports_something_else_files_that_too(door: Door) -> None:
    sent = (await door.page()).values | SAID
    first = await door.post(sent)
    second = await door.post(sent | {"what": "Printen lukt niet"})
    assert first.headers["Location"] != second.headers["Location"]
    assert "FB-2" in (await door.follow(second)).text


async def test_the_receipt_of_a_complaint_shows_the_answer_whatever_is_in_it(door: Door) -> None:
    filed = await door.files("?kind=complaint", what="Nooit iemand aan de lijn", effect="Een uur")
    answer = "Twee mensen erbij <script>alert(1)</script> " + "en een keuzemenu " * 60
    await door.story.sends("karim", "step", {"answer": answer}, "1 answer")
    page = await door.follow(filed)
    assert answer.strip() in page.text
    assert NL.say("link.page.judge") in page.text
    assert page.all("script") == []


# --- when nothing can be filed


async def told(door: Door, status: int) -> None:
    """The form, the poster and a sent form tell only that nothing can be filed."""
    title = NL.say("link.page.closed_title")
    asked = [await door.get(path=path) for path in ("", "/poster", "/qr.svg")]
    for answer in (*asked, await door.post(SAID)):
        assert answer.status == status
        page = Page(await answer.text())
        assert page.text == f"{title} · Samenspraak {title} {NL.say('link.page.closed')}"
    assert await door.story.rows(Item) == []


async def test_an_address_that_was_stopped_or_never_was_leads_nowhere(door: Door) -> None:
    await door.story.presses("karim", "link_stop", about="")
    await told(door, 404)
    await told(replace(door, secret="f"), 404)


async def test_the_old_address_stops_when_there_is_a_new_one(door: Door) -> None:
    newer = replace(door, secret=await secret_of(door.story))
    await told(door, 404)
    assert (await newer.files(**SAID)).status == 303


async def test_after_the_end_nothing_can_be_filed_or_seen(door: Door) -> None:
    filed = await door.files(**SAID)
    await door.story.write(lambda db: setattr(db.query(Project).one(), "ended_at", door.story.now))
    assert (await door.get()).status == 410
    receipt = await door.client.get(urljoin(filed.url.path, filed.headers["Location"]), headers=LANGUAGE)
    assert receipt.status == 410


async def test_without_a_yes_to_registers_nothing_can_be_filed(door: Door) -> None:
    await door.story.agrees("karim", "supplier", scopes="hear tip")
    await told(door, 410)


async def test_where_the_bot_stands_still_nothing_can_be_filed(door: Door) -> None:
    await door.story.befalls(Archived)
    await told(door, 410)


async def test_a_channel_with_another_id_keeps_its_address(door: Door) -> None:
    await door.story.write(lambda db: setattr(db.query(Channel).one(), "channel", "C2"))
    await door.follow(await door.files(**SAID))
    assert [item.channel for item in await door.story.rows(Item)] == ["C2"]


async def test_what_is_true_in_one_installation_says_nothing_in_another(door: Door) -> None:
    await door.story.write(lambda db: setattr(db.query(Link).one(), "digest", "0" * 64))
    await told(door, 404)


# --- too often, too much


async def test_one_visitor_is_slowed_down_and_loses_nothing(door: Door) -> None:
    page = (await door.page()).values
    for number in range(30):
        assert (await door.post(page | SAID | {"what": f"Nummer {number}"})).status == 303
    answer = await door.post(page | SAID | {"what": "Nummer 31"})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "600")
    shown = Page(await answer.text())
    assert NL.say("link.page.busy") in shown.text
    assert shown.values["what"] == "Nummer 31"
    assert (await door.post(page | SAID, **{"X-Forwarded-For": "198.51.100.7"})).status == 303
    door.story.now += timedelta(minutes=10)
    assert (await door.post(shown.values)).status == 303


async def test_one_address_takes_no_more_than_so_much_whoever_comes(door: Door) -> None:
    page = (await door.page()).values
    sent = [page | SAID | {"what": f"Nummer {number}"} for number in range(121)]
    found = [(await door.post(each, **{"X-Forwarded-For": f"198.51.100.{n}"})).status for n, each in enumerate(sent)]
    assert found == [303] * 120 + [429]


async def test_a_body_that_no_form_of_ours_has_is_not_read(door: Door) -> None:
    for body in ("what=" + "x" * 70_000, "&".join(f"a{n}=" for n in range(41))):
        answer = await door.client.post(f"/f/{door.secret}", data=body, headers=LANGUAGE)
        assert answer.status == 413
        assert NL.say("link.page.large") in Page(await answer.text()).text


# --- how it is made


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ["feedback", "complaint"])
async def test_every_field_has_a_label_and_the_page_its_language(door: Door, language: str, kind: str) -> None:
    page = await door.page(f"?kind={kind}", **{"Accept-Language": language})
    assert page.all("html")[0]["lang"] == language
    labelled = {given["for"] for given in page.all("label")}
    fields = [given for tag in ("input", "select", "textarea") for given in page.all(tag)]
    shown = [given for given in fields if given.get("type") != "hidden"]
    assert {given["id"] for given in shown} == labelled
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    described = {each for given in shown for each in str(given.get("aria-describedby", "")).split()}
    assert described <= set(ids)
    assert phrasebook(language).say("link.page.published") in page.text
    assert page.all("script") == []
    assert [given for _, given in page.tags if any(name.startswith("on") for name in given)] == []
    assert {given.get("aria-current") for given in page.all("a")} == {None, "page"}


async def test_the_language_is_that_of_the_address_then_the_browser_then_the_project(door: Door) -> None:
    for query, accepted, language in (("?lang=en", "nl", "en"), ("", "en-GB,nl;q=0.5", "en"), ("", "fr", "nl")):
        assert (await door.page(query, **{"Accept-Language": accepted})).all("html")[0]["lang"] == language
    refused = await door.post({"what": ""}, "?lang=en")
    assert EN.say("register.refused.text") in Page(await refused.text()).text


async def test_a_refused_form_puts_the_reader_at_what_is_wrong(door: Door) -> None:
    page = Page(await (await door.files(what="")).text())
    (summary,) = [given for given in page.all("div") if given.get("role") == "alert"]
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary
    assert page.html.split("<title>")[1].startswith(NL.say("link.page.error"))


async def test_whom_to_ring_and_what_it_is_about_stand_at_the_form(door: Door) -> None:
    def named(db: object) -> None:
        project = db.query(Project).one()  # type: ignore[attr-defined]
        project.name, project.emergency_line = "Loket <West>", "030 555 0199"

    await door.story.write(named)
    page = await door.page()
    assert NL.say("link.page.about", project="Loket <West>") in page.text
    assert "030 555 0199" in page.text


async def test_browsers_are_told_to_keep_and_load_and_pass_on_nothing(door: Door) -> None:
    answers = [await door.get(), await door.files(what=""), await door.files(**SAID), await door.get(path="/poster")]
    answers += [await door.get(path="/qr.svg"), await replace(door, secret="nowhere").get()]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


async def test_the_poster_holds_the_whole_address(door: Door) -> None:
    page = Page(await (await door.get(path="/poster")).text())
    assert f"https://samenspraak.example/f/{door.secret}" in page.text
    assert page.all("svg")
    code = await door.get(path="/qr.svg")
    assert code.content_type == "image/svg+xml"
    assert (await code.text()).lstrip().startswith("<?xml")


async def test_the_secret_and_what_was_said_are_in_no_log(
    door: Door, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    await door.follow(await door.files(**SAID))

    def breaks(*_: object) -> None:
        raise KeyError(SAID["what"])

    monkeypatch.setattr(link.outside, "opened", breaks)
    answer = await door.get()
    assert answer.status == 500
    assert NL.say("link.page.failed") in Page(await answer.text()).text
    ours = "\n".join(each.getMessage() for each in caplog.records if each.name != "aiohttp.access")
    assert "a page failed with KeyError" in ours
    assert door.secret not in ours
    assert SAID["what"] not in ours


# --- hostile words

MARKUP = st.sampled_from(
    ["<script>", "</textarea>", '"><img src=x onerror=a>', "{{ 7*7 }}", "{what}", "'", "&lt;", "<!--", "\r\n"]
)
HOSTILE = st.lists(st.one_of(MARKUP, st.text(max_size=20)), max_size=8).map("".join)


def drawn(language: str, kind: str, typed: dict[str, str], project: str) -> Page:
    """A refused form with what somebody typed."""
    book = phrasebook(language)
    fields = blanks.fields(book, kind, KINDS[kind].blanks, typed)
    shown = Form(kind, "Feedback", "Melden", "", (Text(project, "note"), *fields))
    reasons = {"what": "waarom", "": typed["what"]}
    texts = book.table("link.page")
    return Page(
        render.form(
            shown, language, texts, kinds=outside.OFFERED, once="0", reasons=reasons, notes=[project], asked_back=True
        )
    )


@settings(deadline=None, max_examples=60)
@given(
    typed=st.fixed_dictionaries(dict.fromkeys(("what", "who", "good", "people", "date", "behalf"), HOSTILE)),
    project=HOSTILE,
    language=st.sampled_from(["nl", "en"]),
)
def test_whatever_is_typed_comes_back_as_it_was_and_is_never_markup(
    typed: dict[str, str], project: str, language: str
) -> None:
    page = drawn(language, "feedback", typed, project)
    plain = drawn(language, "feedback", dict.fromkeys(typed, "x"), "y")
    assert {name: page.values[name] for name in typed} == typed

    def shape(page: Page) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(given)) for tag, given in page.tags]

    assert shape(page) == shape(plain)
