"""A helpdesk agent: reads its inbox and answers each mail, as far as its role lets it.

    pip install hivekey
    HK_AGENT_TOKEN=hk_agt_… HIVEKEY_URL=http://127.0.0.1:8787 python helpdesk.py

What it may do is not in this file: examples/support-agent.yaml says it, and the gateway holds it to that.
"""

from __future__ import annotations

import os
from typing import Any

from hivekey import DeniedError, HeldError, HiveKey, UnknownOutcomeError


def answer(mail: dict[str, Any]) -> str:
    """What to reply. Put your model here."""
    return f"Thank you for your mail about “{mail['subject']}”. We have it, and somebody looks into it.\n"


def main() -> None:
    with HiveKey(token=os.environ.get("HK_AGENT_TOKEN")) as hk:
        print("may run:", ", ".join(action["name"] for action in hk.actions.list()))
        inbox = hk.actions.run("mail.read", folder="inbox", limit=20)["result"]["messages"]
        for listed in inbox:
            mail = hk.actions.run("mail.read", message_id=listed["message_id"])["result"]["message"]
            reply = {"to": mail["from"], "subject": f"Re: {mail['subject']}", "body": answer(mail)}
            # The mail's own id: whoever runs this agent twice has it answer each mail once.
            key = f"answer-{mail['message_id']}"
            try:
                hk.actions.run("mail.send", reply, idempotency_key=key)
                print("answered", mail["from"])
            except DeniedError as error:
                print("may not answer", mail["from"], "because", error.reason)
            except HeldError as error:
                print("a person decides whether to answer", mail["from"], error.id)
            except UnknownOutcomeError as error:
                print("nobody knows whether the answer went out to", mail["from"], error.id)


if __name__ == "__main__":
    main()
