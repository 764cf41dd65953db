"""What pydantic says of a value of the wrong shape, in Vietnamese, by the type of its error."""

_WORDS = {
    "missing": "thiếu giá trị này",
    "extra_forbidden": "không có trường này",
    "json_invalid": "không phải JSON",
    "enum": "không phải một trong các giá trị cho phép",
    "literal_error": "không phải một trong các giá trị cho phép",
    "string_too_short": "quá ngắn",
    "string_too_long": "quá dài",
    "too_long": "quá nhiều",
    "too_short": "quá ít",
    "string_pattern_mismatch": "không đúng dạng",
    "int_parsing": "phải là một số nguyên",
    "greater_than_equal": "quá nhỏ",
    "less_than_equal": "quá lớn",
    "date_from_datetime_parsing": "phải là một ngày, ví dụ 2026-11-20",
    "date_parsing": "phải là một ngày, ví dụ 2026-11-20",
    "model_type": "phải gồm các khóa và giá trị của chúng",
    "model_attributes_type": "phải gồm các khóa và giá trị của chúng",
    "dict_type": "phải gồm các khóa và giá trị của chúng",
    "list_type": "phải là một danh sách",
    "tuple_type": "phải là một danh sách",
    "string_type": "phải là chữ",
    "bool_parsing": "phải là true hoặc false",
    "int_type": "phải là một số nguyên",
}


def in_vietnamese(kind: str) -> str:
    """The words for one kind of error; general ones where it has none of its own."""
    return _WORDS.get(kind, "giá trị không hợp lệ")
