"""Text as the rules compare it: one shape for the many ways in which offices type the same words.

Every function here keeps the length of its input, so that places found in the folded text are places in the source.
"""

import re
from functools import lru_cache

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SAME = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys("\t\n\r\f\v\u00a0\u2002\u2003\u2009\u200b\u202f\ufeff", " "),
        **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201f", '"'),
        "\u01f6": "ỳ",  # "kǶ" stands for "kỳ" in texts that went through a broken font
    }
)

# "oà" and "òa", "uỷ" and "ủy" are the same syllable in two spellings of the tone mark's place.
_TONES = {
    plain[0] + with_tone: tone_first + plain[1]
    for plain, pairs in {
        "oa": "àòáóảỏãõạọ",
        "oe": "èòéóẻỏẽõẹọ",
        "uy": "ỳùýúỷủỹũỵụ",
    }.items()
    for with_tone, tone_first in zip(pairs[::2], pairs[1::2], strict=True)
}
_TONE_PAIR = re.compile(r"(?<![qQ])(?:" + "|".join(_TONES) + r")(?!\w)")


def lower(text: str) -> str:
    """`text` in lower case, character by character, so that no place moves."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=1024)  # each rule folds the same paragraph again
def fold(text: str) -> str:
    """`text` in lower case, with one kind of dash, space and quote, one place for tone marks, and hàng as hằng."""
    text = lower(text.translate(_SAME))
    text = _TONE_PAIR.sub(lambda m: _TONES[m.group()], text)
    return re.sub(r"\bhàng(?=\s+(?:ngày|tuần|tháng|quý|năm)\b)", "hằng", text)


def squeeze(text: str) -> str:
    """`text` with every run of white space as one space; this one does change the length."""
    return " ".join(text.split())
