"""Values of a form in the shape that an action takes; every mistake is named by its field."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from actions.errors import Refused
from documents.shape_words import in_vietnamese
from web.forms import FieldProblem

_Shape = TypeVar("_Shape", bound=BaseModel)
_WORDS = {"code": "hãy ghi mã", "name": "hãy ghi tên", "role": "hãy chọn vai trò", "unit": "hãy chọn đơn vị"}


def in_shape(shape: type[_Shape], values: Mapping[str, Any]) -> _Shape:
    """`values` in their shape; raises :class:`actions.errors.Refused` with every mistake at its field."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise Refused(
            [_said(e["loc"], e["msg"], in_vietnamese(e["type"])) for e in error.errors()]
        ) from error


def _said(place: tuple[int | str, ...], message: str, vi: str) -> FieldProblem:
    field = str(place[0])
    if field == "contacts" and len(place) > 2:
        return FieldProblem(
            f"address {int(place[1]) + 1}: {message}",
            f"địa chỉ thứ {int(place[1]) + 1}: phải là địa chỉ thư hoặc địa chỉ kênh (scheme://…)",
            f"{place[2]}-{place[1]}",
        )
    return FieldProblem(f"{field}: {message}", _WORDS.get(field, f"{field}: {vi}"), field)
