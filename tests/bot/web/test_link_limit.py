"""How often somebody may come in: counted for as long as it matters, in a bounded memory, without an address in it."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.web import limit
from bot.web.limit import Limit, Visitors

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@given(waits=st.lists(st.integers(min_value=0, max_value=40), max_size=60), most=st.integers(1, 5))
def test_within_one_window_no_more_than_so_much_is_let_in(waits: list[int], most: int) -> None:
    counted, now, let_in = Limit(most, MINUTE), NOON, []
    for wait in waits:
        now += timedelta(seconds=wait)
        if counted.allows("a", now):
            let_in.append(now)
    for moment in let_in:
        # Two windows may touch each other, so in any minute at most twice as much.
        assert sum(moment <= each < moment + MINUTE for each in let_in) <= 2 * most


def test_each_is_counted_apart_and_after_a_while_anew() -> None:
    counted = Limit(2, MINUTE)
    assert [counted.allows("a", NOON) for _ in range(3)] == [True, True, False]
    assert counted.allows("b", NOON)
    assert not counted.allows("a", NOON + MINUTE - timedelta(seconds=1))
    assert counted.allows("a", NOON + MINUTE)


def test_who_keeps_knocking_is_let_in_when_the_window_is_over() -> None:
    counted = Limit(1, MINUTE)
    found = [counted.allows("a", NOON + timedelta(seconds=20 * n)) for n in range(7)]
    assert found == [True, False, False, True, False, False, True]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "MOST_KEYS", 10)
    counted = Limit(1, MINUTE)
    for number in range(1_000):
        counted.allows(str(number), NOON)
    assert len(counted.seen) == 10


def name(visitors: Visitors, remote: str, forwarded: str | None = None) -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    request = make_mocked_request("POST", "/f/x", headers=headers)
    return visitors.name(request.clone(remote=remote))


def test_visitors_are_told_apart_without_their_address() -> None:
    visitors = Visitors()
    assert name(visitors, "198.51.100.7") == name(visitors, "198.51.100.7") != name(visitors, "198.51.100.8")
    assert name(visitors, "198.51.100.7") != name(Visitors(), "198.51.100.7")
    assert "198" not in repr(visitors)
    assert len(name(visitors, "198.51.100.7")) == 32


def test_a_household_shares_one_part_of_ipv6() -> None:
    visitors = Visitors()
    assert name(visitors, "2001:db8:1:2::1") == name(visitors, "2001:db8:1:2:ffff::9")
    assert name(visitors, "2001:db8:1:2::1") != name(visitors, "2001:db8:1:3::1")
    assert name(visitors, "::ffff:198.51.100.7") == name(visitors, "198.51.100.7")


def test_only_a_proxy_of_our_own_network_names_who_comes() -> None:
    visitors = Visitors()
    direct = name(visitors, "20.1.2.3")
    assert name(visitors, "127.0.0.1", "20.9.9.9, 20.1.2.3") == direct
    assert name(visitors, "10.0.0.2", "20.1.2.3") == direct
    assert name(visitors, "20.1.2.3", "20.9.9.9") == direct
    for nonsense in ("", "somebody", "1.2.3.4.5", "<script>"):
        assert name(visitors, "127.0.0.1", nonsense) == name(visitors, "127.0.0.1")
