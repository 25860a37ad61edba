"""The real playground in a real browser: the machine's own Chromium, without a window."""

import asyncio
import json
import os
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bot.app import demonstrating
from storage.database import opened
from storage.migrate import upgrade

# A machine may be busy; what comes sooner is not waited for.
expect.set_options(timeout=30_000)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium; skips the test where the machine has none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("Chromium is not here: install chromium, or google-chrome")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield launched
        finally:
            launched.close()


@contextmanager
def playground() -> Iterator[str]:
    """The playground as `samenspraak demo` serves it, in a thread of its own; its address."""
    address: Future[str] = Future()
    stopping: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        stopping.set_result((asyncio.get_running_loop(), stop))
        with opened("sqlite://") as database:
            upgrade(database.writing)
            async with demonstrating(database) as app:
                runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
                await runner.setup()
                site = web.TCPSite(runner, "127.0.0.1", 0)
                await site.start()
                address.set_result(f"http://127.0.0.1:{runner.addresses[0][1]}/playground/")
                await stop.wait()
                await runner.cleanup()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as problem:
            if address.done():
                raise
            address.set_exception(problem)

    thread = threading.Thread(target=run, name="playground")
    thread.start()
    try:
        where = address.result(timeout=60)
        _wake_the_ear(where)
        yield where
    finally:
        loop, stop = stopping.result(timeout=60)
        if loop.is_running():
            loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=60)


def _wake_the_ear(address: str) -> None:
    """Its process takes some seconds to start on a busy machine, and what it can't hear in five is not judged."""
    draft = {"room": "samen-en", "who": "imran", "kind": "command", "word": "check", "text": "Good morning!"}
    for attempt in range(12):
        body = json.dumps(draft | {"id": f"awake-{attempt}"}).encode()
        asked = urllib.request.Request(f"{address}do", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            if not json.load(answer)["answers"]:  # what was heard is shown in the room; an unheard draft gets a form
                return
    raise AssertionError("the ear never woke")


class Overheard:
    """All that the server sends to one person's browser, byte for byte."""

    def __init__(self, address: str, room: str, who: str) -> None:
        self._stream = urllib.request.urlopen(f"{address}stream?room={room}&who={who}", timeout=60)
        self._heard = b""
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._stream:
            with self._news:
                self._heard += line
                self._news.notify_all()

    def until(self, text: str) -> bytes:
        """Everything so far, once `text` is part of it."""
        with self._news:
            assert self._news.wait_for(lambda: text.encode() in self._heard, timeout=60), f"{text!r} was never sent"
            return self._heard


def pane(page: Page, who: str) -> Locator:
    """The channel as one person sees it."""
    return page.locator(f'.pane[data-person="{who}"]')


def write(page: Page, who: str, text: str) -> None:
    """Type a message and send it."""
    pane(page, who).locator(".write textarea").fill(text)
    pane(page, who).locator(".write [type=submit]").click()


def last(page: Page, who: str, kind: str) -> Locator:
    """The newest entry of a kind in somebody's pane: mine, other, whisper or app."""
    return pane(page, who).locator(f".entry.{kind}").last


def picture(target: Page | Locator, name: str) -> None:
    """Write a screenshot, where SAMENSPRAAK_SCREENSHOTS names a folder for them."""
    if folder := os.environ.get("SAMENSPRAAK_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        target.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")
