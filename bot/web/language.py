"""Which language a browser likes best."""

from collections.abc import Sequence


def liked(accepted: str, known: Sequence[str]) -> str | None:
    """Of the languages that we know the one that this Accept-Language likes best; None when it likes none of them."""
    wishes: list[tuple[float, str]] = []
    for wish in accepted.split(",")[:50]:
        tag, _, weight = wish.strip().partition(";q=")
        try:
            wishes.append((float(weight or 1), tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return next((tag for weight, tag in sorted(wishes, key=lambda wish: -wish[0]) if tag in known and weight > 0), None)
