"""How long a call may take, and what is repeated within it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import anyio
import httpx
import pytest
from scripted import ADMIN_KEY, AGENT_TOKEN, Reply, Scripted

import hivekey
from hivekey._core.retry import invites_retry, parse_retry_after, retry_delay

OK = Reply(200, {"id": "act_1", "action": "a.b", "verdict": "allow", "matched_guard": None, "agent": "bot", "result": {}})
Run = Callable[..., object]


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest, scripted: Scripted, http: httpx.Client) -> Run:
    def run_sync(timeout: float | None = None) -> object:
        return hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, http_client=http).actions.run("a.b", timeout=timeout)

    async def run_async(timeout: float | None) -> object:
        async with httpx.AsyncClient(verify=False) as client:
            hk = hivekey.AsyncHiveKey(AGENT_TOKEN, base_url=scripted.url, http_client=client)
            return await hk.actions.run("a.b", timeout=timeout)

    return run_sync if request.param == "sync" else lambda timeout=None: anyio.run(run_async, timeout)


def test_an_answer_that_drips_ends_with_the_time_of_the_call(run: Run, scripted: Scripted) -> None:
    def drops() -> Iterator[bytes]:
        while not scripted.stopping.wait(0.1):
            yield b" "

    scripted.always = Reply(200, pieces=drops)
    begun = time.monotonic()
    with pytest.raises(hivekey.TimeoutError, match=r"within 0\.5 seconds") as raised:
        run(timeout=0.5)
    assert 0.45 < time.monotonic() - begun < 5
    assert (raised.value.code, len(scripted.seen)) == ("timeout", 1)
    assert raised.value.idempotency_key == scripted.seen[0].headers["idempotency-key"]


def test_a_wait_longer_than_a_minute_is_the_callers_to_decide_on(run: Run, scripted: Scripted) -> None:
    scripted.always = Reply(503, {"code": "unavailable"}, {"retry-after": "3600"})
    with pytest.raises(hivekey.UnavailableError) as raised:
        run(timeout=1e6)
    assert (raised.value.retry_after_seconds, len(scripted.seen)) == (3600, 1)


def test_a_connection_that_is_kept_and_was_closed_meanwhile_is_opened_again(run: Run, scripted: Scripted) -> None:
    scripted.once = [Reply(200, OK.body, {"connection": "close"}), Reply(cut=True), OK]
    run()
    run()
    assert len(scripted.seen) == 3


def test_what_counts_on_a_condition_or_has_no_key_is_never_sent_twice(scripted: Scripted, http: httpx.Client) -> None:
    admin = hivekey.HiveKeyAdmin(ADMIN_KEY, base_url=scripted.url, http_client=http)
    scripted.always = Reply(503, {"code": "unavailable"}, {"retry-after": "0"})
    for once in (
        lambda: admin.roles.put("r", "kind: Role", if_match='"1"'),
        lambda: admin.roles.put("r", "kind: Role", if_none_match="*"),
        lambda: admin.roles.rollback("r", 1),
        lambda: admin.keys.create(owner="ann", scopes=["audit"]),
    ):
        scripted.seen.clear()
        with pytest.raises(hivekey.UnavailableError):
            once()
        assert len(scripted.seen) == 1
    scripted.seen.clear()
    with pytest.raises(hivekey.UnavailableError):
        admin.roles.put("r", "kind: Role")
    assert len(scripted.seen) == 3


def test_delays_double_half_of_each_is_chance_and_the_gateways_word_goes_first() -> None:
    assert [retry_delay(attempt, None, 0) for attempt in (1, 2, 3, 4, 5, 9)] == [0.25, 0.5, 1, 2, 4, 4]
    assert [retry_delay(attempt, None, 1) for attempt in (1, 2, 9)] == [0.5, 1, 8]
    assert retry_delay(1, 7, 0.5) == 7


def test_retry_after_is_seconds_or_a_date() -> None:
    now = 1_795_356_000.0  # 2026-11-22T14:00:00Z
    assert parse_retry_after("12", now) == 12
    assert parse_retry_after("Sun, 22 Nov 2026 14:00:30 GMT", now) == 30
    assert parse_retry_after("Sun, 22 Nov 2026 13:00:00 GMT", now) == 0
    assert [parse_retry_after(value, now) for value in ("soon", None, "-1e3x", "", "9" * 400)] == [None] * 5


def test_no_verdict_invites_a_retry_whatever_its_status() -> None:
    assert not any(invites_retry(status, True, 1) for status in range(200, 600))
    assert [invites_retry(status, False, 1) for status in (429, 502, 503, 504)] == [True, False, True, False]


def test_an_answer_that_was_asked_to_wait_is_not_late_for_having_waited(scripted: Scripted, http: httpx.Client) -> None:
    def later() -> Iterator[bytes]:
        scripted.stopping.wait(0.4)
        yield b'{"id": "act_1", "state": "executed"}'

    scripted.always = Reply(200, pieces=later)
    hk = hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, timeout=0.2, http_client=http)
    assert hk.calls.get("act_1", wait_seconds=1)["state"] == "executed"
    assert scripted.seen[0].target == "GET /v1/calls/act_1?wait=1"
    with pytest.raises(hivekey.TimeoutError):
        hk.calls.get("act_1")
