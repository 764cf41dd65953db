"""Names of units in running text: where one begins, where it ends, and where a list of them is split.

"Các Sở, ban, ngành" is one name; bodies joined by a semicolon, a comma or "và" are split where a new body clearly
begins. Names keep the words of the text.
"""

import re

from documents.words import fold, squeeze

_PLACES = (
    r"(?:tỉnh|thành phố|xã|phường|thị trấn|đặc khu"
    r"|quận|huyện|thị xã|thôn|bản|khu phố|ấp|tổ dân phố"
    r"|khu dân cư|đặc khu|làng|buôn|khóm)"
)
# Words with which a body's name begins. Case matters: "Ban hành" and "Tổ chức tuyên truyền" are verbs.
_HEAD = re.compile(
    r"(?:(?:Các đồng chí|Các|các|Toàn thể|Từng|Mỗi"
    r"|các đồng chí|Đồng chí|đồng chí|Những|Một số"
    r"|một số|tất cả các|Tất cả các)\s+)?(?:"
    r"(?:(?:[Đđ]ồng chí|[Đđ]/c|Ông|Bà|ông|bà) (?=[A-ZĐ])"
    r"|[Ll]ãnh đạo|[Tt]hủ trưởng|[Nn]gười đứng đầu"
    r"|[Cc]hủ tịch|[Pp]hó [Cc]hủ tịch|[Gg]iám đốc|[Pp]hó [Gg]iám đốc"
    r"|[Tt]rưởng|[Pp]hó [Tt]rưởng|[Bb]ộ trưởng|[Tt]hứ trưởng"
    r"|[Cc]hánh|[Pp]hó Thủ tướng|Thủ tướng|[Bb]í thư"
    r"|[Tt]hường trực|[Vv]iện trưởng|[Hh]iệu trưởng"
    r"|Tổng [Gg]iám đốc|Tổng [Tt]hanh tra|Thống đốc"
    r"|[Cc]ục trưởng|[Uu]ỷ viên|[Ủủ]y viên|[Tt]hành viên"
    r"|[Cc]án bộ|đ/c|[Cc]huyên viên|[Cc]ông chức|[Cc]hỉ huy trưởng"
    r"|[Tt]ổ trưởng)\b(?! hóa)"
    r"|(?:Sở|sở)(?! hữu| thích| dĩ| tại)\b|(?:Bộ|bộ)(?! máy"
    r"| phận thường| thủ tục| tiêu chí| tài liệu| môn"
    r"| đội\b| mặt| chỉ số| luật| dữ liệu| mã| câu"
    r"| lọc| nhớ| câu hỏi| sản phẩm| nhận diện| hồ sơ"
    r"| quy tắc| quy chế| quy trình| thiết bị)\b"
    r"|(?:Ban|ban)(?! hành| bố| cho| tặng| đầu| đêm"
    r"| ngày)\b|(?:Ủy|Uỷ|ủy|uỷ) ban\b|UBND|HĐND|UB ?MTTQ"
    r"|MTTQ|UBMTTQ|BCĐ|BCH\b|BQL|VPUB|BHXH|LĐLĐ"
    r"|(?:Công an|công an)\b|(?:Văn phòng|văn phòng)(?! phẩm)\b"
    r"|(?:Phòng|phòng)(?!, chống|,? ngừa| chống| thủ"
    r"| bệnh| vệ| cháy| tránh| trừ| học| họp| ở)\b"
    r"|(?:Thanh tra|thanh tra) (?=[A-ZĐ]|tỉnh|thành"
    r"|nhà|các)|(?:Mặt trận|mặt trận)\b|(?:Hội|hội)(?! nghị"
    r"| thảo| nhập| thi| họp| chợ| tụ| trường| ý| viên"
    r"| đàm| chẩn| báo)\b|(?:Hiệp hội|hiệp hội|Liên hiệp"
    r"|liên hiệp|Liên đoàn|liên đoàn|Liên minh|liên minh)(?! tác)\b"
    r"|(?:Đoàn|đoàn)(?! kết| viên| tụ| hội| công tác)\b"
    r"|Tỉnh đoàn|Thành đoàn|(?:Đoàn công tác)|(?:Tỉnh"
    r"|Thành|Đảng|Quận|Huyện|Xã|Chi|tỉnh|thành|đảng"
    r"|cấp) (?:ủy|uỷ)\b|(?:Đài|đài)(?! thọ)\b|(?:Báo"
    r"|báo)(?! cáo| chí| động| hiệu| gồm| lãi| giá"
    r"| ứng)\b|(?:[Cc]ơ quan|[Đđ]ơn vị|[Đđ]ịa phương"
    r"|[Đđ]oàn thể|[Nn]gành)\b"
    r"|(?:[Tt]ổ chức) (?=chính trị|xã hội|đoàn thể"
    r"|[Đđ]ảng|có liên|liên quan|thành viên|công đoàn"
    r"|đại diện|tín dụng|kinh tế|khoa học|khác|cơ sở"
    r"|hội (?!nghị|thảo|thi|chợ|họp|đàm))|(?:Tổ|tổ) (?=[A-ZĐ]"
    r"|dân phố|trưởng|công tác|[Gg]iúp việc|[Đđ]ề án"
    r"|[Cc]ông nghệ|[Bb]iên|[Tt]riển khai|[Tt]hẩm|[Bb]ầu"
    r"|[Tt]ư vấn|[Cc]huyên)|(?:Nhóm) (?=[Cc]ông tác)"
    r"|(?:Cục|cục|Vụ|Chi cục|chi cục|Tổng cục|Trung tâm"
    r"|trung tâm|Học viện|học viện|Viện|viện)(?! trợ"
    r"| dẫn| phí)(?! đổi mới)\b|(?:Trường|trường)(?! hợp"
    r"| học| quay| phái| lớp)\b|(?:[Nn]hà trường|[Bb]ệnh viện"
    r"|[Tt]rạm|[Nn]gân hàng|[Kk]ho bạc|[Bb]ảo hiểm [Xx]ã hội"
    r"|[Tt]òa án|[Tt]oà án|[Vv]iện kiểm sát|[Kk]iểm toán"
    r"|[Kk]iểm lâm|[Bb]ưu điện|[Đđ]iện lực|[Cc]ảng vụ"
    r"|[Hh]ải quan|[Tt]huế [tTcC]|[Tt]hống kê [tT]"
    r"|[Tt]hông tấn|[Qq]uỹ)\b"
    r"|(?:[Dd]oanh nghiệp|[Cc]ông ty|[Tt]ổng công ty"
    r"|[Tt]ập đoàn|[Hh]ợp tác xã|[Cc]ơ sở (?=sản xuất"
    r"|đào tạo|giáo dục|y tế|kinh doanh|khám|lưu trú"
    r"|cai)|[Kk]hu công nghiệp|[Nn]hà thầu|[Nn]hà đầu tư"
    r"|[Cc]hủ đầu tư)\b"
    r"|(?:[Cc]ông đoàn|[Cc]hi bộ|[Đđ]ảng bộ|[Cc]hi đoàn"
    r"|[Cc]hi hội|[Gg]iáo viên|[Kk]ế toán|[Tt]hư ký"
    r"|[Tt]ổng phụ trách|[Nn]hân viên|[Pp]hóng viên"
    r"|Cổng [Tt]hông tin|Trang [Tt]hông tin|Chính phủ"
    r"|Quốc hội|Hội đồng|hội đồng|Bộ CHQS|BCHQS|Ban CHQS"
    r"|Bộ đội|bộ đội|Quân khu|[Ll]ực lượng|Nhà nước"
    r"|VNPT|Viettel|TAND|VKSND|KBNN|NHNN|Dân quân|Tòa)\b"
    r"|(?:[Kk]hu dân cư|[Tt]hôn|[Kk]hu phố|[Bb]an công tác)\b"
    r"|(?:[Xx]ã|[Pp]hường|[Qq]uận|[Hh]uyện|[Tt]hị xã"
    r"|[Đđ]ặc khu)(?:,| )(?=[^.;]{0,25})(?! hội)(?! hóa)"
    r"|(?:Cụm|Khối) (?=thi đua|[A-ZĐ])|(?:[Tt]hành phố"
    r"|[Tt]ỉnh) (?=[A-ZĐ])|[Nn]hân dân\b|(?:[Cc]ha mẹ"
    r"|[Hh]ội viên|[Cc]ông dân)\b"
    r")"
)
_HEAD_LIST = re.compile(r"(?:Viện|Trường|Doanh nghiệp|[Ss]ở,|[Bb]ộ,|[Bb]an,)")

_CLASS = {
    "sở",
    "bộ",
    "ban",
    "ngành",
    "đơn vị",
    "cơ quan",
    "cơ quan ngang bộ",
    "cơ quan thuộc chính phủ",
    "đoàn thể",
    "viện",
    "ban ngành",
    "các ngành",
    "tổ chức",
    "cấp",
    "hội",
    "cá nhân",
    "hội đoàn thể",
    "trường",
}
_CHAIN_START = re.compile(
    r"^(?:(?:các|toàn thể|một số|tất cả các|những|lãnh đạo|thủ trưởng|người đứng đầu|giám đốc|trưởng)\s+)*"
    r"(?:sở|bộ|ban|ngành|đơn vị|cơ quan|cơ quan ngang bộ"
    r"|đoàn thể|viện|phòng|tổ chức|cấp|xã|phường|hội"
    r"|thôn|địa phương)(?:\s*/|$|\s*,)"
)
_VERBS = (
    "chủ trì|phối hợp|có trách nhiệm|có nhiệm vụ|chịu trách nhiệm"
    "|tiến hành|rà soát|tham mưu(?!, giúp)|xây dựng"
    "|triển khai|thực hiện|hướng dẫn|đẩy nhanh|thu thập"
    "|biên tập|số hóa|trong (?:việc|công tác|thực hiện"
    "|quá trình|quản lý|phòng|triển khai|tổ chức|xây dựng"
    "|lĩnh vực|cập nhật)"
    "|kiểm tra|theo dõi|đôn đốc|tổng hợp|báo cáo|bố trí"
    "|tăng cường|đẩy mạnh|nâng cao|tiếp tục|chủ động"
    "|căn cứ|ban hành"
    "|chỉ đạo|phân công|đề xuất|nghiên cứu|đảm bảo"
    "|bảo đảm|cung cấp|tuyên truyền|phổ biến|quán triệt"
    "|kiện toàn|vận động"
    "|khuyến khích|huy động|lồng ghép|quản lý|giám sát"
    "|đánh giá|thẩm định|trình|gửi|hoàn thành|hoàn thiện"
    "|tập trung|ưu tiên"
    "|thường xuyên|kịp thời|nghiêm túc|tích cực|quan tâm"
    "|định kỳ|hằng năm|hàng năm|trên cơ sở|theo chức năng"
    "|theo nhiệm vụ"
    "|là cơ quan|là đơn vị|là đầu mối|làm đầu mối"
    "|làm cơ quan|đầu mối|giúp|hỗ trợ|cân đối|lập"
    "|tổ chức(?! chính trị| xã hội| chính| đoàn| đảng"
    "| hội| có liên| liên quan| thành viên| kinh tế"
    "| khác)"
    "|duy trì|phát huy|thành lập|quyết định|xem xét"
    "|cử|lựa chọn|giao|phê duyệt|công bố|công khai"
    "|cập nhật|đăng tải|xử lý|giải quyết|tháo gỡ"
    "|sắp xếp|thu hút|mở|đào tạo|bồi dưỡng|tập huấn"
    "|thông tin, tuyên truyền|phản ánh|dành|dự toán"
    "|tiếp nhận|lấy ý kiến|phát động|thống nhất|trực tiếp"
    "|hiệp thương"
    "|phát hiện|điều tra|phòng ngừa|ngăn chặn|đấu tranh"
    "|khai thác|sử dụng|áp dụng|ứng dụng|tạo điều kiện"
    "|cụ thể hóa|lãnh đạo|nắm|vận hành|kết nối|chấp hành"
    "|tham gia|thống kê|hằng quý|hàng quý|hằng tháng"
    "|hàng tháng|cùng|thông qua|chuẩn bị|sẵn sàng"
    "|đồng thời|ký|đề nghị|yêu cầu|phát triển|đầu tư"
    "|xác định|tổng kết|sơ kết|giới thiệu|tư vấn|đưa"
    "|gắn|coi|lấy|dự kiến|trước ngày|chậm nhất|trong thời hạn"
    "|phải|cần|nhằm|để|khi|nếu|không|như(?! Xuân| Thanh)"
    "|về|thông báo|phụ trách(?! lĩnh vực)|phê bình"
    "|xin"
)
_NAMED_VERBS = r"(?:được (?:phân công|giao|phân giao)|được|đã được|thực hiện chức năng)"
_VERB = re.compile(rf"(?<![\w-])(?:{_VERBS})(?![\w])")
_STRONG = re.compile(
    r"(?<![\w-])(?:có trách nhiệm|có nhiệm vụ|chịu trách nhiệm"
    r"|chủ động|căn cứ|báo cáo)(?!\w)"
)


def starts_unit(text: str) -> bool:
    """Whether `text` begins with the name of a body or a group of bodies."""
    return _HEAD.match(text) is not None


def name_end(text: str, at: int = 0) -> int:
    """Where the names that begin at `at` end: before the first verb, full stop, colon or bracket that is not theirs."""
    stop = len(text)
    if match := re.compile(r"[.:](?=\s|$)|\((?!sau đây)").search(text, at):
        stop = match.start()
    granted = re.compile(_NAMED_VERBS).search(text, at, stop)
    pattern = (
        _STRONG if granted and (v := _VERB.search(text, at, stop)) and granted.start() <= v.start() else _VERB
    )
    for verb in pattern.finditer(text, at, stop):
        before = text[at : verb.start()].rstrip()
        if (
            not before
            or re.search(
                r"(?:cơ quan|đơn vị|tổ chức|công tác|nhiệm vụ|[Vv]iện"
                r"|(?<!Môi )[Tt]rường|[Tt]rung tâm|[Cc]ơ sở|[Nn]hà"
                r"|Ban|Tổ|Phòng|Cục|Sở|Chi cục|Trung tâm|quy định"
                r"|Hội đồng|,? và|phụ trách(?: lĩnh vực)?|dự án"
                r"|[Qq]uỹ|đầu tư|(?:Viện|Trung tâm|Quỹ|Cục|Ban"
                r"|Phòng|Hội)\s+\S+(?:\s+\S+)?)$",
                before,
            )
            and verb.group() in _NOUNS
        ):
            continue
        if verb.group() == "về" and re.search(r"(?:Ban|Tổ|Hội đồng|Ủy ban)\b[^,;]*$", before):
            continue
        return verb.start()
    return stop


_NOUNS = {
    "thực hiện",
    "chủ trì",
    "quản lý",
    "tổ chức",
    "kiểm tra",
    "giám sát",
    "hỗ trợ",
    "chỉ đạo",
    "tuyên truyền",
    "đào tạo",
    "xây dựng",
    "giải quyết",
    "thẩm định",
    "lãnh đạo",
    "tham mưu",
    "phát triển",
    "đầu tư",
    "dự toán",
    "bồi dưỡng",
    "sử dụng",
    "nghiên cứu",
    "ứng dụng",
    "chấp hành",
    "chuẩn bị",
}


def split_units(text: str) -> tuple[str, ...]:
    """The bodies in a list of bodies, in their words, each once."""
    found: list[str] = []
    for part in re.split(r"\s*[;\n]\s*|\s*\.\s+(?=[A-ZĐ])|(?:^|\s)[+•]\s+|^-\s+", text):
        found += _split_commas(part)
    return tuple(dict.fromkeys(f for f in (_clean(x) for x in found) if f))


def _clean(name: str) -> str:
    name = squeeze(name).strip(" .,;:-–+*•/")
    name = re.sub(r"^(?:và|cùng|với|giữa|cùng với|Giao|giao|Đề nghị|Yêu cầu|Đối với|do|là)\s+", "", name)
    return re.sub(r"\s*\((?:chủ trì|đầu mối|phối hợp|thường trực)\)$", "", name)


def _split_commas(part: str) -> list[str]:
    """Cut at commas and "và" where what follows begins a body of its own."""
    pieces = re.split(r"(\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*(?=[A-ZĐ]{2,}|Sở|Ban))", part)
    names: list[str] = []
    for at in range(0, len(pieces), 2):
        piece, join = pieces[at], pieces[at - 1] if at else ""
        if not names or _separate(names[-1], join, piece):
            names.append(piece)
        else:
            names[-1] += join + piece
    return names


def _separate(before: str, join: str, piece: str) -> bool:
    """Whether `piece` begins a new body, or goes on with the name before it."""
    low, prior = fold(piece).strip(), fold(before).strip()
    if before.count("(") > before.count(")") or not piece.strip():
        return False
    bare = _MODIFIED.sub("", low.strip(" .;:"))
    if "phụ trách" in prior or re.match(r"(?:đồng chí|đ/c|ông|bà)\s", prior):
        return False  # one person with several offices or fields
    if re.fullmatch(_PLACES + r"(?:\s+.*)?", low) and not re.match(
        r"(?:xã|phường|tỉnh|thành phố)\s+[a-zà-ỹđ]+\s", piece
    ):
        return not _takes_places(prior)
    if (
        "và" in join
        and bare in ("cơ quan", "đơn vị", "tổ chức")
        and re.search(r"(?:sở|ngành|bộ)$|(?:sở|ngành|bộ),", prior)
    ):
        return True
    if bare in _CLASS or bare in ("cơ quan ngang bộ", "cơ quan thuộc chính phủ"):
        return not _is_chain(prior)
    if bare == "địa phương":
        return not re.search(r"(?:cơ quan|đơn vị|tổ chức|trung ương)$", prior)
    if low.startswith(("các ngành", "các cấp")):
        return not re.search(r"(?:các cấp|các ngành|cấp ủy)$", prior)
    if (
        low.startswith("tổ chức")
        and re.search(r"(?:cơ quan|đơn vị|hội|đoàn thể)$", prior)
        and not re.match(r"tổ chức (?:chính trị|xã hội|đoàn)", low)
    ):
        return False
    if re.match(r"(?:cá nhân|người dân)\b", low):
        return not re.search(r"(?:tổ chức|đơn vị|cơ quan)$", prior)
    return starts_unit(piece)


_MODIFIED = re.compile(
    r"\s+(?:(?:có\s+)?liên quan|khác|trực thuộc|thuộc"
    r"|của|trên địa bàn|trung ương|địa phương|theo"
    r"|được|cấp|tỉnh|thành phố|ở|tại|trong|ngoài|liên"
    r"|chức năng|chuyên môn|đóng)\b.*$"
)


def _is_chain(prior: str) -> bool:
    last = re.split(r"\s*,\s*|\s+và\s+", prior)[-1]
    last = re.sub(
        r"^(?:(?:các|toàn thể|một số|lãnh đạo|thủ trưởng"
        r"|tất cả các|những|người đứng đầu)\s+)+",
        "",
        last,
    )
    return last in _CLASS or last in ("đầu tư", "phòng", "quận", "huyện", "địa phương")


def _takes_places(prior: str) -> bool:
    """Whether the name before is of places ("UBND các xã, phường"), so that one more place goes on with it."""
    last = re.split(r"\s*,\s*|\s+và\s+", prior)[-1]
    return bool(re.search(rf"{_PLACES}$", last)) or bool(
        re.search(rf"(?:các|cấp)\s+{_PLACES}$|^{_PLACES}", last)
    )


def in_chain(before: str) -> bool:
    """Whether `before` ends inside a list of classes ("các sở"), so that what follows goes on with it."""
    return (
        re.search(
            r"(?:\W|^)(?:sở|bộ|ban|ngành|cơ quan|đơn vị|xã"
            r"|phường)$",
            fold(before[-20:]),
        )
        is not None
    )
