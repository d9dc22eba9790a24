"""Where a request ends, however its bytes arrive."""

from __future__ import annotations

import pytest

from app.cli.web.framing import MAX_BODY_BYTES, Framing, HeadTooLarge

GET = b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nabcde"
CHUNKED = (
    b"POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;note=1\r\nabcde\r\n1\r\n\n\r\n0\r\n"
)
WHOLE = {
    "no body": GET,
    "a length": POST,
    "a length in other letters": POST.replace(b"Content-Length: 5", b"content-length:5"),
    "chunks": CHUNKED + b"\r\n",
    "chunks and trailers": CHUNKED + b"Digest: x\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", WHOLE.values(), ids=WHOLE)
def test_a_request_is_whole_with_its_last_byte_and_no_sooner(request_bytes: bytes) -> None:
    framing = Framing()
    for at in range(len(request_bytes) - 1):
        assert not framing.add(request_bytes[at : at + 1])
    assert framing.add(request_bytes[-1:])
    assert not framing.is_cut


@pytest.mark.parametrize("request_bytes", WHOLE.values(), ids=WHOLE)
def test_a_request_that_arrives_at_once_is_whole(request_bytes: bytes) -> None:
    assert Framing().add(request_bytes)


def test_the_next_request_behind_it_changes_nothing() -> None:
    assert Framing().add(POST + GET)


@pytest.mark.parametrize("size", [b"zz", b"-1", b""])
def test_what_is_no_chunk_is_handed_over_to_be_refused(size: bytes) -> None:
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert Framing().add(head + size + b"\r\n\r\n")


def test_a_body_larger_than_the_application_takes_is_not_waited_for() -> None:
    framing = Framing()
    head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1)
    assert framing.add(head)
    assert framing.is_cut


def test_chunks_without_an_end_are_cut() -> None:
    framing = Framing()
    framing.add(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    for _ in range(MAX_BODY_BYTES // len(chunk)):
        assert not framing.add(chunk)
    assert framing.add(chunk)
    assert framing.is_cut


def test_a_head_without_an_end_is_refused() -> None:
    framing = Framing()
    with pytest.raises(HeadTooLarge):
        framing.add(b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000)


def test_a_client_that_waits_to_be_asked_for_its_body_is_known() -> None:
    framing = Framing()
    framing.add(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    assert framing.expects_continue
