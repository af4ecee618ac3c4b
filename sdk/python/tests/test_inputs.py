"""What run() sends: inputs by name or as a mapping, beside options of its own."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from scripted import AGENT_TOKEN, Reply, Scripted

import hivekey

ALLOWED = {
    "id": "act_2Nf9kQ",
    "action": "mail.send",
    "verdict": "allow",
    "matched_guard": "approved-domains",
    "agent": "helpdesk-bot",
    "result": {"message_id": "msg_a1b2c3", "queued": True},
}


@pytest.fixture
def hk(scripted: Scripted, http: httpx.Client) -> hivekey.HiveKey:
    scripted.always = Reply(200, ALLOWED)
    return hivekey.HiveKey(token=AGENT_TOKEN, base_url=scripted.url, http_client=http)


def test_the_tour_sends_its_names_and_answers_the_wire_body_with_the_request_id(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    answer = hk.actions.run("mail.send", to="jordan@acme.com", subject="Hi", body="…")
    assert answer == {**ALLOWED, "request_id": "req_1"}
    seen = scripted.seen[0]
    assert seen.target == "POST /v1/actions/mail.send"
    assert json.loads(seen.body) == {"to": "jordan@acme.com", "subject": "Hi", "body": "…"}
    assert seen.headers["authorization"] == f"Bearer {AGENT_TOKEN}"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["user-agent"] == f"hivekey-sdk-python/{hivekey.VERSION}"


def test_options_are_never_sent_and_inputs_of_their_names_go_into_the_mapping(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    given = {"wait": 1, "idempotency_key": "theirs", "timeout": 2}
    hk.actions.run("report.make", given, idempotency_key="mine", timeout=30, wait=True, pages=3)
    assert json.loads(scripted.seen[0].body) == {**given, "pages": 3}
    assert scripted.seen[0].headers["idempotency-key"] == "mine"


def test_every_other_name_is_an_input(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    hk.actions.run("a.b", action="x", input="y", self="z", name="n", kwargs=1)
    assert json.loads(scripted.seen[0].body) == {"action": "x", "input": "y", "self": "z", "name": "n", "kwargs": 1}


def test_an_input_that_is_given_twice_is_an_error(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    with pytest.raises(TypeError, match="input 'to' twice"):
        hk.actions.run("mail.send", {"to": "a@acme.com"}, to="b@acme.com")
    assert scripted.seen == []


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_cannot_carry_is_an_error_that_names_it(hk: hivekey.HiveKey, scripted: Scripted, value: float) -> None:
    with pytest.raises(ValueError, match='"amount" is no finite number'):
        hk.actions.run("pay", order={"lines": [1, {"amount": value}]})
    assert scripted.seen == []


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_what_is_no_json_is_an_error(hk: hivekey.HiveKey, scripted: Scripted, value: object) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        hk.actions.run("pay", value=value)
    assert scripted.seen == []


def test_text_of_any_kind_arrives(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    texts = ["Grüße 🐝", "\u2028", "\ud800 half", '"\\\n\0']
    hk.actions.run("mail.send", texts=texts)
    assert json.loads(scripted.seen[0].body) == {"texts": texts}


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_names_no_action_is_an_error(hk: hivekey.HiveKey, scripted: Scripted, name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        hk.actions.run(name)
    assert scripted.seen == []


def test_a_name_with_a_slash_stays_one_segment(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    hk.actions.run("../v1/agents?x")
    assert scripted.seen[0].path == "/v1/actions/..%2Fv1%2Fagents%3Fx"


@pytest.mark.parametrize("wait", [-1, math.nan])
def test_a_wait_that_is_no_time_is_an_error_before_anything_is_sent(hk: hivekey.HiveKey, scripted: Scripted, wait: float) -> None:
    with pytest.raises(ValueError, match="wait is True or a number of seconds"):
        hk.actions.run("mail.send", wait=wait)
    assert scripted.seen == []


def test_one_key_is_kept_over_the_tries_of_a_call_and_another_call_has_another(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    scripted.once = [Reply(503, headers={"retry-after": "0"}), Reply(cut=True)]
    hk.actions.run("mail.send")
    hk.actions.run("mail.send")
    keys = [seen.headers["idempotency-key"] for seen in scripted.seen]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


def test_both_clients_send_the_same(scripted: Scripted, hk: hivekey.HiveKey) -> None:
    async def run() -> Any:
        async with hivekey.AsyncHiveKey(token=AGENT_TOKEN, base_url=scripted.url) as client:
            return await client.actions.run("mail.send", {"wait": 1}, to="a@acme.com", idempotency_key="k")

    answers = [hk.actions.run("mail.send", {"wait": 1}, to="a@acme.com", idempotency_key="k"), anyio.run(run)]
    first, second = scripted.seen
    assert (first.target, first.body) == (second.target, second.body)
    assert {**answers[0], "request_id": None} == {**answers[1], "request_id": None}
    same = ("authorization", "content-type", "accept", "user-agent", "idempotency-key")
    assert [first.headers[name] for name in same] == [second.headers[name] for name in same]


def test_many_threads_share_a_client(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: hk.actions.run("mail.send", number=number), range(40)))
    assert {answer["id"] for answer in answers} == {ALLOWED["id"]}
    assert sorted(json.loads(seen.body)["number"] for seen in scripted.seen) == list(range(40))
    assert len({seen.headers["idempotency-key"] for seen in scripted.seen}) == 40


def test_the_asynchronous_client_runs_on_trio(scripted: Scripted, hk: hivekey.HiveKey) -> None:
    async def run() -> Any:
        async with hivekey.AsyncHiveKey(token=AGENT_TOKEN, base_url=scripted.url) as client:
            scripted.once = [Reply(503, headers={"retry-after": "0"})]
            return await client.actions.run("mail.send")

    assert anyio.run(run, backend="trio")["id"] == ALLOWED["id"]
