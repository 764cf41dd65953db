"""Names matched to the directory: sure where there is no doubt, else a question with the best suggestions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.units import UnitEntry, match_unit

DIRECTORY = [
    UnitEntry("stc", "Sở Tài chính", abbreviations=("STC",), old_names=("Sở Kế hoạch và Đầu tư",)),
    UnitEntry("skhcn", "Sở Khoa học và Công nghệ"),
    UnitEntry("snnmt", "Sở Nông nghiệp và Môi trường", aliases=("Sở NN&MT",)),
    UnitEntry("syt", "Sở Y tế"),
    UnitEntry("snv", "Sở Nội vụ"),
    UnitEntry("cat", "Công an tỉnh Hòa An"),
    UnitEntry("px1", "UBND xã Tân Lập"),
    UnitEntry("px2", "UBND xã Tân Lộc"),
    UnitEntry("mttq", "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", aliases=("UBMTTQ tỉnh",)),
    UnitEntry("chqs", "Bộ Chỉ huy Quân sự tỉnh"),
    UnitEntry("nhom", "Các sở, ban, ngành"),
]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sở Tài chính", "stc"),
        ("sở tài chính", "stc"),
        ("STC", "stc"),
        ("Sở Kế hoạch và Đầu tư", "stc"),
        ("Sở KH&ĐT", "stc"),
        ("Sở KH&CN", "skhcn"),
        ("Sở NN & MT", "snnmt"),
        ("Sở Y tế tỉnh Hòa An", "syt"),
        ("Công an tỉnh", "cat"),
        ("Ủy ban nhân dân xã Tân Lập", "px1"),
        ("Uỷ ban nhân dân xã Tân Lộc", "px2"),
        ("Bộ CHQS tỉnh", "chqs"),
        ("các Sở, ban, ngành", "nhom"),
        ("Sở Khoa học và Công Nghệ.", "skhcn"),
        ("Sở Nông nghiệp và Môi trưởng", "snnmt"),
    ],
)
def test_aliases_abbreviations_old_names_and_slips_of_the_pen_are_known(name: str, key: str):
    match = match_unit(name, DIRECTORY)
    assert match.best is not None
    assert match.best.key == key


@pytest.mark.parametrize("name", ["UBND xã Tân L", "Sở", "Trường Tiểu học Minh Khai", "", "Công an"])
def test_what_is_not_certain_is_a_question(name: str):
    match = match_unit(name, DIRECTORY)
    assert not match.sure
    assert match.best is None


def test_a_body_that_was_merged_is_suggested_and_not_taken():
    match = match_unit("Sở Thông tin và Truyền thông", DIRECTORY)
    assert not match.sure
    assert match.candidates[0].entry.key == "skhcn"
    assert match.candidates[0].why == "merged in 2025"


def test_two_units_of_one_name_are_a_question():
    twice = [UnitEntry("a", "Văn phòng"), UnitEntry("b", "Văn phòng")]
    match = match_unit("Văn phòng", twice)
    assert not match.sure
    assert len(match.candidates) == 2


@given(st.text(max_size=60))
def test_any_name_gives_candidates_in_order_with_a_certainty_between_0_and_1(name: str):
    certainties = [c.certainty for c in match_unit(name, DIRECTORY).candidates]
    assert certainties == sorted(certainties, reverse=True)
    assert all(0.6 <= c <= 1 for c in certainties)
