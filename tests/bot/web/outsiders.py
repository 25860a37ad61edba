"""A browser before the pages for people outside, and what a page holds."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from story import Story, reply

from bot.house import House
from bot.web import link

Client = TestClient[web.Request, web.Application]
LANGUAGE = {"Accept-Language": "nl"}


@dataclass
class Page(HTMLParser):
    """What a page holds, as a browser would read it."""

    html: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    """What stands in each field."""
    _in: str | None = None
    _chosen: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self.close()
        self.values = {name: value.removeprefix("\n") for name, value in self.values.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "input":
            self.values[str(given["name"])] = given.get("value") or ""
        if tag in ("textarea", "select"):
            self._in = str(given["name"])
            self.values[self._in] = ""
        if tag == "option" and "selected" in given and self._in is not None:
            self.values[self._in] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._in is not None and self.tags[-1][0] == "textarea":
            self.values[self._in] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._in = None

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [given for name, given in self.tags if name == tag]

    @property
    def text(self) -> str:
        unstyled = re.sub(r"<style>.*?</style>", "", self.html, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", unstyled)).split())


@dataclass
class Door:
    """The address of a story, and a browser before it."""

    story: Story
    client: Client
    secret: str

    async def get(self, query: str = "", path: str = "", **headers: str) -> ClientResponse:
        return await self.client.get(f"/f/{self.secret}{path}{query}", headers=LANGUAGE | headers)

    async def page(self, query: str = "", **headers: str) -> Page:
        answer = await self.get(query, **headers)
        assert answer.status == 200
        return Page(await answer.text())

    async def post(self, sent: dict[str, str], query: str = "", **headers: str) -> ClientResponse:
        answer = await self.client.post(
            f"/f/{self.secret}{query}", data=sent, headers=LANGUAGE | headers, allow_redirects=False
        )
        await self.story.settle()
        return answer

    async def files(self, query: str = "", **said: str) -> ClientResponse:
        """Open the form, fill it in, and send it."""
        return await self.post((await self.page(query)).values | said, query)

    async def follow(self, answer: ClientResponse, **headers: str) -> Page:
        """Where a form leads to once it is taken."""
        assert answer.status == 303, await answer.text()
        to = urljoin(answer.url.path, answer.headers["Location"])
        shown = await self.client.get(to, headers=LANGUAGE | headers)
        assert shown.status == 200
        return Page(await shown.text())


def served(house: House) -> web.Application:
    app = web.Application()
    app.add_routes(link.routes(house))
    return app


async def secret_of(story: Story) -> str:
    """Somebody of the client makes an address; the secret in it."""
    await story.asks("sanne", "link")
    told = reply(await story.presses("sanne", "link_make"))
    story.sent.clear()
    return next(line for line in told.splitlines() if line.startswith("https://")).rpartition("/")[2]
