"""Labels in front of a task's fields ("Đơn vị chủ trì:", "Thời gian thực hiện:") and the heads of task tables."""

import re
from dataclasses import dataclass
from enum import StrEnum

from documents.words import fold


class Field(StrEnum):
    """What a label or a column says about a task."""

    LEAD = "lead"
    COORDINATE = "coordinate"
    BOTH = "both"
    """Lead and coordinating units in one sentence."""
    DUE = "due"
    DELIVERABLE = "deliverable"
    BUDGET = "budget"
    CONTENT = "content"
    DETAIL = "detail"
    """Something else that only details a task: its place, its form, who takes part."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label at `at:to` of a text, with the colon; its value begins at `to`."""

    field: Field
    at: int
    to: int


_WHO = (
    r"(?:(?:các\s+)?(?:đơn vị|cơ quan|bộ phận|tổ chức"
    r"|cấp|đối tượng|thành phần|lực lượng|phòng|người"
    r"|cá nhân|địa phương)(?:\s*(?:,|/|và)\s*(?:đơn vị"
    r"|tổ chức|cá nhân|cơ quan|địa phương|bộ phận))*\s+)"
)
_DO = r"(?:thực hiện|tham mưu|triển khai|tổ chức|soạn thảo|xây dựng|trình|chính|báo cáo|theo dõi)"
# Up to four words more before the colon: "Nội dung tuyên truyền:", "Đối tượng tham gia tập huấn:".
_TAIL = r"(?:\s*,)?(?:\s+[^\s:;.,()]+(?:\s*,)?){0,4}?(?=\s*(?:\([^()]{0,60}\)\s*)?:)"
_FIELDS: tuple[tuple[Field, str], ...] = (
    (Field.BOTH, rf"{_WHO}?(?:chủ trì|thực hiện)\s*(?:,|và|/|-|;)\s*(?:{_WHO})?phối hợp(?:\s+{_DO})?"),
    (Field.COORDINATE, rf"{_WHO}?(?:cùng\s+)?phối hợp(?:\s+{_DO})?(?:\s+chính)?"),
    (
        Field.LEAD,
        rf"(?:{_WHO}(?:được\s+)?(?:giao\s+)?(?:chủ trì|thực hiện"
        rf"|đầu mối|chịu trách nhiệm|tham mưu|triển khai"
        rf"|phụ trách|chủ quản|tổ chức|soạn thảo)(?:(?:\s*,\s*|\s+)(?:và\s+)?{_DO}){{0,5}}"
        rf"|chủ trì(?:(?:\s*,\s*|\s+){_DO}){{0,5}}|phân công(?:\s+(?:thực hiện"
        rf"|chủ trì|nhiệm vụ))?|trách nhiệm(?:\s+thực hiện)?"
        rf"|(?:phụ trách|chịu trách nhiệm)(?:\s+(?:chính|chung|thực hiện|chỉ đạo))?"
        rf"|(?:đầu mối|giao)(?:\s+(?:thực hiện|chủ trì))?)",
    ),
    (
        Field.DUE,
        r"(?:(?:thời\s+gian|thời\s+hạn|thời\s+điểm|tiến độ"
        r"|hạn|mốc thời gian|lộ trình)(?:\s*(?:,|và|/)\s*(?:tiến độ"
        r"|địa điểm|thời hạn|lộ trình))?(?:\s+(?:dự kiến\s+)?(?:hoàn thành"
        r"|thực hiện|ban hành|triển khai|trình|báo cáo"
        r"|tổ chức|gửi|cuối|kết thúc|thực hiện và hoàn thành"
        r"|xây dựng|dự kiến|nộp|hoàn tất|(?:bắt đầu|khởi công)))*(?:\s+báo cáo)?"
        rf"|hoàn thành|thời\s+gian{_TAIL})",
    ),
    (
        Field.DELIVERABLE,
        r"(?:(?:dự kiến\s+)?(?:kết quả|sản phẩm|đầu ra)(?:\s*(?:,"
        r"|/|và|-)\s*(?:kết quả|sản phẩm|đầu ra))?(?:\s+(?:dự kiến"
        r"|đầu ra|đạt được|thực hiện|hoàn thành|chủ yếu"
        r"|cụ thể|cần đạt|chính|của nhiệm vụ|phải đạt|đạt"
        r"|công việc))*)",
    ),
    (
        Field.BUDGET,
        r"(?:dự toán\s+|nguồn\s+)?(?:kinh phí|vốn|ngân sách)(?:\s+(?:thực hiện"
        r"|dự kiến|bảo đảm|đảm bảo|triển khai))*",
    ),
    (
        Field.CONTENT,
        rf"(?:nhiệm vụ|công việc|hoạt động)(?:\s+(?:thực hiện|công việc|chính|cụ thể|chủ yếu|triển khai|trọng tâm))*"
        rf"|nội dung{_TAIL}",
    ),
    (
        Field.DETAIL,
        r"(?:nguyên tắc|tài liệu|điều kiện|thời lượng|phương châm|khẩu hiệu|chủ đề|giảng viên|báo cáo viên|hình thức"
        rf"|đối tượng|địa điểm|thành phần|phương thức|cách thức|phương pháp|quy mô|số lượng|đơn vị được){_TAIL}"
        r"|(?:mục tiêu|mục đích|yêu cầu|phạm vi|ghi chú|địa bàn|căn cứ|cơ sở pháp lý|chỉ tiêu|tổng mức đầu tư|lưu ý"
        r"|cơ cấu|tiêu chuẩn|nơi nhận|trình tự|thủ tục"
        r"|(?:cơ quan|cấp) (?:trình|ban hành|phê duyệt|quyết định))"
        r"(?:\s+(?:tham gia|tham dự|thực hiện|tổ chức|triển khai|áp dụng|thụ hưởng|dự kiến|chung|cụ thể))*",
    ),
)
_COLON = re.compile(r"\s*(?:\([^()]{0,60}\)\s*)?:")
_BREAKS = re.compile(r"(?:^|[.;,(]\s+|\(|\s-\s+|[.;]-?)\s*")


def label_at_start(text: str) -> Label | None:
    """The label with which a paragraph's text begins, or None."""
    return _match(fold(text[:200]), 0)


def is_label_start(text: str) -> bool:
    """Whether a line begins with a label and its colon; a capital is asked for, since wrapped lines go on small."""
    return text[:1].isupper() and label_at_start(text) is not None


def _match(folded: str, at: int) -> Label | None:
    for field, form in _COMPILED:
        if match := form.match(folded, at):
            return Label(field, at, match.end())
    return None


_COMPILED = tuple((field, re.compile(rf"(?:{form}){_COLON.pattern}")) for field, form in _FIELDS)


def labels_within(text: str) -> list[Label]:
    """Every label inside a text, at its start or after a full stop, a semicolon or a bracket."""
    folded = fold(text)
    found: list[Label] = []
    for match in _BREAKS.finditer(folded):
        at = match.end()
        if found and at < found[-1].to:
            continue
        if (
            text[at : at + 1].isupper()
            or at == 0
            or folded[match.start() : at].strip()[-1:] in ("(", ";", ",", "-")
        ):
            label = _match(folded, at)
            if label:
                found.append(label)
    return found


_COLUMNS: tuple[tuple[Field, str], ...] = (
    (Field.BOTH, r"(?:chủ trì|thực hiện)\s*(?:,|và|/|-|;)?\s*(?:(?:cơ quan|đơn vị)\s*)?phối hợp"),
    (Field.COORDINATE, r"phối hợp"),
    (Field.BUDGET, r"kinh phí|nguồn vốn|tổng vốn|dự toán|nguồn lực|ngân sách"),
    (
        Field.DUE,
        r"thời gian|thời hạn|tiến độ|hạn hoàn thành|lộ trình"
        r"|thời điểm|năm thực hiện|hạn xử lý|hoàn thành",
    ),
    (Field.DELIVERABLE, r"sản phẩm|kết quả|đầu ra"),
    (
        Field.LEAD,
        r"chủ trì|(?:cơ quan|đơn vị|bộ phận|người|tổ chức).*(?:thực hiện"
        r"|chịu trách nhiệm|tham mưu|đầu mối|phụ trách"
        r"|được giao|triển khai)|đầu mối|trách nhiệm|phân công"
        r"|phụ trách|^(?:cơ quan|đơn vị)$",
    ),
    (
        Field.CONTENT,
        r"nội dung|nhiệm vụ|công việc|giải pháp|hoạt động"
        r"|tên (?:đề án|dự án|chương trình|văn bản|chuyên đề)"
        r"|danh mục|đầu việc|lĩnh vực|tên",
    ),
    (Field.DETAIL, r"ghi chú|chỉ tiêu|địa điểm|căn cứ|văn bản|đối tượng|mục tiêu"),
)


def column_field(head: str) -> Field | None:
    """What a column holds, by its head; None for a numbering column or anything unknown."""
    folded = fold(head).strip(" .:()")
    if not folded or len(folded) > 90:
        return None
    return next((field for field, form in _COLUMNS if re.search(form, folded)), None)
