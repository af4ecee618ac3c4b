"""Errors: every answer that is no success has its class, its facts, and a way to be caught."""

from __future__ import annotations

import builtins
import pickle

import httpx
import pytest
from scripted import AGENT_TOKEN, Reply, Scripted, problem

import hivekey

DENIED = {
    "id": "act_2Nf9kR",
    "action": "mail.send",
    "verdict": "deny",
    "matched_guard": "daily-volume-cap",
    "reason": "recipient domain 'gmail.com' not in allowlist",
    "logged": True,
    "reason_code": "rate_exceeded",
    "agent": "helpdesk-bot",
    "retryable": True,
    "approvable": False,
    "retry_at": "2026-11-23T00:00:00Z",
}
CALL = {"id": "act_1", "action": "mail.send", "verdict": "review", "matched_guard": "g", "agent": "bot"}


def error_of(scripted: Scripted, http: httpx.Client, reply: Reply) -> hivekey.HiveKeyError:
    scripted.always = reply
    hk = hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, max_retries=0, http_client=http)
    with pytest.raises(hivekey.HiveKeyError) as raised:
        hk.actions.run("mail.send", to="a@acme.com")
    return raised.value


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (Reply(202, {**CALL, "state": "pending"}), hivekey.HeldError, "pending"),
        (Reply(403, {**CALL, "state": "denied"}), hivekey.DeniedError, "denied"),
        (Reply(403, {**CALL, "state": "expired"}), hivekey.ExpiredError, "expired"),
        (Reply(202, {**CALL, "state": "running"}), hivekey.ConflictError, "call_in_flight"),
        (Reply(403, {**DENIED, "reason_code": "review_expired"}), hivekey.ExpiredError, "review_expired"),
        (Reply(200, {**CALL, "verdict": "allow", "state": "failed"}), hivekey.UpstreamFailedError, "failed"),
        (Reply(418, {**CALL, "verdict": "allow"}), hivekey.HiveKeyError, "unexpected_answer"),
        (problem(400, "malformed_body"), hivekey.InvalidRequestError, "malformed_body"),
        (problem(403, "missing_scope"), hivekey.MissingScopeError, "missing_scope"),
        (problem(404, "not_found"), hivekey.NotFoundError, "not_found"),
        (problem(412, "stale_revision"), hivekey.ConflictError, "stale_revision"),
        (problem(413, "too_large"), hivekey.InvalidRequestError, "too_large"),
        (problem(429, "too_many_requests"), hivekey.RateLimitedError, "too_many_requests"),
        (Reply(503, b"<html>busy"), hivekey.UnavailableError, "http_503"),
        (Reply(401, b"<html>log in"), hivekey.AuthenticationError, "unexpected_answer"),
        (Reply(504, b"<html>late"), hivekey.HiveKeyError, "unexpected_answer"),
        (Reply(200, b'{"id": NaN}'), hivekey.HiveKeyError, "unexpected_answer"),
        (Reply(200, b"[" * 100_000), hivekey.HiveKeyError, "unexpected_answer"),
        (Reply(200, b"\xff\xfe"), hivekey.HiveKeyError, "unexpected_answer"),
        (Reply(200, {"ok": True}), hivekey.HiveKeyError, "unexpected_answer"),
        (Reply(200, [1]), hivekey.HiveKeyError, "unexpected_answer"),
    ],
)
def test_an_answer_has_its_own_class(
    scripted: Scripted, http: httpx.Client, reply: Reply, kind: type[hivekey.HiveKeyError], code: str
) -> None:
    error = error_of(scripted, http, reply)
    assert (type(error), error.code, error.status, error.request_id) == (kind, code, reply.status, "req_1")


def test_a_denial_says_everything_that_the_gateway_said(scripted: Scripted, http: httpx.Client) -> None:
    error = error_of(scripted, http, Reply(429, DENIED, {"retry-after": "3600"}))
    assert isinstance(error, hivekey.DeniedError)
    assert str(error) == "mail.send was denied: recipient domain 'gmail.com' not in allowlist (act_2Nf9kR)"
    assert (error.id, error.action, error.agent, error.matched_guard) == (
        "act_2Nf9kR",
        "mail.send",
        "helpdesk-bot",
        "daily-volume-cap",
    )
    assert (error.retryable, error.approvable, error.retry_at, error.retry_after_seconds) == (
        True,
        False,
        "2026-11-23T00:00:00Z",
        3600,
    )
    assert error.body == DENIED
    assert error.idempotency_key == scripted.seen[0].headers["idempotency-key"]


def test_bad_input_names_each_place(scripted: Scripted, http: httpx.Client) -> None:
    errors = [{"path": "to", "code": "format", "message": "put the bare address"}]
    error = error_of(scripted, http, problem(422, "invalid_request", errors=errors))
    assert isinstance(error, hivekey.InvalidRequestError)
    assert error.errors == errors


def test_an_error_survives_the_way_into_another_process(scripted: Scripted, http: httpx.Client) -> None:
    error = error_of(scripted, http, Reply(403, DENIED))
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, hivekey.DeniedError)
    assert (str(copy), copy.id, copy.body) == (str(error), "act_2Nf9kR", DENIED)


def test_pythons_own_connection_and_timeout_errors_catch_them() -> None:
    hk = hivekey.HiveKey(AGENT_TOKEN, base_url="http://127.0.0.1:9", max_retries=0)
    with pytest.raises(builtins.ConnectionError, match=r"http://127\.0\.0\.1:9: .*refused") as raised:
        hk.actions.run("mail.send")
    assert type(raised.value) is hivekey.ConnectionError
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
    assert issubclass(hivekey.TimeoutError, builtins.TimeoutError)
