"""What is there to listen to: somebody's own words, folded to plain characters, in sentences. Offsets stay valid."""

import re
import unicodedata

import re2

LONGEST = 4000
"""How many characters of a message are judged; nobody makes a point after that."""

_NOT_OWN = re2.compile(
    r"(?ims)```.*?(?:```|\z)"  # code block
    r"|`[^`\n]+`"  # code
    r"|^[ \t]*(?:>|&gt;)[^\n]*"  # quoted lines
    r"|^[ \t>*_]*-{2,} ?(?:original message|oorspronkelijk bericht|forwarded message|doorgestuurd bericht)\b.*"
    r"|^[ \t]*begin (?:forwarded message|doorgestuurd bericht)\b.*"
    r"|^[ \t*]*(?:from|van):[^\n]*\n[ \t*]*(?:sent|date|verzonden|datum|to|aan):.*"  # mail history
    r"|^(?:on|op) [^\n]{4,80} (?:wrote|schreef)\b[^\n]{0,80}:[ \t]*$.*"
    r"|\b(?:https?://|www\.)[^\s<>|]+"
    r"|<(?:https?|mailto):[^>\n]*>"  # links as Slack writes them
    r"|\S{80,}"  # keys, dumps, a cat on the keyboard
)
_SPOKEN_BY_OTHERS = re2.compile('["“”„«»][^"“”„«»\n]{2,160}["“”«»]')
_HALF = re.compile("[\ud800-\udfff]")
_GRIN = "😂🤣😅😉😄😁😆😀😃😊🙂😜😝😋🙃😇😎🍻🍺🍰🎉🥳☕"


def _plain(code: int) -> str:
    char = chr(code)
    base = unicodedata.normalize("NFKD", char)[0].lower()
    if base.isascii() and base.isprintable():
        return base
    return char


_FOLD = {code: _plain(code) for code in range(0xA0, 0x250)}
_FOLD |= dict.fromkeys((*range(32), 127, 160, 173, 65279, *range(8192, 8208), *range(8232, 8240)), " ")
_FOLD |= dict.fromkeys(range(8287, 8304), " ")
_FOLD |= {ord("\n"): "\n"}
_FOLD |= {ord(char): "'" for char in "‘’‚‛`´ʼ"} | {ord(char): '"' for char in "“”„«»"}
_FOLD |= {ord(char): "$" for char in "€£"}
_FOLD |= {ord("–"): "-", ord("—"): "-", ord("…"): "."}
_FOLD |= {ord(char): "\x1a" for char in _GRIN}

_END = re2.compile(rb"[.!?]+[\"')\]]*(?:[ \t]+|\n+|\z)|\n+")
_ABBREVIATION = re2.compile(rb"\b(?:[a-z]|bijv|bv|evt|incl|excl|nr|ca|resp|mr|mrs|dr|approx|etc|vs|inc|ltd)\.[ \t]+\z")


def _blank(text: str, pattern: re2._Regexp) -> str:
    pieces = []
    end = 0
    for match in pattern.finditer(text):
        pieces.append(text[end : match.start()])
        pieces.append("".join("\n" if char == "\n" else " " for char in match.group()))
        end = match.end()
    return "".join((*pieces, text[end:]))


def own_words(text: str) -> str:
    """`text` with all that its author did not write for this conversation blanked by spaces: it keeps its length."""
    return _blank(_writable(text), _NOT_OWN)


def unquoted(text: str) -> str:
    """`text` with what stands between double quotes blanked: words that are named rather than used."""
    return _blank(_writable(text), _SPOKEN_BY_OTHERS)


def fold(text: str) -> bytes:
    """`text` in lower case and without accents, curls and invisible characters; one byte for every character."""
    return text.translate(_FOLD).lower().encode("ascii", "replace")


def sentences(folded: bytes) -> list[tuple[int, int]]:
    """Where each sentence of a folded text starts and ends."""
    found = []
    start = 0
    for match in _END.finditer(folded):
        if b"\n" not in match.group() and _ABBREVIATION.search(folded[max(0, match.end() - 12) : match.end()]):
            continue
        if folded[start : match.end()].strip():
            found.append((start, match.end()))
        start = match.end()
    if folded[start:].strip():
        found.append((start, len(folded)))
    return found


def _writable(text: str) -> str:
    """A lone half of a surrogate pair cannot be encoded, and pattern matching encodes."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)
