"""A plan document as it is put in, by a page or a program: read, with what its text does not say given beside it."""

from datetime import date

from starlette.datastructures import UploadFile

from actions.errors import Refused
from documents.draft import PlanDraft
from documents.errors import DocumentError
from documents.read import read_bytes
from documents.structured import from_yaml
from web.forms import FieldProblem, wrong
from web.uploads import plain_name

DOCUMENT_LIMIT = 40 << 20
"""The largest plan document, in bytes."""


def taken(file: UploadFile) -> tuple[str, bytes]:
    """The name and the bytes of a document; raises :class:`Refused` for one that is too large."""
    name, data = plain_name(file.filename or ""), file.file.read(DOCUMENT_LIMIT + 1)
    if len(data) > DOCUMENT_LIMIT:
        most = DOCUMENT_LIMIT >> 20
        raise wrong("document", f"{name}: lớn hơn {most} MB", f"{name}: larger than {most} MiB")
    return name, data


def read_document(data: bytes, name: str, number: str | None, signed_on: date | None) -> PlanDraft:
    """The tasks of a document; `number` and `signed_on` stand in the place of what was read.

    Raises :class:`Refused` with everything that keeps it from being read.
    """
    draft = _read(data, name)
    given = {k: v for k, v in {"number": number, "date": signed_on}.items() if v}
    return draft.model_copy(update={"document": draft.document.model_copy(update=given)})


def _read(data: bytes, name: str) -> PlanDraft:
    try:
        if name.lower().endswith((".yaml", ".yml")):
            return from_yaml(data.decode("utf-8-sig"))
        return read_bytes(data, name)
    except UnicodeDecodeError as error:
        raise wrong("document", f"{name}: không phải UTF-8", f"{name}: not UTF-8") from error
    except DocumentError as error:
        said = ((getattr(p, "en", str(p)), getattr(p, "vi", str(p))) for p in error.problems)
        raise Refused([FieldProblem(en, vi, "document") for en, vi in said]) from error
