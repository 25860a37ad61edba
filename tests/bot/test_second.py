"""A second opinion: what a language model gets to read, and what of its answer counts. The server is outside."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.second import FAILURES, REST, opinion
from bot.settings import Model
from handlers.turn import Hearing, Listen
from prompts.second import masked, question

MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SAID = "Hoi Anja, dat pakken we op in een volgende release van Zorgplan 4. Bel Kim op 06-12345678. Groet, Bas"
DOUBT = Hearing("vague_deferral", 0.8, nudge=False, lang="nl", quote="dat pakken we op", unsure=True)

QUESTION = "Welk werk ligt er nu bij jullie stil?"


class Endpoint:
    """An endpoint that answers what it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: object = json.dumps(
            {"label": "vague_deferral", "question": "Welk werk ligt er nu bij jullie stil?"}
        )
        self.status = 200
        self.body: str | None = None
        self.drips, self.dripped = False, 0
        self.asked: list[dict[str, Any]] = []

    async def reply(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        if self.body is not None:
            return web.Response(text=self.body, content_type="application/json")
        if self.drips:
            slow = web.StreamResponse()
            await slow.prepare(request)
            while self.dripped < 20:
                await slow.write(b" ")
                self.dripped += 1
                await asyncio.sleep(0.1)
            return slow
        message = {"role": "assistant", "content": self.answer}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return web.json_response(
            {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]},
            status=self.status,
        )


Ask = Callable[[Listen, Hearing], Awaitable[Hearing]]


@asynccontextmanager
async def model(
    endpoint: Endpoint, a_day: int = 100, now: Callable[[], datetime] = lambda: MONDAY, patience: float = 5
) -> AsyncIterator[Ask]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", endpoint.reply)
    async with (
        TestServer(app) as server,
        opinion(Model(str(server.make_url("/v1/")), "small", None, a_day), now, patience) as ask,
    ):
        yield ask


async def test_it_can_make_a_doubt_sure_and_gives_a_question_to_begin_with() -> None:
    async with model(Endpoint()) as ask:
        heard = await ask(Listen(SAID, "supplier"), DOUBT)
    assert heard == replace(DOUBT, nudge=True, unsure=False, question=QUESTION)


async def test_names_and_numbers_do_not_leave_and_the_message_is_fenced() -> None:
    endpoint = Endpoint()
    async with model(endpoint) as ask:
        await ask(Listen(SAID, "supplier", "Kim Visser ziet 40 lege dossiers"), DOUBT)
        await ask(Listen(SAID, "supplier"), DOUBT)
    system, user = (message["content"] for message in endpoint.asked[0]["messages"])
    fence, other_fence = user.splitlines()[0], user.splitlines()[-1]
    assert fence in system
    assert other_fence in system
    # Fences are drawn at random and may hold any digits.
    said = user.replace(fence, "").replace(other_fence, "")
    for hidden in ("Anja", "Kim", "Bas", "Visser", "Zorgplan", "0612345678", "40", "4."):
        assert hidden not in said
    assert fence not in endpoint.asked[1]["messages"][1]["content"]


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps({"label": "none", "question": ""}),
        json.dumps({"label": "blame_shifting", "question": ""}),
        json.dumps({"label": "anything", "question": ""}),
        json.dumps(["vague_deferral"]),
        "vague_deferral",
        "[" * 100_000,
        ["vague_deferral"],
        None,
        "",
    ],
)
async def test_another_answer_or_nonsense_changes_nothing(answer: object) -> None:
    endpoint = Endpoint()
    endpoint.answer = answer
    async with model(endpoint) as ask:
        assert await ask(Listen(SAID, "supplier"), DOUBT) == DOUBT


@pytest.mark.parametrize(
    "body", ["<html>Log in</html>", "{}", '{"choices": null}', '{"error": "no"}', "[]", '{"choices": [{}]}']
)
async def test_an_endpoint_that_is_something_else_changes_nothing(body: str) -> None:
    endpoint = Endpoint()
    endpoint.body = body
    async with model(endpoint) as ask:
        for _ in range(FAILURES + 1):
            assert await ask(Listen(SAID, "supplier"), DOUBT) == DOUBT
    assert len(endpoint.asked) == FAILURES


async def test_who_answers_drop_by_drop_is_not_waited_for() -> None:
    endpoint = Endpoint()
    endpoint.drips = True
    async with model(endpoint, patience=0.3) as ask:
        assert await ask(Listen(SAID, "supplier"), DOUBT) == DOUBT
        assert endpoint.dripped < 20


async def test_when_it_fails_it_is_left_alone_for_a_while() -> None:
    endpoint, clock = Endpoint(), [MONDAY]
    endpoint.status = 500
    async with model(endpoint, now=lambda: clock[0]) as ask:
        for _ in range(FAILURES + 2):
            assert await ask(Listen(SAID, "supplier"), DOUBT) == DOUBT
        assert len(endpoint.asked) == FAILURES
        endpoint.status = 200
        clock[0] += REST
        assert (await ask(Listen(SAID, "supplier"), DOUBT)).nudge


async def test_it_is_asked_only_so_often_a_day() -> None:
    endpoint, clock = Endpoint(), [MONDAY]
    async with model(endpoint, a_day=2, now=lambda: clock[0]) as ask:
        assert [(await ask(Listen(SAID, "supplier"), DOUBT)).nudge for _ in range(3)] == [True, True, False]
        clock[0] += timedelta(days=1)
        assert (await ask(Listen(SAID, "supplier"), DOUBT)).nudge


async def test_a_client_gets_no_question_of_a_model() -> None:
    endpoint = Endpoint()
    endpoint.answer = json.dumps({"label": "impactless_complaint", "question": "Wat kost dit jullie nu?"})
    doubt = Hearing("impactless_complaint", 0.8, nudge=False, lang="nl", unsure=True)
    async with model(endpoint) as ask:
        heard = await ask(Listen("Wat een bende", "client"), doubt)
    assert (heard.nudge, heard.question) == (True, None)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Wat?",
        "Bel mij even.",
        "Kijk je op www.voorbeeld.nl?",
        "Wat vindt <@U1> hiervan?",
        "What is stuck at your desk?",
        "Hoeveel van de 40 zijn leeg?",
        "Wat ziet [A] nu gebeuren?",
        "Zie https://x.nl wat ligt er stil?",
        "Wat " * 60 + "?",
    ],
)
def test_a_question_that_is_not_fit_to_be_shown_is_not(said: str) -> None:
    assert question(said, "nl") is None


def test_the_same_name_gets_the_same_mask() -> None:
    assert masked("Kim belt Bas en Kim mailt a@b.nl over https://x.nl/1") == "[A] belt [B] en [A] mailt […] over"
    assert masked("Dit is `code 12` en 3,50") == "Dit is en [#]"


@pytest.mark.parametrize(
    "said",
    [
        "[Kim] belt Bas",
        "1[Jan Jansen] in Delft",
        "zie portaal.delft.nl of acme.nl/inloggen",
        "het staat in /srv/klanten/jansen/uit.csv",
        "> Van: Anja Jansen\n> Zoiets",
        "```\nKim = 12\n" + "x = 1\n" * 400,
    ],
)
def test_nothing_slips_through_the_mask(said: str) -> None:
    for hidden in ("Kim", "Bas", "Jan", "Delft", "delft", "acme", "jansen", "Anja"):
        assert hidden not in masked(said)
