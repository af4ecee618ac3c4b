"""Whatever the network does, one run never is two."""

from __future__ import annotations

import os
import random

import httpx
from conftest import Server

import hivekey

FAULTS = [
    {"pass": True},
    {"reset": "before"},
    {"reset": "during"},
    {"reset": "after"},
    {"half": True},
    {"slow_ms": 50},
    {"hang": "after"},
    {"reply": {"status": 503, "headers": {"retry-after": "0"}, "body": {"code": "unavailable", "detail": "away"}}},
    {"reply": {"status": 502, "text": "<h1>Bad Gateway</h1>"}},
    {"reply": {"status": 504, "text": "<h1>Gateway Timeout</h1>"}},
]
RECIPIENTS = ["jordan@acme.com", "slow-300@acme.com", "vanishing@acme.com", "refused@acme.com"]


def test_never_two_sends_for_one_run(server: Server, http: httpx.Client) -> None:
    seed = int(os.environ.get("SDK_FAULT_SEED", random.randrange(2**32)))
    chance = random.Random(seed)
    for number in range(int(os.environ.get("SDK_FAULT_RUNS", 6))):
        faults = [chance.choice(FAULTS) for _ in range(chance.randint(1, 4))]
        to = chance.choice(RECIPIENTS)
        hk = hivekey.HiveKey(server.begin({"faults": faults}), base_url=server.url, timeout=2.5, http_client=http)
        try:
            hk.actions.run("mail.send", to=to, subject="Hi", body="x")
            done = True
        except hivekey.HiveKeyError:
            done = False
        ran = server.outcome()["ran"]
        about = f"SDK_FAULT_SEED={seed}, run {number}: {to} through {faults}"
        assert ran <= 1, about
        assert not done or ran == 1, about
