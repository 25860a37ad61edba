"""Where a guest is from, as far as their e-mail address tells; the same on every platform."""

# fmt: off
_ANYONES = frozenset({
    "aol.com", "fastmail.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.com",
    "hotmail.nl", "icloud.com", "kpnmail.nl", "live.com", "live.nl", "me.com", "msn.com", "outlook.com", "planet.nl",
    "proton.me", "protonmail.com", "skynet.be", "telenet.be", "xs4all.nl", "yahoo.co.uk", "yahoo.com", "ziggo.nl",
})
# fmt: on
"""E-mail domains that say nothing of where somebody works."""


def organisation_of(domain: str) -> str | None:
    """The key of the organisation that an e-mail domain belongs to; None when it is nobody's, or anybody's."""
    domain = domain.lower()
    return f"domain:{domain}" if domain and domain not in _ANYONES else None
