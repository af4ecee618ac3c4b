"""What administrators are answered. Names of fields are the wire's own; the shapes are those of openapi.json."""

from __future__ import annotations

from typing import TypeAlias

from . import wire
from .types import Answered, Tagged
from .wire import (
    Agent,
    AgentToken,
    AuditRecord,
    Connector,
    ConnectorRevision,
    Key,
    KeyScope,
    Mailbox,
    RecordState,
    ReviewSummary,
    Role,
    RoleRevision,
    Secret,
    Sink,
    Workspace,
)

__all__ = [
    "ActRecords",
    "Agent",
    "AgentAnswer",
    "AgentToken",
    "AppliedConnector",
    "AppliedList",
    "AppliedRole",
    "AppliedSecret",
    "AppliedSink",
    "AuditRecord",
    "Connector",
    "ConnectorAnswer",
    "ConnectorRevision",
    "ConnectorTest",
    "CreatedAgent",
    "CreatedKey",
    "CreatedToken",
    "CreatedWorkspace",
    "Key",
    "KeyScope",
    "ListItem",
    "Mailbox",
    "MailboxAnswer",
    "PolicyList",
    "PolicyListWithItems",
    "RecordState",
    "ReviewDetail",
    "ReviewSummary",
    "Role",
    "RoleAnswer",
    "RoleComparison",
    "RoleRevision",
    "Secret",
    "Sink",
    "SinkAnswer",
    "Whoami",
    "Workspace",
]

ListItem: TypeAlias = "str | float | bool"
#: Values under a name, for conditions of any role to take. Not to be taken for a list that comes in pages.
PolicyList = wire.List
#: Whether a change of a role lets more pass. ``does_not_widen`` is proven for every call.
RoleComparison = wire.Comparison


class Whoami(wire.Whoami, Answered):
    """Whose key it is, and where it works."""


class RoleAnswer(wire.Role, Answered, Tagged):
    """One role, with its entity tag."""


class AppliedRole(wire.AppliedRole, Answered, Tagged):
    """A role as it was applied, with its entity tag."""


class AgentAnswer(wire.Agent, Answered):
    """One agent."""


class CreatedAgent(wire.CreatedAgent, Answered):
    """The only answer that ever carries the token."""


class CreatedToken(wire.CreatedToken, Answered):
    """The only answer that ever carries the token."""


class CreatedKey(wire.CreatedKey, Answered):
    """The only answer that ever carries the key."""


class MailboxAnswer(wire.Mailbox, Answered):
    """One mailbox."""


class PolicyListWithItems(wire.ListWithItems, Answered):
    """One list, with its items."""


class AppliedList(wire.AppliedList, Answered):
    """A list as it was applied, and the roles that take it."""


class ConnectorAnswer(wire.ConnectorWithDocument, Answered):
    """One connector, with its document."""


class AppliedConnector(wire.AppliedConnector, Answered):
    """A connector as it was applied, and the roles that it is another for."""


class ConnectorTest(wire.ConnectorTest, Answered):
    """What an action would send, and what came of it where it was sent."""


class AppliedSecret(wire.AppliedSecret, Answered):
    """A secret as it was set, without its value, and the roles whose actions take it."""


class SinkAnswer(wire.Sink, Answered):
    """One sink, and whether its notices arrive."""


class AppliedSink(wire.AppliedSink, Answered):
    """A sink as it was applied."""


class CreatedWorkspace(wire.CreatedWorkspace, Answered):
    """The only answer that ever carries the key."""


class ReviewDetail(wire.ReviewDetail, Answered):
    """One held call, with everything that a decision needs."""


class ActRecords(Answered):
    """All records of one act."""

    items: list[AuditRecord]
