"""Files that were handed in, looked at in place: pictures of pages and plain words, nothing that runs."""

import io
import struct

import pypdfium2
import pytest
from sqlmodel import select

from models.database import reading
from models.evidence import ExtensionPaper, SubmissionPaper
from tests import builders as b
from tests.web.conftest import Console


def pdf(pages: int = 2) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + b"IHDR"
    + struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    + b"\0" * 40
)


def hand_in(console: Console, name: str, data: bytes) -> str:
    """Hand a file in for the first task; answers its address."""
    link = console.link(1)
    console.browser().post(f"{link}/1/hand-in", {"note": "Xong"}, page=link, files=[("files", (name, data))])
    with reading(console.url) as session:
        found = session.exec(select(SubmissionPaper)).one()
    return f"/evidence/{found.submission_id}/{found.sha256}"


def test_a_pdf_is_looked_at_as_pictures_page_by_page(console: Console):
    address = hand_in(console, "báo cáo.pdf", pdf(2))
    lan = console.browser("lan")
    assert f'src="{address}/page/1"' in lan.get("/review").text
    page = lan.get(f"{address}/view?page=2").text
    assert "2/2" in page
    assert f'src="{address}/page/2"' in page
    image = lan.get(f"{address}/page/2")

    assert image.headers["content-type"] == "image/png"
    assert struct.unpack(">II", image.content[16:24])[0] == 1000
    assert lan.get(f"{address}/page/3").status_code == 404


def test_a_broken_pdf_is_left_to_be_downloaded(console: Console):
    address = hand_in(console, "hỏng.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    lan = console.browser("lan")

    assert lan.get(f"{address}/page/1").status_code == 404
    assert "hãy tải về" in lan.get(f"{address}/view").text


def test_a_picture_stands_in_the_queue_and_plain_words_are_escaped(console: Console):
    address = hand_in(console, "ảnh.png", PNG)
    assert f'src="{address}"' in console.browser("lan").get("/review").text


def test_plain_words_are_shown_escaped(console: Console):
    address = hand_in(console, "ghi.txt", b"<script>alert(1)</script> xong")
    page = console.browser("lan").get(f"{address}/view").text

    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("part", ["", "/view", "/page/1"])
def test_another_units_person_sees_nothing_of_it(console: Console, part: str):
    address = hand_in(console, "báo cáo.pdf", pdf())

    assert console.browser("minh").get(address + part).status_code == 200
    assert console.browser("hoa").get(address + part).status_code == 403


def test_the_answer_to_a_request_carries_its_paper(console: Console):
    link = console.link(1)
    console.browser().post(
        f"{link}/1/extension", {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}, page=link
    )
    lan = console.browser("lan")
    refused = lan.post("/extensions/1", {"answer": "grant", "decision_on": "5/4/2021"}, page="/extensions")
    assert "chưa ghi số" in refused.text
    lan.post(
        "/extensions/1",
        {"answer": "grant", "new_due_on": "30/5/2021", "decision": "12/VP", "decision_on": "6/4/2021"},
        page="/extensions",
        files=[("files", ("cv12.pdf", pdf(1)))],
    )
    with reading(console.url) as session:
        paper = session.exec(select(ExtensionPaper)).one()
    assert (paper.name, paper.of_answer) == ("cv12.pdf", True)
    assert console.browser("minh").get(f"/extensions/1/papers/{paper.sha256}").content.startswith(b"%PDF")
    assert console.browser("hoa").get(f"/extensions/1/papers/{paper.sha256}").status_code == 403
    assert b.broken(console.url) == []
