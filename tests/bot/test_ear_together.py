"""Many messages at once: heard in their order, by as many processes as there are cores, a few ahead."""

import os
import signal
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

import pytest

from bot import ear
from handlers.turn import Listen
from prompts.ear import hear

TEXTS = (
    ("Dat is in het begin voor iedereen even wennen, dat hoort erbij.", "supplier"),
    ("Goedemorgen allemaal!", "supplier"),
    ("Since Monday twelve nurses cannot enter their rounds, so they write on paper.", "client"),
    ("Bedankt voor het overleg van net.", "client"),
)


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(ear, "FEW", 3)
    monkeypatch.setattr(ear, "CHUNK", 2)
    return [Listen(text, side) for text, side in TEXTS * 12]


def test_many_are_heard_in_their_order_and_only_a_few_are_taken_ahead(many):
    taken = 0

    def coming():
        nonlocal taken
        for what in many:
            taken += 1
            yield what

    hearings = ear.together(coming())
    few = list(islice(hearings, 3))
    assert taken == 3
    assert next(hearings).label == "none"
    assert taken <= 3 + ear.CHUNK * (ear.AHEAD * (os.cpu_count() or 1) + 1)
    alone = [hear(text, side) for text, side in TEXTS]
    assert [*few, alone[3], *hearings] == alone * 12
    assert taken == len(many)


def test_few_wake_no_other_process(monkeypatch):
    monkeypatch.setattr(ear, "ProcessPoolExecutor", None)
    assert [each.lang for each in ear.together(Listen(text, side) for text, side in TEXTS)] == ["nl", "nl", "en", "nl"]


def test_a_process_that_dies_ends_the_hearing_and_says_so(many, monkeypatch):
    monkeypatch.setattr(ear, "_each", _dies)
    with pytest.raises(BrokenProcessPool):
        list(ear.together(many))


def _dies(whats: list[Listen]) -> list[object]:
    if os.environ.get("HOME_OF_THE_TEST") != str(os.getpid()):
        os._exit(1)
    return []


@pytest.fixture(autouse=True)
def _this_process(monkeypatch):
    monkeypatch.setenv("HOME_OF_THE_TEST", str(os.getpid()))


def test_ctrl_c_is_for_who_gave_the_work():
    ignored = "import signal; from bot import ear; ear._among_others(); print(signal.getsignal(signal.SIGINT))"
    found = subprocess.run([sys.executable, "-c", ignored], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(signal.SIG_IGN)
