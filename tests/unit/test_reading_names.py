"""Names of bodies as they are in use: each stays whole before a verb, in a list and as a heading."""

import pytest

from documents.fields import actors, heading_units
from documents.names import split_units

_NAMES = """
Ban An toàn giao thông tỉnh | Văn phòng Đăng ký đất đai | Văn phòng Đoàn ĐBQH và HĐND tỉnh
| Ban Quản lý dự án đầu tư xây dựng công trình giao thông | Cảng Hàng không Quốc tế Nội Bài
| Trung tâm Dịch vụ việc làm tỉnh | Trung tâm Giới thiệu việc làm | Trung tâm Phục vụ hành chính công
| Trung tâm Hỗ trợ khởi nghiệp đổi mới sáng tạo | Trung tâm Khuyến nông và Dịch vụ nông nghiệp
| Công ty TNHH MTV Khai thác công trình thủy lợi | Công ty Cổ phần Môi trường đô thị | Quỹ Đầu tư phát triển tỉnh
| Quỹ Bảo trợ trẻ em | Ngân hàng Chính sách xã hội chi nhánh tỉnh | Chi nhánh Ngân hàng Chính sách xã hội
| Ngân hàng Nhà nước Chi nhánh Khu vực 7 | Kho bạc Nhà nước khu vực IX | Thuế tỉnh | Chi cục Thuế khu vực II
| Chi cục Hải quan cửa khẩu | Bảo hiểm xã hội tỉnh | Viện Kiểm sát nhân dân tỉnh | Tòa án nhân dân tỉnh
| Cục Thi hành án dân sự tỉnh | Thi hành án dân sự tỉnh | Bộ Chỉ huy Bộ đội Biên phòng tỉnh
| Bộ Tư lệnh Thủ đô Hà Nội | Ban Chỉ huy Phòng thủ dân sự tỉnh | Ban Chỉ đạo 35 tỉnh
| Ban Chỉ đạo phòng, chống tội phạm, tệ nạn xã hội | Ban Tuyên giáo và Dân vận Tỉnh ủy | Ban Nội chính Tỉnh ủy
| Ủy ban Kiểm tra Tỉnh ủy | Văn phòng Tỉnh ủy | Đảng ủy UBND tỉnh | Đảng ủy các cơ quan Đảng tỉnh
| Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh | Hội Liên hiệp Phụ nữ tỉnh | Hội Cựu chiến binh tỉnh | Hội Nông dân tỉnh
| Hội Chữ thập đỏ tỉnh | Hội Người cao tuổi xã | Liên đoàn Lao động tỉnh | Tỉnh Đoàn | Đoàn TNCS Hồ Chí Minh tỉnh
| Liên minh Hợp tác xã tỉnh | Liên hiệp các Hội Khoa học và Kỹ thuật tỉnh | Hiệp hội Doanh nghiệp tỉnh
| Sở Dân tộc và Tôn giáo | Sở Quy hoạch - Kiến trúc | Sở An toàn thực phẩm | Sở Du lịch | Thanh tra tỉnh
| Trường Chính trị tỉnh | Trường Cao đẳng Kỹ thuật công nghệ | Đại học Quốc gia Hà Nội
| Học viện Chính trị quốc gia Hồ Chí Minh | Đài Truyền hình Việt Nam | Thông tấn xã Việt Nam
| Cổng Thông tin điện tử Chính phủ | Cổng thông tin điện tử tỉnh | Bệnh viện Đa khoa tỉnh
| Trung tâm Kiểm soát bệnh tật tỉnh | Trung tâm Y tế khu vực | Trạm Y tế xã | Phòng Kinh tế, Hạ tầng và Đô thị
| Phòng Văn hóa - Xã hội | Phòng Lao động - Thương binh và Xã hội huyện | Phòng Giáo dục và Đào tạo
| Phòng Tổ chức - Hành chính | Vụ Tổ chức cán bộ | Vụ Kế hoạch - Tài chính | Cục Chuyển đổi số quốc gia
| Cục Phòng, chống tệ nạn xã hội | Cục Quản lý khám, chữa bệnh | Tổng cục Thống kê
| Viện Chiến lược và Chính sách tài chính | Tổng Liên đoàn Lao động Việt Nam | Trung ương Hội Nông dân Việt Nam
| Ban Bồi thường, giải phóng mặt bằng | Hội đồng Phối hợp phổ biến, giáo dục pháp luật tỉnh
| Hội đồng nghĩa vụ quân sự xã | Tổ công nghệ số cộng đồng | Tổ hòa giải ở cơ sở | Tổ bảo vệ an ninh trật tự
| Đội Quản lý trật tự đô thị | Đội Cảnh sát phòng cháy, chữa cháy | Hạt Kiểm lâm | Vườn quốc gia Cúc Phương
| Ban Quản lý rừng phòng hộ | Ban Quản lý chợ | Ban Đại diện cha mẹ học sinh | Ban Giám hiệu nhà trường
| Công đoàn trường | Liên đội trường | Chi bộ thôn 3 | Nhà máy nước | Viễn thông Nghệ An | Bưu điện tỉnh
| Điện lực huyện | Công ty Điện lực Lào Cai | Cảng vụ Hàng hải | Kiểm toán Nhà nước khu vực II
| Văn phòng Thường trực Ban Chỉ đạo Nhân quyền | Ban Chấp hành Đoàn xã | Trưởng Ban Quản lý các khu công nghiệp
| Chủ nhiệm Ủy ban Kiểm tra | Giám đốc Sở Tài chính | Chánh Văn phòng UBND tỉnh | Chủ tịch UBND các xã, phường
| Hiệu trưởng các trường học | Doanh nghiệp viễn thông trên địa bàn | Các doanh nghiệp bưu chính, viễn thông
| Các tổ chức hành nghề công chứng | Các cơ sở giáo dục nghề nghiệp | Các cơ sở khám bệnh, chữa bệnh
| Các cơ quan báo chí | Các chủ đầu tư | Các nhà thầu | Các hợp tác xã | Các tổ chức tín dụng | Các hội quần chúng
| UBND các xã biên giới | UBND các xã, phường ven biển | UBND các xã, phường, thị trấn
| Ủy ban nhân dân quận, huyện, thị xã | Bộ phận Một cửa | Nhóm công tác liên ngành | Tổ giúp việc Ban Chỉ đạo
| Cơ quan Thường trực Ban Chỉ đạo | Sở Tài nguyên và Môi trường | Ban Dân tộc HĐND tỉnh | Thường trực HĐND xã
| Các Ban của HĐND tỉnh | Tổ đại biểu HĐND | Đoàn đại biểu Quốc hội tỉnh | Trung tâm Truyền thông tỉnh
| Trung tâm Xúc tiến Đầu tư, Thương mại và Du lịch | Báo và Đài Phát thanh, Truyền hình tỉnh | Thư viện tỉnh
| Bảo tàng tỉnh | Nhà hát Chèo | Trung tâm Lưu trữ lịch sử | Chi cục Văn thư - Lưu trữ | Chi cục Quản lý thị trường
| Chi cục Chăn nuôi và Thú y | Chi cục Kiểm lâm | Chi cục Thủy lợi | Chi cục Bảo vệ môi trường
| Lực lượng vũ trang tỉnh | Ban Liên lạc cựu tù chính trị | Sư đoàn 968 | Đồn Biên phòng Cửa khẩu
| Hải quan khu vực V | Tập đoàn Điện lực Việt Nam | Tổng công ty Phát điện 1
"""
NAMES = [" ".join(name.split()) for name in _NAMES.split("|")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "verb", ["chủ trì xây dựng kế hoạch", "tổ chức kiểm tra định kỳ", "phối hợp với Công an tỉnh tuần tra"]
)
def test_a_name_ends_before_its_verb(name: str, verb: str) -> None:
    """A verb that is part of the name ("Quản lý", "Thi hành", "Đăng ký") does not end it, the next one does."""
    assert actors(f"{name} {verb}.").lead == (name,)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_alone_is_a_heading(name: str) -> None:
    """ "3. Sở …" puts that body in charge of what stands below."""
    assert heading_units(name) == (name,)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_list_is_one_body(name: str) -> None:
    """Commas and "và" inside a name part nothing, those behind it do."""
    assert split_units(f"{name}; Sở Nội vụ và UBND xã An Bình") == (name, "Sở Nội vụ", "UBND xã An Bình")


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("Bí thư chi bộ, trưởng thôn", ("Bí thư chi bộ", "trưởng thôn")),
        ("UBND các xã, phường có rừng và Hạt Kiểm lâm", ("UBND các xã, phường có rừng", "Hạt Kiểm lâm")),
        (
            "Ban Quản lý Khu kinh tế và các khu công nghiệp, Công an tỉnh",
            ("Ban Quản lý Khu kinh tế và các khu công nghiệp", "Công an tỉnh"),
        ),
        ("Văn phòng Đăng ký đất đai, Điện lực huyện", ("Văn phòng Đăng ký đất đai", "Điện lực huyện")),
    ],
)
def test_lists(listed: str, names: tuple[str, ...]) -> None:
    """Where one body ends and the next begins."""
    assert split_units(listed) == names


@pytest.mark.parametrize(
    "name", ["Sở Y tế", "Phòng Kinh tế", "Công an xã Hòa Sơn", "Hội Nông dân xã", "Trung tâm Y tế huyện"]
)
@pytest.mark.parametrize(
    "verb", ["áp giá", "bám nắm", "cấp phát", "tiêm phòng", "giải tỏa", "quyên góp", "xác nhận"]
)
def test_a_name_that_is_whole_ends_before_any_verb(name: str, verb: str) -> None:
    """A field or a level of government with its place closes a name, also before a verb that nobody has listed."""
    assert actors(f"{name} {verb} theo nhiệm vụ được giao.").lead == (name,)
