/** What operators read in their logs: which statement's store failed and where, never what was being written. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { createLog, faultOf } from "../../src/log.ts";

const SECRETS = ["jordan@acme.com", "0123456789abcdef-digest", "Hi Jordan"];
const PARAMS = `params: ws_1,[[1,"hash","{\\"to\\":\\"${SECRETS[0]}\\"}"]],${SECRETS[1]},\n${SECRETS[2]}\n    at jordan@acme.com (made up)`;

/** As Drizzle throws it: the query and every parameter in the message, D1's own error as the cause. */
function queryError(reason: string): Error {
	return new Error(`Failed query: INSERT INTO audit_log VALUES (?)\n${PARAMS}`, { cause: new Error(reason) });
}

afterEach(() => vi.restoreAllMocks());

describe("an error in the log", () => {
	test.each([
		[
			"a failed query",
			queryError("D1_ERROR: audit_log: records are never changed: SQLITE_CONSTRAINT"),
			"D1_ERROR: audit_log: records are never changed: SQLITE_CONSTRAINT",
		],
		["a failed query without a cause", new Error(`Failed query: x\n${PARAMS}`), undefined],
		["one that quotes both", new Error(`D1_ERROR: no such column\n${PARAMS}`), undefined],
		["any other error", new TypeError(`cannot read ${SECRETS.join(" ")}`), undefined],
	])("of %s says D1's words and no value", (_, error, reason) => {
		const text = JSON.stringify(faultOf(error));
		for (const secret of SECRETS) expect(text).not.toContain(secret);
		expect(faultOf(error).reason).toBe(reason);
		expect(faultOf(error).at?.[0]).toMatch(/^at .*log\.test\.ts/);
	});

	test("is rendered so wherever it is logged, and what is no error says only its type", () => {
		const lines: string[] = [];
		vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
		const log = createLog("info");
		log("log_commit_failed", { error: queryError("D1_ERROR: gone") });
		log("request_failed", { request_id: "req_1", error: SECRETS });
		expect(lines.map((line) => JSON.parse(line))).toEqual([
			expect.objectContaining({ level: "error", event: "log_commit_failed", error: "Error", reason: "D1_ERROR: gone" }),
			{ level: "error", event: "request_failed", request_id: "req_1", error: "object" },
		]);
		for (const secret of SECRETS) expect(lines.join("")).not.toContain(secret);
	});
});
