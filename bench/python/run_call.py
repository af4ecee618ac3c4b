"""What run() costs over the bare httpx call: both by turns over one gateway, `python run_call.py [ROUNDS]`.

Prints the medians and their ratio, and fails where the SDK takes more than 1.2 times as long.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "sdk" / "python" / "src"))

from hivekey import DeniedError, HiveKey  # noqa: E402

MOST = 1.2
#: Denied: the gateway does the least there, so the client weighs the most.
MAIL = {"to": "eve@gmail.com", "subject": "Hi", "body": "…"}


def main(rounds: int) -> int:
    command = [str(ROOT / "node_modules" / ".bin" / "node"), str(ROOT / "sdk" / "behaviour" / "serve.ts")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        token = httpx.post(told["control"], json={}).json()["agent_token"]
        try:
            return compare(told["gateway"], token, rounds)
        finally:
            server.communicate()


def compare(url: str, token: str, rounds: int) -> int:
    bare = httpx.Client()
    hk = HiveKey(token, base_url=url)

    def by_httpx() -> None:
        headers = {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4())}
        answer = bare.post(f"{url}/v1/actions/mail.send", json=MAIL, headers=headers)
        assert answer.json()["verdict"] == "deny"

    def by_sdk() -> None:
        try:
            hk.actions.run("mail.send", MAIL)
        except DeniedError:
            return
        raise AssertionError("that was to be denied")

    times: dict[Callable[[], None], list[float]] = {by_httpx: [], by_sdk: []}
    for number in range(rounds + 50):
        for call in (by_httpx, by_sdk) if number % 2 else (by_sdk, by_httpx):
            begun = time.perf_counter()
            call()
            if number >= 50:
                times[call].append(time.perf_counter() - begun)
    raw, ours = (median(times[call]) * 1_000 for call in (by_httpx, by_sdk))
    print(f"httpx {raw:.2f} ms, run() {ours:.2f} ms, {ours / raw:.2f} times (at most {MOST}); p50 of {rounds} by turns")
    return 0 if ours / raw <= MOST else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
