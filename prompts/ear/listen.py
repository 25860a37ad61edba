"""Hears what was said: language, own words, sentences, cues, and from those a label, how sure, and whether to tip."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

from prompts.ear.encoder import Heard
from prompts.ear.head import confidence
from prompts.ear.hearing import CLIENT_PATTERNS, SIGNS, SUPPLIER_PATTERNS, Hearing
from prompts.ear.language import tongues
from prompts.ear.rules import Rule, rules
from prompts.ear.text import LONGEST, fold, own_words, sentences, unquoted
from prompts.ear.trained import trained

HEARD = 0.5
"""From this score on a rule counts as heard."""
LET_GO = 0.5
"""From this share of `none` by the pieces on, a message in which no rule hits is let go unencoded."""
SURE = {
    "normalising": 0.8,
    "technical_diversion": 0.85,
    "vague_deferral": 0.8,
    "blame_shifting": 0.8,
    "impactless_complaint": 0.8,
}
"""From this score on the rules are sure of a pattern."""
WITH_A_RULE = 0.6
ALONE = {
    "normalising": 0.97,
    "technical_diversion": 0.9,
    "vague_deferral": 0.997,
    "blame_shifting": 0.985,
    "impactless_complaint": 0.99,
}
"""From this share of a pattern on it is worth a tip: with a rule that is sure of it too, or on the trained part's word
alone. Chosen on the development set, for precision: a false tip costs more than a missed one."""
DOUBT = 1.5
"""How much more `none` weighs than in the corpus: real exchanges hold more of it."""

_LISTENS_FOR = {
    "supplier": frozenset((*SUPPLIER_PATTERNS, *SIGNS, "done", "rejects", "step")),
    "client": frozenset((*CLIENT_PATTERNS, *SIGNS, "impact_feedback", "resolved")),
}
_PATTERNS = frozenset((*SUPPLIER_PATTERNS, *CLIENT_PATTERNS))
_ASKED_FOR = frozenset((*CLIENT_PATTERNS, "impact_feedback", "technical_question", "trouble"))
"""What matters in the message that is answered."""
_MADE_GOOD = {"commits": "vague_deferral", "acknowledges": "technical_diversion"}
"""What a promise and an acknowledgement make good, whatever else is said."""
_LONGEST_QUOTE = 140
_SENTENCES = 60
"""How many sentences of a message are looked through for a quote."""
_ASKED = 0.4
"""What is left of a rule's weight when its phrase is asked rather than said."""
_MERE_TROUBLE = 0.6
"""What is left of the weight of technique when the other only reports that something does not work."""


@dataclass(frozen=True)
class Cue:
    """A rule that hit: in which sentence, where, and how much it weighs there."""

    kind: str
    rule: str
    weight: float
    sentence: int
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """What the rules make of a message: its sentences, the cues that count, a score for each label, and signs.

    `excused` are the patterns whose phrase is there but not meant, or made good by the rest of the message; `innocent`
    is a message in which that is all there is; `asks` is one that asks what it means, for whom, how often.
    """

    spans: list[tuple[int, int]]
    cues: list[Cue]
    scores: dict[str, float]
    excused: frozenset[str]
    innocent: bool
    asks: bool
    signs: frozenset[str]


def hear(text: str, side: Literal["supplier", "client"], context: str | None = None) -> Hearing:
    """What somebody on `side` says in `text`, given the message they answer.

    A text of several lines may be a burst: one author's messages, judged as one. Never raises; what is not Dutch or
    English is `none`.
    """
    own = own_words(text[:LONGEST])
    lang, languages = tongues(own)
    if not languages:
        return Hearing("none", 1.0, nudge=False, lang="other")
    found = _find(own, side, context, languages)
    learnt = trained()
    if learnt is None:
        return _by_rules_alone(text, lang, found)
    head = learnt.heads[side]
    counted = head.count(own, context)
    none = float(counted[head.labels.index("none")])
    if found.innocent or (none >= LET_GO and max(found.scores.values()) < HEARD):
        # What sounds like a pattern to the trained part is the very phrase that was excused.
        return Hearing("none", round(none, 3), nudge=False, lang=lang, signs=found.signs)
    heard = learnt.encode(side, own, own_words(context[:LONGEST]) if context else None)
    shares = _weighed(head.weigh(counted, heard.likely, found.scores), found, context)
    label = max(shares, key=lambda label: shares[label])
    share, sure = shares[label], round(confidence(side, shares[label]), 3)
    if label == "none":
        return Hearing("none", sure, nudge=False, lang=lang, signs=found.signs)
    nudge = label in SURE and "banter" not in found.signs
    if nudge:
        # Who asks what it means does what the coach would say: then only a rule that is sure is a reason for a tip.
        by_rule = found.scores[label] >= SURE[label]
        nudge = share >= WITH_A_RULE if by_rule else share >= ALONE[label] and not found.asks
    quote = _phrase(text, found, label) or _strongest(text, own, found.spans, heard, label)
    unsure = label in SURE and not nudge and share >= HEARD and "banter" not in found.signs
    return Hearing(label, sure, nudge, lang, quote, found.signs, unsure)


def _by_rules_alone(text: str, lang: str, found: Found) -> Hearing:
    """Rules alone hear too little and too often wrongly to nudge anybody."""
    label = max(found.scores, key=lambda label: found.scores[label])
    score = found.scores[label]
    if score < HEARD:
        return Hearing("none", round(1 - score, 3), nudge=False, lang=lang, signs=found.signs)
    return Hearing(label, round(score, 3), False, lang, _phrase(text, found, label), found.signs)


def _find(own: str, side: str, context: str | None, languages: tuple[str, ...]) -> Found:
    folded = fold(own)
    spans = sentences(folded)
    cues = find_cues(folded, spans, languages, _LISTENS_FOR[side])
    signs = frozenset(cue.kind for cue in cues if cue.kind in SIGNS and cue.weight >= HEARD)
    said = unquoted(own)
    used = _used(cues, cues if said == own else find_cues(fold(said), spans, languages, _PATTERNS))
    if side == "supplier":
        labels: tuple[str, ...] = SUPPLIER_PATTERNS
        left = _supplier(used, folded, spans, _context_cues(context))
    else:
        labels = (*CLIENT_PATTERNS, "impact_feedback")
        left = _client(used)
    there = {cue.kind for cue in cues if cue.weight >= HEARD}
    made_good = {_MADE_GOOD[kind] for kind in there & _MADE_GOOD.keys()}
    excused = frozenset(there & _PATTERNS) - {cue.kind for cue in left}
    scores = {label: _score(left, label) for label in labels}
    innocent = bool(excused) and not any(scores.values())
    return Found(spans, left, scores, excused | made_good, innocent, "asks" in there, signs)


def rule_scores(text: str, side: str, context: str | None) -> dict[str, float]:
    """What the rules alone make of a message: a score from 0 to 1 for each label but `none`."""
    own = own_words(text[:LONGEST])
    _, languages = tongues(own)
    return _find(own, side, context, languages or ("nl", "en")).scores


def _weighed(shares: dict[str, float], found: Found, context: str | None) -> dict[str, float]:
    """How likely each label is, after what cannot be and what is made good went to `none`."""
    shares["none"] *= DOUBT
    for label in found.excused | (frozenset() if context else {"technical_diversion"}):
        shares["none"] += shares.pop(label, 0.0)
    whole = sum(shares.values())
    return {label: share / whole for label, share in shares.items()}


def find_cues(
    folded: bytes, spans: Sequence[tuple[int, int]], languages: Iterable[str], wanted: Container[str]
) -> list[Cue]:
    """Every rule of the wanted kinds that hits, in every sentence."""
    pieces = [folded[start:end] for start, end in spans]
    return [
        cue
        for lang in languages
        for rule in rules(lang)
        if rule.kind in wanted and (rule.whole or rule.any.search(folded))
        for cue in _hits(rule, pieces, spans)
    ]


def _hits(rule: Rule, pieces: Sequence[bytes], spans: Sequence[tuple[int, int]]) -> Iterable[Cue]:
    for number, (piece, (begin, _)) in enumerate(zip(pieces, spans, strict=True)):
        found = rule.find(piece)
        if found is None:
            continue
        weight = rule.weight
        if not rule.question and piece.rstrip(b" \n\"')").endswith(b"?"):
            weight *= _ASKED
        yield Cue(rule.kind, rule.name, weight, number, begin + found[0], begin + found[1])


def _context_cues(context: str | None) -> list[Cue]:
    if not context:
        return []
    own = own_words(context[:LONGEST])
    _, languages = tongues(own)
    folded = fold(own)
    return find_cues(folded, sentences(folded), languages, _ASKED_FOR)


def _used(cues: list[Cue], said: list[Cue]) -> list[Cue]:
    """Without the patterns that stand between quotes or are spoken of only to reject them."""
    rejected = {number for cue in cues if cue.kind == "rejects" for number in (cue.sentence, cue.sentence - 1)}
    meant = [
        cue
        for cue in said
        if cue.kind in CLIENT_PATTERNS or (cue.kind in SUPPLIER_PATTERNS and cue.sentence not in rejected)
    ]
    return [cue for cue in cues if cue.kind not in _PATTERNS] + meant


def _supplier(cues: list[Cue], folded: bytes, spans: Sequence[tuple[int, int]], context: list[Cue]) -> list[Cue]:
    """Without the patterns that the rest of the message makes good."""
    kinds = {cue.kind for cue in cues if cue.weight >= HEARD}
    dropped = set()
    if kinds & {"commits", "done"}:
        dropped |= {"vague_deferral", "technical_diversion"}
    if kinds & {"commits", "done", "step"}:
        dropped.add("blame_shifting")
    asked = {cue.kind for cue in context if cue.weight >= HEARD}
    hurt = asked & {"impact_feedback", "impactless_complaint"}
    if kinds & {"acknowledges", "asks"} or not (hurt or "trouble" in asked) or "technical_question" in asked:
        dropped.add("technical_diversion")
    softer = dict.fromkeys(SUPPLIER_PATTERNS, 0.75 if kinds & {"acknowledges", "commits"} else 1.0)
    if not hurt:
        softer["technical_diversion"] *= _MERE_TROUBLE
    return [
        replace(cue, weight=cue.weight * softer.get(cue.kind, 1.0))
        for cue in cues
        if cue.kind not in dropped and not (cue.kind in SUPPLIER_PATTERNS and _repaired(cue, cues, folded, spans))
    ]


def _repaired(cue: Cue, cues: list[Cue], folded: bytes, spans: Sequence[tuple[int, int]]) -> bool:
    """Does a later line of the burst name the effect, or who does what by when?"""
    return any(
        other.kind in ("acknowledges", "commits")
        and other.weight >= HEARD
        and other.sentence > cue.sentence
        and b"\n" in folded[spans[cue.sentence][0] : spans[other.sentence][0]]
        for other in cues
    )


def _client(cues: list[Cue]) -> list[Cue]:
    """Impact, wherever it stands, makes a complaint feedback; thanks and relief make it neither."""
    if _score(cues, "resolved") >= HEARD:
        return []
    if _score(cues, "impact_feedback") >= HEARD:
        return [cue for cue in cues if cue.kind != "impactless_complaint"]
    doubt = 1 - _score(cues, "impact_feedback")
    return [replace(cue, weight=cue.weight * doubt) if cue.kind == "impactless_complaint" else cue for cue in cues]


def _score(cues: Iterable[Cue], kind: str) -> float:
    """The chance that at least one of the rules that hit is right, taking them as independent."""
    weights: dict[str, float] = {}
    for cue in cues:
        if cue.kind == kind:
            weights[cue.rule] = max(cue.weight, weights.get(cue.rule, 0.0))
    return 1 - prod(1 - weight for weight in weights.values())


def _phrase(text: str, found: Found, label: str) -> str | None:
    """The sentence whose rule weighs most; of a long one, the part around the phrase."""
    best = max((cue for cue in found.cues if cue.kind == label), key=lambda cue: cue.weight, default=None)
    if best is None:
        return None
    start, end = found.spans[best.sentence]
    if len(text[start:end].strip()) > _LONGEST_QUOTE:
        start = max(start, *(text.rfind(mark, start, best.start) + 1 for mark in ",;:("))
        ends = [place for mark in ",;:)" if (place := text.find(mark, best.end, end)) >= 0]
        end = min(ends, default=end)
        if end - start > _LONGEST_QUOTE:
            start, end = best.start, best.end
    return text[start:end].strip(" \t\n.,;:")


def _strongest(text: str, own: str, spans: Sequence[tuple[int, int]], heard: Heard, label: str) -> str | None:
    """The sentence that speaks most for a label, cut where it is long; None when none of them does."""
    strengths = {span: heard.strength(label, " ".join(own[slice(*span)].split())) for span in spans[:_SENTENCES]}
    start, end = max(strengths, key=lambda span: strengths[span], default=(0, 0))
    quote = text[start:end].strip()
    if len(quote) > 2 * _LONGEST_QUOTE:
        quote = quote[: 2 * _LONGEST_QUOTE].rpartition(" ")[0] or quote[: 2 * _LONGEST_QUOTE]
    return quote.strip(" \t\n.,;:") or None
