"""Whether JSON fits a schema: by a library that is quick, and why not by one that tells more."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for

BySchema = Callable[[Any], str | None]
"""Says what is wrong with a value, None when nothing is."""


def by_schema(schema: Any) -> BySchema:
    """A check by this schema; without `$schema` by the newest draft."""
    quick = jsonschema_rs.validator_for(schema)
    telling = validator_for(schema)(schema)

    def problem(value: Any) -> str | None:
        if quick.is_valid(value):
            return None
        found = best_match(telling.iter_errors(value))
        return "it does not fit" if found is None else f"{found.json_path} {found.message[:200]}"

    return problem
