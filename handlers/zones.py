"""Time zones as people name them: by their id, or by a city or a country in either language."""

import unicodedata
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from prompts import LANGUAGES


def exists(zone: str | None) -> bool:
    """Whether this is the id of a zone; platforms now and then know one that we do not."""
    return zone in available_timezones()


def zone_named(written: str) -> str | None:
    """The id of the zone that somebody means; None for what is no place, or a country with more than one clock."""
    return _names().get(_folded(written))


def _folded(name: str) -> str:
    """A name without capitals, accents and punctuation: how people write it."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(
        "".join(each if each.isalnum() or each in "/+" else " " for each in plain if each.isascii()).split()
    )


@cache
def _names() -> dict[str, str]:
    """Every name by which a zone can be called; a full id wins from a city, and a city from a country."""
    known = available_timezones()
    locales = [Locale(language) for language in LANGUAGES]
    names: dict[str, str] = {}
    for territory, zones in get_global("territory_zones").items():
        clocks = {_clock(zone) for zone in zones if zone in known}
        if len(clocks) == 1:
            zone = next(zone for zone in zones if zone in known)
            names |= {_folded(each.territories[territory]): zone for each in locales if territory in each.territories}
    for zone in sorted(set(get_global("zone_territories")) & known):
        names[_folded(zone.rpartition("/")[2])] = zone
        for each in locales:
            city = each.time_zones[zone].get("city") if zone in each.time_zones else None
            if city:
                names[_folded(city)] = zone
    return names | {_folded(zone): zone for zone in known}


def _clock(zone: str) -> tuple[object, ...]:
    """How a zone's clock stands in winter and in summer."""
    return tuple(datetime(2026, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() for month in (1, 7))
