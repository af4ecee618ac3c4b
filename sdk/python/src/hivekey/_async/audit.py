"""The log: what every agent did, and was refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, cast

from .._core.address import path_segment, query_string
from .._core.log_reading import TAG, ExportedRecord, Exporting, Following, OnFound, OnLost
from .._core.messages import Request
from .._core.read_answer import answered, succeeded
from ..admin_types import ActRecords, AuditRecord, RecordState
from ..types import Effect
from .pages import AsyncPages
from .read_log import export_audit, follow_audit
from .transport import AsyncTransport


class AsyncAudit:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
        #: The read on the log that the tiles fetched so far belong to.
        self._tag: str | None = None

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        order: Literal["asc", "desc"] | None = None,
        agent: str | None = None,
        action: str | None = None,
        verdict: Effect | None = None,
        state: RecordState | None = None,
        kind: Literal["action", "admin"] | None = None,
        since: str | None = None,
        until: str | None = None,
        text: str | None = None,
        after_seq: int | None = None,
        timeout: float | None = None,
    ) -> AsyncPages[AuditRecord]:
        """Records that match, newest first unless ``order`` says otherwise. Times are RFC 3339.

        :param after_seq: only records after this sequence number
        """
        query = {
            "limit": limit,
            "cursor": cursor,
            "order": order,
            "agent": agent,
            "action": action,
            "verdict": verdict,
            "state": state,
            "kind": kind,
            "since": since,
            "until": until,
            "text": text,
            "after_seq": after_seq,
        }
        return AsyncPages(self._transport, "/v1/audit", query, timeout)

    async def get(self, id: str, *, timeout: float | None = None) -> ActRecords:
        """All records of one act: its decision, and what became of it.

        :param id: ``act_…``
        """
        answer = await self._transport.send(Request("GET", f"/v1/audit/{path_segment(id)}", timeout=timeout))
        return cast(ActRecords, answered(answer, ["items"]))

    def stream(
        self,
        *,
        after: int | None = None,
        agent: str | None = None,
        action: str | None = None,
        verdict: Effect | None = None,
        state: RecordState | None = None,
        kind: Literal["action", "admin"] | None = None,
        text: str | None = None,
        on_lost: OnLost | None = None,
        on_found: OnFound | None = None,
    ) -> AsyncIterator[AuditRecord]:
        """Records that match as they are logged, each once and in order, without end. A connection that is lost is opened again,
        and goes on where it was; leaving the loop ends it.

        >>> async for record in admin.audit.stream(verdict="deny"):
        ...     print(record["agent"], record["action"])

        :param after: begins after this sequence number; left out: with what happens from now on
        :param on_lost: called once, with the error, when the gateway cannot be read
        :param on_found: called once when it can be again
        :raises HiveKeyError: where waiting does not help (a revoked key, say)
        """
        filters = {
            "agent": agent,
            "action": action,
            "verdict": verdict,
            "state": state,
            "kind": kind,
            "text": text,
        }
        return follow_audit(self._transport, Following(filters, after, on_lost, on_found))

    def export(self, *, after: int = 0, until: int | None = None) -> AsyncIterator[ExportedRecord]:
        """All records as they are stored, byte for byte, in order. A connection that is lost is opened again after the last whole
        record.

        >>> async for record in admin.audit.export():
        ...     file.write(record.content + b"\\n")

        :param after: begins after this sequence number
        :param until: the last sequence number wanted; left out: all that is there
        """
        return export_audit(self._transport, Exporting(after, until))

    async def checkpoint(self, *, min_size: int | None = None, timeout: float | None = None) -> str:
        """The newest checkpoint: a C2SP signed note, as text. To be kept, and compared with later ones.

        :param min_size: asks for one that covers at least so many records; one is made if the log has them
        """
        return await self._text(f"/v1/audit/checkpoint{query_string({'min_size': min_size})}", timeout)

    async def key(self, *, timeout: float | None = None) -> str:
        """The verifier keys of the log, one a line: to be pinned at first sight."""
        return await self._text("/v1/audit/key", timeout)

    async def proof(self, id: str, *, timeout: float | None = None) -> str:
        """A proof that the records of one act are on the log, as the text of a file that proves it by itself.

        :param id: ``act_…``
        """
        return await self._text(f"/v1/audit/proof/{path_segment(id)}", timeout)

    async def tile(self, path: str, *, timeout: float | None = None) -> bytes:
        """One file of the log's tree.

        :param path: as in C2SP tlog-tiles, such as ``tile/0/000`` or ``tile/entries/000.p/7``
        """
        segments = "/".join(path_segment(part) for part in path.split("/"))
        headers = {} if self._tag is None else {TAG: self._tag}
        request = Request("GET", f"/v1/audit/tiles/{segments}", accept="*/*", headers=headers, timeout=timeout)
        answer = succeeded(await self._transport.send(request))
        # All tiles that one client fetches are one read on the log.
        self._tag = answer.headers.get(TAG) or self._tag
        return answer.content

    async def _text(self, path: str, timeout: float | None) -> str:
        answer = await self._transport.send(Request("GET", path, accept="*/*", timeout=timeout))
        return succeeded(answer).content.decode()
