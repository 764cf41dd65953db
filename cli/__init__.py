"""The command line: `dondoc NOUN VERB`."""

from cli.app import main

__all__ = ["main"]
