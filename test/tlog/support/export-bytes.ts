/** An export on disk, and the verifier run over it. */

import type { LogVerdict } from "../../../src/tlog/log-verdict.ts";
import { recordLines } from "../../../src/tlog/record-lines.ts";
import { type LogToVerify, verifyLog } from "../../../src/tlog/verify-log.ts";

/** The bytes of an NDJSON file. */
export function ndjson(records: readonly string[]): Uint8Array {
	return new TextEncoder().encode(records.map((record) => `${record}\n`).join(""));
}

/** Verifies a file's bytes, read in chunks. */
export function verifyFile(bytes: Uint8Array, log: Omit<LogToVerify, "records">, chunkBytes = 4_096): Promise<LogVerdict> {
	function* chunks() {
		for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
	}
	return verifyLog({ ...log, records: recordLines(chunks()) });
}
