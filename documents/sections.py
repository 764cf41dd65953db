"""What a heading announces, and whether a paragraph gives somebody something to do."""

import re
from enum import StrEnum

from documents.names import name_end, starts_unit
from documents.vocabulary import ACTIONS, SKIPPED
from documents.words import fold


class Mode(StrEnum):
    """What stands under a heading."""

    TASK = "task"
    OPEN = "open"
    """Not said: headings below decide; in the body of a plan that is tasks."""
    FUND = "fund"
    """Money: a task only where a named body has a duty."""
    SKIP = "skip"
    """Purpose, requirements, targets, situation: no tasks."""


_TASK = (
    "nhiệm vụ|giải pháp|nội dung|tổ chức thực hiện"
    "|phân công|trách nhiệm|hoạt động|báo cáo|theo dõi"
    "|giám sát|kiểm tra|triển khai"
    "|dự án|tiểu dự án|hợp phần|lộ trình|tiến độ|công việc|biện pháp|thực hiện kế hoạch|kế hoạch thực hiện|công tác"
)
_FUND = r"kinh phí|nguồn lực|nguồn vốn|dự toán|ngân sách|tài chính|cơ chế tài chính"
_STARTS_SKIP = re.compile(rf"(?:(?:về|phần|các|một số|xác định)\s+)*(?:{SKIPPED})\b")
_ANY_SKIP = re.compile(rf"\b(?:{SKIPPED})\b")
_ANY_TASK = re.compile(rf"\b(?:{_TASK})\b")
_STARTS_TASK = re.compile(rf"(?:(?:về|phần|các|một số|những)\s+)*(?:{_TASK})\b")
_STARTS_FUND = re.compile(rf"(?:(?:về|các|dự kiến|nguồn|nhu cầu|khái toán)\s+)*(?:{_FUND})\b")


_ASKED = re.compile(
    r"(?:yêu cầu|đề nghị)\s+(?:(?:các|toàn thể|thủ trưởng"
    r"|lãnh đạo|giám đốc)\s|ubnd|ủy ban|sở|ban\b|công an"
    r"|chủ tịch|cơ quan|đơn vị)"
)
_ONLY_SKIP = re.compile(
    rf"(?:{SKIPPED})(?:\s+[^:.,;]{{0,40}})?(?:\s*(?:,"
    rf"|và)\s*(?:{SKIPPED})[^:.,;]{{0,30}})*\s*(?::|$)"
)


def leaf_mode(text: str, above: Mode) -> Mode:
    """The mode of an item without anything under it: "1. Mục đích: …" is a purpose wherever it stands."""
    folded = fold(text[:300]).strip(" .")
    if (
        _ASKED.match(folded)
        or not _ONLY_SKIP.match(folded)
        or re.match(r"đánh giá|thời gian|sản phẩm|kết quả", folded)
    ):
        return above
    return Mode.SKIP


def mode_of(title: str, above: Mode) -> Mode:
    """What stands under the heading `title`, where `above` holds for the heading over it."""
    if above is Mode.SKIP and len(title) > 0 and not title.startswith(("PHỤ LỤC", "Phụ lục")):
        return above
    folded = fold(title).strip(" .:")
    if _ASKED.match(folded):
        return above
    if above is Mode.TASK or above is Mode.FUND:
        short = len(folded) <= 60
        if (
            short
            and _STARTS_SKIP.match(folded)
            and not _STARTS_TASK.match(folded)
            and not re.match("đánh giá|thời gian", folded)
        ):
            return Mode.SKIP
        return Mode.FUND if short and _STARTS_FUND.match(folded) and above is Mode.TASK else above
    if _STARTS_FUND.match(folded):
        return Mode.FUND
    if _STARTS_SKIP.match(folded):
        later = re.search(r"(?:,|và|;)\s*(?:các\s+)?(?:nhiệm vụ|giải pháp|nội dung)", folded)
        return (
            Mode.OPEN
            if later and not re.search(r"(?:tình hình|kết quả|đánh giá|thực trạng)", folded)
            else Mode.SKIP
        )
    if _ANY_TASK.search(folded):
        return Mode.TASK
    if _ANY_SKIP.search(folded) and len(folded) < 120:
        return Mode.SKIP
    return above


_CLOSING = re.compile(
    r"(?:(?:trong\s+)?quá trình (?:tổ chức\s+)?(?:triển khai\s*,?\s*)?(?:tổ "
    r"chức\s+)?(?:thực hiện|triển khai)[^.]{0,80}(?:nếu"
    r"|có|gặp|phát sinh)[^.]{0,40}(?:khó khăn|vướng mắc"
    r"|phát sinh|vấn đề|thấy cần|cần (?:thiết )?(?:sửa đổi|bổ sung|điều chỉnh)|sửa đổi, bổ sung)"
    r"|trên đây là|[^.;]{0,80}thông báo (?:để|đến|cho)?[^.;]{0,60}\bbiết\b"
    r"|nhận được kế hoạch|nơi nhận|kế hoạch này (?:thay thế"
    r"|có hiệu lực)|quyết định này có hiệu lực|.{0,120}chịu trách nhiệm thi "
    r"hành quyết định"
    r"|\(?\s*(?:có|chi tiết|nội dung|danh mục)?[^.]{0,60}(?:tại"
    r"|theo) (?:các\s+)?(?:phụ lục|biểu)[^.]{0,30}(?:kèm theo"
    r"|đính kèm)?\)?\s*$|\(?(?:kèm theo|ban hành kèm)"
    r"|ghi chú|lưu\s*:|như trên"
    r"|nếu (?:có|gặp|phát sinh) (?:khó khăn|vướng mắc)|(?:có )?khó khăn, vướng mắc)"
)
_STATEMENT = re.compile(
    r"(?:\d[\d.,]*\s*%|phấn đấu|tối thiểu|ít nhất|trên \d"
    r"|dưới \d|đến (?:cuối |hết )?năm \d{4}[^.;]{0,60}(?:đạt"
    r"|có|phấn đấu|giảm|tăng)|tỷ lệ|tổng (?:số|mức"
    r"|kinh phí|vốn|nhu cầu)"
    r"|kinh phí (?:thực hiện|triển khai|để|bảo đảm"
    r"|đảm bảo|tổ chức|cho|được|hoạt động)|nguồn (?:kinh phí"
    r"|vốn|ngân sách|lực)|ngân sách (?:nhà nước|trung ương"
    r"|địa phương|tỉnh|cấp|thành phố|xã)|từ nguồn|vốn\b"
    r"|việc\b|đây là|là (?:cơ sở|căn cứ|một)|bao gồm|gồm\s*:|các (?:nguồn|khoản) )"
)


def is_closing(text: str) -> bool:
    """Closing formulas ("Trong quá trình thực hiện, nếu có khó khăn, vướng mắc …"), references and receivers."""
    return _CLOSING.match(fold(text[:400])) is not None


def is_statement(text: str) -> bool:
    """Targets, sums and sources of money: they say how things are to be, and give nobody anything to do."""
    return _STATEMENT.match(fold(text[:200])) is not None


_ACTION = re.compile(
    rf"(?:(?:cần|phải|hãy|từng bước|đồng thời|nhanh chóng"
    rf"|kiên quyết|trực tiếp|cùng|đặc biệt|trước mắt"
    rf"|ngay sau|sau khi|trong năm|trong quý|trong tháng)\s+)*(?:{ACTIONS})\b"
)


def duty_like(text: str) -> bool:
    """Whether a text gives somebody something to do: it begins with a verb of action, or with a body and its verb."""
    if _ACTION.match(fold(text[:120])):
        return True
    head = re.match(r"[^:.;]{3,90}:\s+(?=\w)", text)
    if (
        head
        and not re.match(
            r"(?:Tiểu |tiểu )?(?:[Dd]ự án|[Đđ]ề án|[Cc]huyên đề"
            r"|[Cc]hương trình|[Hh]ợp phần)\b",
            text,
        )
        and _ACTION.match(fold(text[head.end() : head.end() + 120]))
    ):
        return True
    if not starts_unit(text):
        return False
    end = name_end(text)
    return bool(text[end:].strip(" .;:,"))
