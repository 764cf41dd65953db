"""Which module reads which format; imported where the reading is done, because the libraries are heavy to load."""

from collections.abc import Callable
from importlib import import_module

from documents.readers.blocks import Content, assemble
from documents.readers.encodings import repair_content
from documents.readers.errors import Broken, ReaderError, TooHeavy
from documents.source import Line

_READERS = {"docx": "word", "xlsx": "sheet", "pdf": "pdf", "html": "html", "mhtml": "html"}


def parse(form: str, data: bytes, name: str) -> tuple[str, list[Line], list[str]]:
    """The text, lines and remarks of a file of format `form`; every failure is a `ReaderError`.

    The libraries below raise whatever they like on damaged files; that is turned into `Broken` here, once.
    """
    read: Callable[[bytes, str], Content] = import_module(f"documents.readers.{_READERS[form]}").read
    try:
        content = repair_content(read(data, name))
        text, lines = assemble(content, name)
    except ReaderError:
        raise
    except (MemoryError, RecursionError) as error:
        raise TooHeavy(name, what="bộ nhớ") from error
    except Exception as error:
        raise Broken(name, format=form) from error
    return text, lines, content.remarks
