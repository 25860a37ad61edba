"""What people write in Teams, from HTML to the plain words of it, with quotes and code kept apart."""

from html.parser import HTMLParser

_LINE = frozenset({"p", "div", "br", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
_CODE = frozenset({"pre", "codeblock"})
_SILENT = frozenset({"script", "style"})


def plain(html: str) -> str:
    """The text of `html` as a person reads it: quoted lines begin with "> ", code stands in fences.

    What looks like a tag but is none of a message's own stays text.
    """
    # A tag that never ends is none. The parser would look for its end again and again, to the last letter each time.
    ends = html.rfind(">") + 1
    reader = _Reader()
    reader.feed(html[:ends] + html[ends:].replace("<", "&lt;"))
    reader.close()
    return "\n".join(line.rstrip() for line in "".join(reader.said).splitlines()).strip()


class _Reader(HTMLParser):
    """Collects what is said; the parser asks for a class."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._quotes = self._silences = 0
        self._codes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self._quotes += 1
            self._line()
        elif tag in _CODE:
            self._codes += 1
            self._line()
            self._say("```")
            self._line()
        elif tag in _SILENT:
            self._silences += 1
        elif tag in _LINE:
            self._line()
        elif tag in ("img", "emoji"):
            self._say(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
            self._line()
        elif tag in _CODE and self._codes:
            self._codes -= 1
            self._line()
            self._say("```")
            self._line()
        elif tag in _SILENT:
            self._silences = max(0, self._silences - 1)
        elif tag in _LINE:
            self._line()

    def handle_data(self, data: str) -> None:
        if self._silences:
            return
        # A line break in HTML is a space, but in code it is a line break.
        if self._codes:
            for number, line in enumerate(data.splitlines()):
                if number:
                    self._line()
                self._say(line)
        else:
            self._say(" ".join(data.replace("\N{NO-BREAK SPACE}", " ").split("\n")))

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        # The parser itself gives up on "<![" with anything after it that it does not know.
        return self.parse_bogus_comment(i, bool(report))

    def _say(self, words: str) -> None:
        if words and self.said and self.said[-1] == "\n" and not words.strip() and not self._codes:
            return
        if words and (not self.said or self.said[-1] == "\n") and self._quotes:
            self.said.append("> " * self._quotes)
        if words:
            self.said.append(words)

    def _line(self) -> None:
        if self.said and self.said[-1] != "\n":
            self.said.append("\n")
