"""Whether tips help: what is counted, when it may be told, and that chance alone seldom tells anything."""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from story import GOOD, NORMALISING, SUPPLIER, Story, member

from bench.tips import fill, made_up
from bot.__main__ import main
from bot.effect import count, effect_command
from bot.effect.count import (
    ALPHA,
    AUTHORS,
    NEEDED_GIVEN,
    NEEDED_HELD_BACK,
    OUTCOMES,
    QUESTIONS,
    SMALLEST,
    SURE,
    Compared,
    Group,
    authors,
    concluded,
    folded,
    groups,
    round_of,
    sample,
)
from bot.effect.report import as_words
from bot.shares import difference
from handlers.effect import PATTERNS
from storage import effect
from storage.database import EVERYWHERE, opened
from storage.effect import Measured
from storage.migrate import upgrade

DOCS = (Path(__file__).parents[2] / "docs/effect.md").read_text()
NEW_YEAR, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
ASKED = "Welke stap kost jullie nu de meeste tijd?"
CONCLUSIONS = {"helps", "helps too little", "harms"}
TEAM = [member(name, SUPPLIER) for name in ("mara", "noor", "olaf")]
SURNAMES = ("karim", "lotte", "mara", "noor", "olaf")


# --- through the real handlers


async def tipped(story: Story, *who: str, held_back: Sequence[str] = (), repaired: Sequence[str] = ()) -> None:
    """These people write what there is a tip for, one an hour; two days later all of it is long ago."""
    await story.agreed()
    await story.joins(*TEAM)
    for each in TEAM:
        await story.asks(each.person.id, "aan")
    for name in who:
        story.dice = 0.0 if name in held_back else 0.99
        message = await story.says(name, NORMALISING)
        await story.later(minutes=2)
        if name in repaired:
            await story.edits(message, ASKED)
        await story.later(minutes=63)
    await story.later(days=2)


def told(story: Story, project: str | None = None) -> dict[str, Any]:
    """What the command tells, as data."""
    url = story.database.writing.url.render_as_string(hide_password=False)
    answer: dict[str, Any] = json.loads(effect_command(url, project, True, story.now))
    return answer


async def test_a_repair_counts_the_same_whether_the_tip_was_given_or_held_back(story: Story) -> None:
    await tipped(story, *SURNAMES, held_back=("karim", "lotte"), repaired=("karim", "mara"))
    assert await story.held_back() == [True, True, False, False, False]
    assert [who for who, _ in story.tips] == ["mara", "noor", "olaf"]
    tips = await story.database.read(EVERYWHERE, lambda db: effect.measured(db, effect.agreed(db), round_of(story.now)))
    soon = timedelta(minutes=1)  # two minutes after the message, one after what was or would have been the tip
    assert [(tip.held_back, tip.followed.get("repaired")) for tip in tips] == [
        (True, soon), (True, None), (False, soon), (False, None), (False, None),
    ]  # fmt: skip
    assert [OUTCOMES[0].follows(tip) for tip in tips] == [True, False, True, False, False]
    everyone, normalising = told(story)["sides"]["supplier"]
    for group in (everyone, normalising):
        assert (group["given"], group["held_back"], group["answer"], group["compared"]) == (3, 2, "too early", [])
    assert everyone["said"] == {"given": 3, "judged": 1, "misheard": 0, "left": 0}
    assert told(story)["sides"]["client"] == []


async def test_of_fewer_than_five_people_nothing_is_shown(story: Story) -> None:
    await tipped(story, *SURNAMES[:4])
    assert told(story)["sides"] == {"supplier": [], "client": []}


async def test_before_a_day_has_passed_a_tip_does_not_count(story: Story) -> None:
    await tipped(story, *SURNAMES)
    story.now -= timedelta(days=2)
    assert [group["given"] for group in told(story)["sides"]["supplier"]] == [0, 0]


async def test_only_where_all_agreed_to_measure_and_still_do(story: Story) -> None:
    await tipped(story, *SURNAMES)
    assert len(told(story)["projects"]) == 1
    await story.agrees("sanne", "client", scopes="hear tip")
    with pytest.raises(click.ClickException, match="In no project"):
        told(story)


async def test_tips_from_before_all_agreed_to_measure_do_not_count(story: Story) -> None:
    await story.agreed()
    await story.agrees("sanne", "client", scopes="hear tip")
    await story.says("karim", NORMALISING)
    await story.later(days=1)
    await story.agrees("sanne", "client")
    await story.says("karim", GOOD)
    tips = await story.database.read(EVERYWHERE, lambda db: effect.measured(db, effect.agreed(db), NEW_YEAR))
    assert tips == []


async def test_a_project_is_meant_by_its_number_and_another_is_not_known(story: Story) -> None:
    await tipped(story, "karim")
    (number,) = told(story)["projects"]
    assert told(story, str(number)) == told(story)
    with pytest.raises(click.ClickException, match=f"In: {number}"):
        told(story, "another")


# --- a year of made-up tips


def answered(tips: Sequence[Measured], now: datetime = END) -> dict[tuple[str, str | None], Group]:
    """What there is to tell of each question."""
    return {(each.side, each.pattern): each for side in groups(tips, now).values() for each in side}


HELPING = made_up(Random(1), NEW_YEAR, better=0.3)


def test_a_tip_that_helps_is_seen_to_help_and_the_rest_is_described() -> None:
    for question, group in answered(HELPING).items():
        assert (question, group.answer) == (question, "helps")
        assert [each.what for each in group.compared] == [outcome.name for outcome in OUTCOMES]
        assert [each.sure for each in group.compared] == [SURE, *[0.95] * 4]
        assert group.compared[0].held_back[1] >= NEEDED_HELD_BACK
        assert group.compared[0].given[1] >= NEEDED_GIVEN


def test_an_answer_once_given_stays_the_same_however_often_one_looks() -> None:
    first: dict[tuple[str, str | None], tuple[Compared, ...]] = {}
    for week in range(4, 53, 4):
        now = NEW_YEAR + timedelta(weeks=week)
        for question, group in answered([tip for tip in HELPING if tip.at < now], now).items():
            if group.compared:
                kept = first.setdefault(question, group.compared)
                assert group.compared[:4] == kept[:4]
    assert set(first) == set(QUESTIONS)


@given(st.lists(st.booleans(), max_size=60), st.lists(st.booleans(), max_size=60))
def test_what_comes_later_does_not_change_the_sample(arms: list[bool], more: list[bool]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count, "NEEDED_HELD_BACK", 3)
        patch.setattr(count, "NEEDED_GIVEN", 9)
        before, after = (
            sample([tip(held_back=arm) for arm in arms]),
            sample([tip(held_back=arm) for arm in arms + more]),
        )
        assert before in ([], after)
        assert not after or (sum(each.held_back for each in after), len(after)) >= (3, 12)


def test_one_tip_short_of_enough_nothing_is_compared() -> None:
    (enough,) = [sample([each for each in HELPING if each.side == "client"])]
    assert answered(enough)["client", None].answer == "helps"
    short = answered(enough[:-1])["client", None]
    assert (short.answer, short.compared) == ("too early", ())
    assert short.held_back + short.given == len(enough) - 1


def test_a_tip_that_does_harm_is_seen_to_do_harm() -> None:
    harming = made_up(Random(2), NEW_YEAR, good=0.6, better=-0.35)
    assert {group.answer for group in answered(harming).values()} == {"harms"}


def test_a_tip_that_hardly_matters_is_not_called_a_help() -> None:
    hardly = made_up(Random(4), NEW_YEAR, good=0.1, better=0.02)
    assert {group.answer for group in answered(hardly).values()} <= {"no difference that matters", "undecided"}


def tip(held_back: bool = False, *, at: datetime = NEW_YEAR, person: str | None = None, **followed: float) -> Measured:
    after = {kind: timedelta(hours=hours) for kind, hours in followed.items()}
    return Measured("supplier", "normalising", at, held_back, after, person)


@pytest.mark.parametrize(
    ("followed", "happened"),
    [
        ({"repaired": 1}, [True, True, True, True, False]),
        ({"made_good": 1.1}, [False, True, False, False, False]),
        ({"followed_up": 0.5, "repaired": 24}, [False, True, True, True, False]),
        ({"came_back": 5}, [False, False, False, True, False]),
        ({"repeated": 300}, [False, False, False, False, True]),
        ({"repeated": 340}, [False, False, False, False, False]),
        ({"off": 1}, [False, False, False, False, True]),
        ({"helped": 0.1, "why": 0.1, "fine": 0.1, "promised": 0.1}, [False] * 5),
    ],
)
def test_only_what_can_follow_a_tip_that_nobody_saw_is_compared(
    followed: dict[str, float], happened: list[bool]
) -> None:
    assert [outcome.follows(tip(**followed)) for outcome in OUTCOMES] == happened


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (0.01, 0.30, "helps"),
        (0.16, 0.30, "helps"),
        (0.01, 0.14, "helps too little"),
        (-0.30, -0.01, "harms"),
        (-0.05, 0.14, "no difference that matters"),
        (-0.05, 0.16, "undecided"),
        (0.0, 0.20, "undecided"),
    ],
)
def test_what_an_interval_says(low: float, high: float, answer: str) -> None:
    assert concluded(Compared("", (0, 0), (0, 0), SURE, low, high)) == answer


# --- when nothing helps


@pytest.mark.parametrize("share", [0.005, 0.02, 0.05, 0.2, 0.5, 0.9, 0.99])
def test_with_no_effect_few_reports_conclude_one_by_chance_alone(share: float) -> None:
    """Worked out over all that can happen: how often at least one of the questions is answered, and wrongly."""
    wrong = 0.0
    for hits in range(NEEDED_HELD_BACK + 1):
        theirs = (hits, NEEDED_HELD_BACK)
        harms = bisect_left(range(NEEDED_GIVEN + 1), True, key=lambda n, t=theirs: apart(n, t)[1] >= 0)
        helps = bisect_left(range(NEEDED_GIVEN + 1), True, key=lambda n, t=theirs: apart(n, t)[0] > 0)
        tails = binom.cdf(harms - 1, NEEDED_GIVEN, share) + binom.sf(helps - 1, NEEDED_GIVEN, share)
        wrong += binom.pmf(hits, NEEDED_HELD_BACK, share) * tails
    assert 1 - (1 - wrong) ** len(QUESTIONS) <= ALPHA


def apart(hits: int, others: tuple[int, int]) -> tuple[float, float]:
    """The interval of so many of those given over others that were held back."""
    return difference((hits, NEEDED_GIVEN), others, SURE)


def test_with_no_effect_few_of_two_thousand_reports_conclude_one() -> None:
    dice, reports = np.random.default_rng(7), 2000
    shares = dice.uniform(0.05, 0.7, (reports, len(QUESTIONS)))
    drawn = zip(dice.binomial(NEEDED_GIVEN, shares), dice.binomial(NEEDED_HELD_BACK, shares), strict=True)
    wrong = [
        any(
            concluded(Compared("", (0, 0), (0, 0), SURE, *apart(int(hits), (int(other), NEEDED_HELD_BACK))))
            in CONCLUSIONS
            for hits, other in zip(given, held_back, strict=True)
        )
        for given, held_back in drawn
    ]
    assert np.mean(wrong) <= ALPHA


def test_with_no_effect_and_authors_who_differ_much_a_whole_report_seldom_concludes_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # With fewer tips than a real answer takes, to be quick: how often chance tells something depends on SURE alone.
    monkeypatch.setattr(count, "NEEDED_HELD_BACK", 60)
    monkeypatch.setattr(count, "NEEDED_GIVEN", 540)
    reports = [answered(made_up(Random(seed), NEW_YEAR, people=26)) for seed in range(20)]
    assert all(group.compared for report in reports for question, group in report.items() if question in QUESTIONS)
    wrong = [any(group.answer in CONCLUSIONS for group in report.values()) for report in reports]
    assert np.mean(wrong) <= ALPHA


# --- people are never listed


@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(PATTERNS["supplier"])), max_size=60))
def test_nothing_is_shown_of_fewer_than_five_people_nor_can_it_be_subtracted(tips: list[tuple[int, str]]) -> None:
    by_pattern = {
        name: [tip(person=str(who)) for who, pattern in tips if pattern == name] for name in PATTERNS["supplier"]
    }
    shown = folded(by_pattern)
    rest = [each for name in by_pattern if name not in shown for each in by_pattern[name]]
    assert all(authors(by_pattern[name]) >= AUTHORS for name in shown)
    assert not shown or not rest or authors(rest) >= AUTHORS


@given(st.integers(1, 12), st.integers(1, 8), st.integers(0, 1000))
def test_people_who_are_no_longer_known_are_never_overestimated(people: int, weeks: int, seed: int) -> None:
    tips = [replace(each, person=None) for each in made_up(Random(seed), NEW_YEAR, people=people, weeks=weeks)]
    here = [each for each in tips if each.side == "client"]
    assert 1 <= authors(here) <= people


def test_who_is_known_is_counted_once() -> None:
    assert authors([tip(person=name) for name in "abcab"]) == 3
    assert authors([tip() for _ in range(4)]) == 2
    assert authors([tip(at=NEW_YEAR + timedelta(weeks=week)) for week in range(9)]) == 1
    assert authors([]) == 0


# --- the command


@pytest.fixture(scope="module")
def made_up_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A year of made-up tips that help, in a database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('effect') / 'made-up.db'}"
    with opened(url) as database:
        upgrade(database.writing)
        database.write_now(EVERYWHERE, lambda db: fill(db, HELPING, END))
    return url


def test_the_report_says_what_was_found_with_its_uncertainty_and_names_nobody(made_up_database: str) -> None:
    words = effect_command(made_up_database, None, False, END - timedelta(seconds=1))
    assert "It helps." in words
    assert "made good within the hour" in words
    assert "99.5%" in words
    assert "not right" in words
    assert "too early" not in words
    assert "supplier-" not in words
    assert "client-" not in words
    assert max(len(line) for line in words.splitlines()) <= 100


def test_early_in_the_year_it_only_says_that_it_is_early_and_how_long_it_takes(made_up_database: str) -> None:
    with opened(made_up_database) as database:
        early = database.write_now(EVERYWHERE, lambda db: effect.measured(db, effect.agreed(db), NEW_YEAR))
    assert len(early) == len(HELPING)
    now = NEW_YEAR + timedelta(days=20)
    told_early = groups([each for each in early if each.at < now], now)
    assert {group.answer for side in told_early.values() for group in side} == {"too early"}
    words = count_words(told_early, now)
    assert "It is too early to say whether tips help" in words
    assert "a round has twelve" in words
    assert "within the hour" not in words


def test_the_pace_is_that_of_the_time_since_the_first_tip() -> None:
    now = NEW_YEAR + timedelta(days=20)
    told_early = groups([each for each in HELPING if each.at < now], now)
    late = as_words(told_early, ["1"], NEW_YEAR - timedelta(days=300), now, NEW_YEAR)
    assert late.splitlines()[-1] == count_words(told_early, now).splitlines()[-1]


def count_words(told_early: dict[str, list[Group]], now: datetime) -> str:
    return as_words(told_early, ["1"], NEW_YEAR, now, NEW_YEAR)


def test_the_next_year_begins_anew(made_up_database: str) -> None:
    words = effect_command(made_up_database, None, False, END + timedelta(days=1))
    assert "Round of 2028" in words
    assert words.count("Nothing is shown") == 2


def test_the_command_line(made_up_database: str, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["effect", "--database", made_up_database, "--json"])
    assert run.exit_code == 0
    assert json.loads(run.output)["needed"] == {"held_back": NEEDED_HELD_BACK, "given": NEEDED_GIVEN}
    run = CliRunner().invoke(main, ["effect", "--database", made_up_database, "--project", "Nobody's"])
    assert (run.exit_code, "In: 1 (Made up)" in run.output) == (1, True)
    run = CliRunner().invoke(main, ["effect", "--database", f"sqlite:///{tmp_path / 'none.db'}"])
    assert (run.exit_code, "There is no database" in run.output) == (1, True)


def test_what_is_laid_down_beforehand_is_what_is_counted() -> None:
    for figure in (f"**{NEEDED_HELD_BACK}**", f"**{NEEDED_GIVEN:,}**", f"{SMALLEST:.0%}", f"{SURE:.1%}"):
        assert figure in DOCS
    for outcome in OUTCOMES:
        assert outcome.name in DOCS
    for _, pattern in QUESTIONS:
        assert pattern is None or f"`{pattern}`" in DOCS
