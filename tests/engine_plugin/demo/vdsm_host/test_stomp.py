# SPDX-License-Identifier: Apache-2.0
"""Frames out of bytes that the network cut anywhere, and what cannot be a frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine_plugin.demo.vdsm_host.stomp import (
    LARGEST_BODY,
    LARGEST_HEAD,
    Frame,
    Parser,
    StompError,
)

SEND = Frame("SEND", {"destination": "a.b", "reply-to": "c"}, b'{"a": "\0\n"}')
LATER = Frame("DISCONNECT", {"receipt": "77"})


def parsed(*parts: bytes) -> list[tuple[str, dict[str, str], bytes]]:
    parser = Parser()
    found = [frame for part in parts for frame in parser.feed(part)]
    return [(f.command, dict(f.headers), f.body) for f in found]


def shown(frame: Frame) -> tuple[str, dict[str, str], bytes]:
    headers = dict(frame.headers)
    if frame.body:
        headers["content-length"] = str(len(frame.body))
    return frame.command, headers, frame.body


def test_a_frame_as_it_is_written() -> None:
    expected = b'SEND\ndestination:a.b\nreply-to:c\ncontent-length:11\n\n{"a": "\0\n"}\0'
    assert SEND.encode() == expected


@pytest.mark.parametrize("at", range(len(SEND.encode() + LATER.encode())))
def test_two_frames_cut_at_any_byte(at: int) -> None:
    data = SEND.encode() + LATER.encode()
    assert parsed(data[:at], data[at:]) == [shown(SEND), shown(LATER)]


def test_frames_byte_by_byte_with_heart_beats_between() -> None:
    data = b"\n\n" + SEND.encode() + b"\n\r\n" + LATER.encode() + b"\n"
    assert parsed(*(bytes([each]) for each in data)) == [shown(SEND), shown(LATER)]


def test_carriage_returns_belong_to_the_line_ends() -> None:
    assert parsed(b"SEND\r\na:1\r\n\r\nx\0") == [("SEND", {"a": "1"}, b"x")]


def test_without_a_length_the_body_ends_at_nul() -> None:
    assert parsed(b"SEND\n\nx\0SEND\n\n\0") == [("SEND", {}, b"x"), ("SEND", {}, b"")]


def test_the_first_of_equal_headers_counts() -> None:
    assert parsed(b"SEND\na:1\na:2\n\n\0") == [("SEND", {"a": "1"}, b"")]


def test_a_colon_in_a_value_is_taken_as_written() -> None:
    """The engine escapes nothing, and a host may be named by an IPv6 address."""
    assert parsed(b"CONNECT\nhost:::1\n\n\0") == [("CONNECT", {"host": "::1"}, b"")]


def test_escapes_are_undone() -> None:
    frame = Frame("SEND", {"a:b": "c\\d\r\n"})
    assert frame.encode() == b"SEND\na\\cb:c\\\\d\\r\\n\n\n\0"
    assert parsed(frame.encode()) == [shown(frame)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"SEND\na:\\t\n\n\0", "'\\\\t' has an escape that STOMP does not know: '\\\\t'"),
        (b"SEND\na:\\\n\n\0", "'\\\\' has an escape that STOMP does not know: '\\\\'"),
        (b"SEND\nno header\n\n\0", "'no header' is no header"),
        (b"SEND\na:\xff\n\n\0", "headers that are not UTF-8"),
        (b"SEND\ncontent-length:-1\n\n\0", "SEND: content-length '-1'"),
        (b"SEND\ncontent-length:1e3\n\n\0", "SEND: content-length '1e3'"),
        (
            f"SEND\ncontent-length:{LARGEST_BODY + 1}\n\n\0".encode(),
            f"SEND: content-length '{LARGEST_BODY + 1}'",
        ),
        (
            b"SEND\ncontent-length:2\n\nabc\0",
            "SEND: no NUL after the 2 bytes of its content-length",
        ),
        (b"x" * (LARGEST_HEAD + 1), f"headers of more than {LARGEST_HEAD} bytes"),
    ],
)
def test_what_is_no_frame_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(StompError) as caught:
        parsed(data)
    assert str(caught.value) == why


HEADER = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
FRAMES = st.lists(
    st.builds(
        Frame,
        st.sampled_from(["SEND", "MESSAGE", "SUBSCRIBE"]),
        st.dictionaries(HEADER.filter(lambda name: name != "content-length"), HEADER, max_size=3),
        st.binary(max_size=40),
    ),
    max_size=4,
)


@given(FRAMES, st.lists(st.integers(0, 400), max_size=8))
def test_law_frames_survive_any_cuts(frames: list[Frame], cuts: list[int]) -> None:
    data = b"\n".join(frame.encode() for frame in frames)
    edges = [0, *sorted(cuts), len(data)]
    parts = [data[a:b] for a, b in zip(edges, edges[1:])]
    assert parsed(*parts) == [shown(frame) for frame in frames]
