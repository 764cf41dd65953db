"""Two texts side by side, word by word: what stayed, what is gone, what is new."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Stretch(NamedTuple):
    """A run of words: "same", "gone" (only before) or "new" (only after)."""

    kind: str
    text: str


def word_diff(old: str, new: str) -> list[Stretch]:
    """The new text with what is gone from the old one, in reading order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    middle = _compared(before[head : len(before) - tail], after[head : len(after) - tail])
    same = Stretch("same", "".join(before[:head])), Stretch("same", "".join(before[len(before) - tail :]))
    return [s for s in (same[0], *middle, same[1]) if s.text]


def _alike(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words both begin with; most of two versions is alike, and comparing the rest is quick."""
    pairs = zip(before, after, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


def _compared(before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
    out: list[Stretch] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            out.append(Stretch("same", "".join(before[a:b])))
            continue
        out += [Stretch("gone", "".join(before[a:b]))] if b > a else []
        out += [Stretch("new", "".join(after[c:d]))] if d > c else []
    return out
