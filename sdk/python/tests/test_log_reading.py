"""Following and exporting the log: what the network does is not to be seen in what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import anyio
import httpx
import pytest
from scripted import ADMIN_KEY, Reply, Scripted, problem

import hivekey

SSE = {"content-type": "text/event-stream", "x-audit-read": "tag-1"}


def event(seq: int, act: str | None = None) -> str:
    record = json.dumps({"v": 1, "seq": seq, "act_id": act or f"act_{seq}"}, ensure_ascii=False)
    return f"id: {seq}\nevent: record\ndata: {record}\n\n"


def stream(scripted: Scripted, *pieces: str | bytes, end: str = "ends", headers: dict[str, str] = SSE) -> Reply:
    def write() -> Iterator[bytes]:
        for piece in pieces:
            yield piece.encode() if isinstance(piece, str) else piece
        if end == "stays":
            scripted.stopping.wait()

    return Reply(200, headers=headers, pieces=write, cut=end == "breaks")


class Reader:
    """Takes so many records, with one client or the other."""

    def __init__(self, kind: str, url: str) -> None:
        self.kind = kind
        self.url = url

    def take(self, count: int, what: str = "stream", **options: Any) -> list[Any]:
        return self._take(count, what, options) if self.kind == "sync" else anyio.run(self._take_async, count, what, options)

    def _take(self, count: int, what: str, options: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        with httpx.Client(verify=False) as http:
            admin = hivekey.HiveKeyAdmin(ADMIN_KEY, base_url=self.url, http_client=http)
            for record in getattr(admin.audit, what)(**options):
                found.append(record)
                if len(found) == count:
                    break
        return found

    async def _take_async(self, count: int, what: str, options: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        async with httpx.AsyncClient(verify=False) as http:
            admin = hivekey.AsyncHiveKeyAdmin(ADMIN_KEY, base_url=self.url, http_client=http)
            records = getattr(admin.audit, what)(**options)
            async for record in records:
                found.append(record)
                if len(found) == count:
                    break
            await records.aclose()
        return found


@pytest.fixture(params=["sync", "async"])
def reader(request: pytest.FixtureRequest, scripted: Scripted) -> Reader:
    return Reader(request.param, scripted.url)


def seqs(records: list[Any]) -> list[int]:
    return [record["seq"] for record in records]


def test_a_stream_asks_with_its_filters_from_where_it_is_to_begin(reader: Reader, scripted: Scripted) -> None:
    scripted.always = stream(scripted, event(8), end="stays")
    assert seqs(reader.take(1, after=7, agent="a b", verdict="deny")) == [8]
    seen = scripted.seen[0]
    assert (seen.path, seen.query) == ("/v1/audit/stream", {"agent": "a b", "verdict": "deny"})
    assert (seen.headers["last-event-id"], seen.headers["accept"]) == ("7", "text/event-stream, application/problem+json")


def test_a_stream_goes_on_after_one_that_ended_or_broke_without_a_gap_or_a_duplicate(reader: Reader, scripted: Scripted) -> None:
    scripted.once = [
        stream(scripted, event(1), event(2), event(3)[:20], end="breaks"),
        stream(scripted, event(2), event(3), ": \nid: 9\n\n"),
        problem(503, "unavailable", headers={"retry-after": "0"}),
        Reply(cut=True),
        stream(scripted, event(10), event(11), end="stays"),
    ]
    assert seqs(reader.take(5)) == [1, 2, 3, 10, 11]
    assert [seen.headers.get("last-event-id") for seen in scripted.seen] == [None, "2", "9", "9", "9"]
    assert [seen.headers.get("x-audit-read") for seen in scripted.seen] == [None, *["tag-1"] * 4]


def test_events_may_be_cut_anywhere(reader: Reader, scripted: Scripted) -> None:
    text = (": hello\n\n" + event(1, "Grüße\u2028 🐝")).replace("\n", "\r\n").encode()
    scripted.always = stream(scripted, *(text[at : at + 1] for at in range(len(text))), end="stays")
    assert [record["act_id"] for record in reader.take(1, after=0)] == ["Grüße\u2028 🐝"]


def test_it_says_once_that_the_gateway_is_lost_and_once_that_it_is_back(reader: Reader, scripted: Scripted) -> None:
    said: list[str] = []
    scripted.once = [Reply(cut=True), Reply(cut=True), stream(scripted, event(1), end="stays")]
    reader.take(1, on_lost=lambda error: said.append(type(error).__name__), on_found=lambda: said.append("found"))
    assert said == ["ConnectionError", "found"]


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (problem(401, "unauthenticated"), hivekey.AuthenticationError, "unauthenticated"),
        (problem(404, "not_found"), hivekey.NotFoundError, "not_found"),
        (Reply(200, b"<html>", {"content-type": "text/html"}), hivekey.HiveKeyError, "unexpected_answer"),
        (Reply(200, b"event: record\ndata: hello\n\n", SSE), hivekey.HiveKeyError, "unexpected_answer"),
        (Reply(200, b'event: record\ndata: {"seq": true}\n\n', SSE), hivekey.HiveKeyError, "unexpected_answer"),
    ],
)
def test_a_stream_ends_with_an_error_where_waiting_does_not_help(
    reader: Reader, scripted: Scripted, reply: Reply, kind: type[hivekey.HiveKeyError], code: str
) -> None:
    scripted.always = reply
    with pytest.raises(kind) as raised:
        reader.take(1)
    assert (type(raised.value), raised.value.code, len(scripted.seen)) == (kind, code, 1)


def test_it_does_not_run_in_circles_around_a_gateway_whose_streams_end_at_once(scripted: Scripted) -> None:
    scripted.once = [stream(scripted, ": \n\n") for _ in range(3)]
    scripted.always = problem(404, "not_found")
    admin = hivekey.HiveKeyAdmin(ADMIN_KEY, base_url=scripted.url)
    begun = anyio.run(_now)
    with closing(admin), pytest.raises(hivekey.NotFoundError):
        next(admin.audit.stream())
    assert anyio.run(_now) - begun > 3 * 0.25


async def _now() -> float:
    return anyio.current_time()


def line(seq: int) -> bytes:
    return f'{{"v":1,"seq":{seq},"prev":"p","odd":"\u202e 🐝"}}'.encode()


def part(scripted: Scripted, first: int, last: int, size: int, content: bytes | None = None, end: str = "ends") -> Reply:
    headers = {"x-next-after-seq": str(last), "x-log-size": str(size), "x-audit-read": "t"}
    whole = b"".join(line(seq) + b"\n" for seq in range(first, last + 1))
    return stream(scripted, whole if content is None else content, end=end, headers=headers)


def test_an_export_is_every_records_bytes_again_after_the_last_whole_line_where_one_broke_off(
    reader: Reader, scripted: Scripted
) -> None:
    broken = line(4) + b"\n" + line(5)[:9]
    scripted.once = [part(scripted, 1, 3, 7), part(scripted, 4, 6, 7, broken, end="breaks"), part(scripted, 5, 7, 7)]
    assert [record.content for record in reader.take(99, "export")] == [line(seq) for seq in range(1, 8)]
    assert [seen.query["after_seq"] for seen in scripted.seen] == ["0", "3", "4"]
    assert [seen.headers.get("x-audit-read") for seen in scripted.seen] == [None, "t", "t"]


def test_an_export_of_a_range_asks_for_no_more_than_that(reader: Reader, scripted: Scripted) -> None:
    scripted.once = [part(scripted, 3, 5, 9)]
    assert [record.seq for record in reader.take(99, "export", after=2, until=5)] == [3, 4, 5]
    assert [seen.query for seen in scripted.seen] == [{"after_seq": "2", "until_seq": "5"}]


def test_an_export_ends_with_an_error_where_the_answer_is_none_of_a_gateways(reader: Reader, scripted: Scripted) -> None:
    for reply in (
        Reply(200, {}),
        part(scripted, 1, 2, 2, b"hello\n"),
        part(scripted, 1, 2, 2, line(2) + b"\n" + line(1) + b"\n"),
        part(scripted, 1, 2, 2, line(3) + b"\n"),
    ):
        scripted.always = reply
        with pytest.raises(hivekey.HiveKeyError) as raised:
            reader.take(99, "export")
        assert raised.value.code == "unexpected_answer"


def test_an_export_is_given_up_when_nothing_comes_of_it(reader: Reader, scripted: Scripted) -> None:
    scripted.always = problem(503, "unavailable", headers={"retry-after": "0"})
    with pytest.raises(hivekey.UnavailableError):
        reader.take(1, "export")
    assert len(scripted.seen) == 6
