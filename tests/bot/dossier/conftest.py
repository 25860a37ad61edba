"""One dossier of a project in which much happened, made once: the tests only read it."""

import asyncio
from pathlib import Path

import pytest
from dossiers import asked_for, much_happened
from story import NewStory

from bot.dossier.pack import packed


@pytest.fixture(scope="session")
def made(new_story: NewStory) -> str:
    """What the dossier is made of."""

    async def told() -> str:
        await much_happened(story)
        return (await asked_for(story)).content

    with new_story() as story:
        return asyncio.run(told())


@pytest.fixture(scope="session")
def whole(made: str) -> bytes:
    """The zip."""
    return packed(made)


@pytest.fixture(scope="session")
def on_file(whole: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, as a file."""
    path = tmp_path_factory.mktemp("dossier") / "dossier.zip"
    path.write_bytes(whole)
    return path
