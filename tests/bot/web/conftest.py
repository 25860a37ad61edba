"""The address of a project, served over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from outsiders import Door, secret_of, served
from story import Story


@pytest.fixture
async def door(story: Story) -> AsyncIterator[Door]:
    await story.agreed()
    secret = await secret_of(story)
    # The story's clock is read anew for every request.
    house = replace(story.house, now=lambda: story.now)
    async with TestClient(TestServer(served(house))) as client:
        yield Door(story, client, secret)
