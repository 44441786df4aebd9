"""What may be sent: how much, and by whose page."""

from __future__ import annotations

import io

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from assistedaccess.web.limits import MAX_CONTENT_LENGTH
from tests.support.client import PageCheckingClient
from tests.support.frame import frame, frame_app

__all__ = ["frame", "frame_app"]

TEN_MEGABYTES = 10_000_000
URLENCODED = "application/x-www-form-urlencoded"


def token_of(frame: PageCheckingClient) -> str:
    page = BeautifulSoup(frame.get("/kitchen-sink/question").text, "html.parser")
    return str(page.find("input", attrs={"name": "csrf_token"})["value"])


class CountingStream(io.BytesIO):
    """Remembers how much of it was asked for at once, and in all."""

    largest = 0
    total = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.largest = max(self.largest, len(piece))
        self.total += len(piece)
        return piece


def test_v5_2_1_a_body_of_10_mb_gets_a_page_and_is_not_kept(frame: PageCheckingClient) -> None:
    body = CountingStream(b"notes=" + b"x" * TEN_MEGABYTES)
    response = frame.post(
        "/kitchen-sink/question",
        input_stream=body,
        content_type=URLENCODED,
        headers={"Referer": "http://localhost/kitchen-sink/form"},
        environ_overrides={"CONTENT_LENGTH": str(TEN_MEGABYTES + 6)},
    )
    assert response.status_code == 413
    assert "What you sent is too large" in response.text
    assert 'href="/kitchen-sink/form"' in response.text
    assert body.total == TEN_MEGABYTES + 6  # else the connection is reset and no page is seen
    assert body.largest <= 65_536


def test_v5_2_1_a_multipart_body_and_one_without_a_length(frame: PageCheckingClient) -> None:
    part = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    response = frame.post(
        "/kitchen-sink/question",
        data=part + b"x" * 2_000_000 + b"\r\n--edge--\r\n",
        content_type="multipart/form-data; boundary=edge",
    )
    assert response.status_code == 413
    response = frame.post(
        "/kitchen-sink/question",
        input_stream=io.BytesIO(b"notes=" + b"x" * TEN_MEGABYTES),
        content_type=URLENCODED,
        environ_overrides={
            "CONTENT_LENGTH": "",
            "HTTP_TRANSFER_ENCODING": "chunked",
            "wsgi.input_terminated": True,
        },
    )
    assert response.status_code == 413


def test_a_body_without_a_length_is_read_whole(frame: PageCheckingClient) -> None:
    body = f"csrf_token={token_of(frame)}&text=" + "x" * 900_000
    response = frame.post(
        "/kitchen-sink/upload",
        input_stream=io.BytesIO(body.encode()),
        content_type=URLENCODED,
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )
    assert response.json == {"letters": 900_000}


def test_a_long_note_still_fits(frame: PageCheckingClient) -> None:
    data = {"csrf_token": token_of(frame), "full_name": "x" * (MAX_CONTENT_LENGTH - 10_000)}
    response = frame.post("/kitchen-sink/question", data=data)
    assert response.status_code == 400
    assert "Name must be 200 characters or less" in response.text


def test_a_route_with_uploads_has_a_cap_of_its_own(frame: PageCheckingClient) -> None:
    token = token_of(frame)
    for length, status in ((2_000_000, 200), (3_000_000, 413)):
        letter = FileStorage(io.BytesIO(b"x" * length), "letter.pdf")
        boundary, body = encode_multipart({"csrf_token": token, "letter": letter})
        response = frame.post(
            "/kitchen-sink/upload",
            data=body,
            content_type=f'multipart/form-data; boundary="{boundary}"',
        )
        assert response.status_code == status


def test_too_many_fields_are_refused(frame: PageCheckingClient) -> None:
    data = {f"field{number}": "x" for number in range(1_100)}
    response = frame.post("/kitchen-sink/question", data=data, content_type="multipart/form-data")
    assert response.status_code == 413


def test_v3_5_1_a_post_needs_its_token(frame: PageCheckingClient, frame_app: Flask) -> None:
    assert frame.post("/kitchen-sink/end").status_code == 400
    assert frame.post("/kitchen-sink/end", data={"csrf_token": "x"}).status_code == 400
    stranger = frame_app.test_client()
    assert isinstance(stranger, PageCheckingClient)
    theirs = token_of(stranger)
    assert token_of(frame) != theirs
    assert frame.post("/kitchen-sink/end", data={"csrf_token": theirs}).status_code == 400
    own = {"csrf_token": token_of(frame)}
    assert frame.post("/kitchen-sink/end", data=own).status_code == 302


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),
        ({"Origin": "http://localhost"}, 302),
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "none"}, 302),
        ({"Origin": "http://evil.test"}, 400),
        ({"Origin": "null"}, 400),
        ({"Origin": "http://localhost.evil.test"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
    ],
)
def test_v3_5_1_what_another_site_sends_is_refused_even_with_a_token(
    frame: PageCheckingClient, headers: dict[str, str], status: int
) -> None:
    response = frame.post(
        "/kitchen-sink/end", data={"csrf_token": token_of(frame)}, headers=headers
    )
    assert response.status_code == status


def test_every_field_answers_nothing_with_its_own_words(frame: PageCheckingClient) -> None:
    response = frame.post("/kitchen-sink/form", data={"csrf_token": token_of(frame)})
    assert response.status_code == 400
    soup = BeautifulSoup(response.text, "html.parser")
    assert soup.title.text.startswith("Error: ")
    links = [link["href"] for link in soup.select(".govuk-error-summary a")]
    assert len(links) == 15
    assert all(soup.find(id=link[1:]) for link in links)
