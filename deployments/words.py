"""Vietnamese first, English where it is asked for: for messages of parts that have no settings at hand."""

import os


def said(vi: str, en: str) -> str:
    """The sentence in the language of `DONDOC_LANG`, which whoever reads the settings puts into the environment."""
    return en if os.environ.get("DONDOC_LANG") == "en" else vi
