/** `docs/audit-format.md` says what the code does: its examples are real ones. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RECORD_KEYS, RECORD_MAX_BYTES } from "../../src/contract/audit-record.ts";
import { openCheckpoint } from "../../src/tlog/checkpoint.ts";
import { DEFAULT_GRACE } from "../../src/tlog/open-acts.ts";
import { TreeEdge } from "../../src/tlog/tree-edge.ts";
import { hex } from "./support/node-store.ts";

const text = readFileSync(new URL("../../docs/audit-format.md", import.meta.url), "utf8");
const example = (start: RegExp) =>
	/(?:(?: {4}.*|)\n)+/
		.exec(text.slice(text.search(start)))?.[0]
		.replace(/^ {4}/gm, "")
		.trimEnd() ?? "";

test("the record's keys and its size are the documented ones", () => {
	const list = text.slice(text.indexOf("`v`, `seq`"), text.indexOf("| key | what |")).replace(/\([^)]*\)/g, "");
	expect([...list.matchAll(/`([a-z_]+)`/g)].map(([, key]) => key)).toEqual(RECORD_KEYS);
	expect(text).toContain(`${RECORD_MAX_BYTES.toLocaleString("en")} bytes at most`);
});

test("the edge and the checkpoint of the examples are of one tree, and the key verifies", () => {
	const edge = TreeEdge.parse(example(/ {4}3 \+/));
	const vkey = /`(hivekey\/ws_[^`]+\+[0-9a-f]{8}\+[^`]+)`/.exec(text)?.[1] ?? "";
	const opened = openCheckpoint(`${example(/ {4}hivekey\/ws_/)}\n`, [vkey]);
	if (!opened.ok) throw new Error(opened.message);
	expect(opened.checkpoint.size).toBe(3);
	expect(hex(opened.checkpoint.root)).toBe(hex(edge?.root()));
});

test("the grace of open acts is the documented one", () => {
	expect(DEFAULT_GRACE).toEqual({ runningSeconds: 15 * 60, streamingSeconds: 75 * 60, heldSeconds: 31 * 24 * 3_600 });
	expect(text.replace(/\s+/g, " ")).toContain(
		"15 minutes for a running act, 75 for one whose answer is on its way, and 31 days for a held one",
	);
});
