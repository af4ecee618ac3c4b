/**
 * The golden cases over HTTP: each role applied, each call sent by an agent, the answer and the record on the log compared. Left out are
 * the roles of actions that no connector here has, and the cases that say what only a test can say: the time, counters, where from.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import type { RoleTestCase, RoleTestDocument } from "../../src/contract/role-test-document.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { normalCase } from "../policy/cases-normal.ts";
import { type Answered, applySchema, newWorkspace, send, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";

declare global {
	interface ImportMeta {
		/** The files that a pattern names, put in when the test is built. */
		glob<T>(pattern: string, options: { query: string; import: string; eager: true }): Record<string, T>;
	}
}

const read = (files: Record<string, string>) =>
	Object.entries(files).map(([path, source]) => {
		const { documents } = parseDocuments(source, { format: "yaml", file: path });
		return { source, documents };
	});
const roles = new Map(
	read(import.meta.glob<string>("../policy/roles/*.yaml", { query: "?raw", import: "default", eager: true })).flatMap(
		({ source, documents }) =>
			documents.flatMap((one) =>
				one.kind === "Role" ? [[one.document.metadata.name, { source, role: one.document }] as const] : [],
			),
	),
);
const suites = read(
	import.meta.glob<string>("../policy/cases/*.yaml", { query: "?raw", import: "default", eager: true }),
).flatMap(({ documents }) => documents.flatMap((one) => (one.kind === "RoleTest" ? [one.document as RoleTestDocument] : [])));

/** Roles of mail alone. */
const isMail = ({ role }: RoleTestDocument) =>
	roles.get(role)?.role.scope.allow.every((pattern) => pattern.startsWith("mail.")) === true;
/** One call is in each counter, and so it is in a gateway that saw none before. */
const isPlain = ({ given = {} }: RoleTestCase) =>
	Object.entries(given).every(([key, value]) => key.startsWith("rate.") && value === 1);
/** What a role looks at besides the input, where a case is silent: the tests of policies and the gateway know different things. */
const LOOKS_ELSEWHERE = /field: (request|agent|time)\.|during:/;

const sent = suites
	.filter((suite) => isMail(suite) && !LOOKS_ELSEWHERE.test(roles.get(suite.role)?.source ?? ""))
	.map((suite) => ({ ...suite, cases: suite.cases.filter(isPlain) }))
	.filter(({ cases }) => cases.length > 0);
const total = suites.reduce((sum, { cases }) => sum + cases.length, 0);
const sentTotal = sent.reduce((sum, { cases }) => sum + cases.length, 0);
/** Cases that differ in nothing but their constants count once. */
const distinct = new Set(
	sent.flatMap(({ role, cases }) => {
		const document = roles.get(role)?.role;
		return document === undefined ? [] : cases.map((one) => normalCase(document, one));
	}),
);

let workspace: TestWorkspace;
beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
});

interface Ran {
	one: RoleTestCase;
	answered: Answered;
}

/** The suite's calls, one after the other; each with an agent of its own where a role counts. */
async function run({ metadata, role, cases }: RoleTestDocument): Promise<Ran[]> {
	const { source } = roles.get(role) as { source: string };
	await workspace.applyRole(source);
	const counts = /field: "?(rate|sum)\./.test(source);
	let agent: TestAgent | null = null;
	const ran: Ran[] = [];
	for (const [index, one] of cases.entries()) {
		if (agent === null || counts) agent = await workspace.createAgent(`${metadata.name}-${index}`, role);
		ran.push({ one, answered: await agent.run(encodeURIComponent(one.action), one.input) });
	}
	return ran;
}

/** A digest is salted here, and says how long a text is in the tests of policies. */
const plain = (text: string | null | undefined) => text?.replaceAll(/digest [^,)]+\)/g, "digest …)") ?? null;

function recordOf(records: AuditRecord[], { answered }: Ran): AuditRecord | undefined {
	return records.find(({ act_id, state }) => act_id === answered.json.id && ["intent", "held", "denied"].includes(state));
}

/** What the log says of a call, in the words of a case. */
function cameOf(record: AuditRecord | undefined) {
	const matched = record?.facts?.find(({ guard, shadow }) => guard === record.matched_guard && shadow !== true);
	return {
		verdict: record?.verdict,
		guard: record?.matched_guard ?? null,
		reason_code: record?.reason_code ?? null,
		reason: plain(record?.reason),
		detail: plain(matched?.detail),
	};
}

const STATUS = { allow: [200, 502], review: [202], deny: [400, 403, 422, 429] };

describe("over HTTP", () => {
	test.each(sent.map((suite) => [suite.metadata.name, suite.cases.length, suite] as const))(
		"%s: %d cases, answered and on the log as they are expected",
		async (_name, _count, suite) => {
			const ran = await run(suite);
			const ids = new Set(ran.map(({ answered }) => answered.json.id as string));
			expect(ids.size).toBe(ran.length);
			const records = await workspace.log((all) => {
				const there = new Set(all.map(({ act_id }) => act_id));
				return [...ids].every((id) => there.has(id));
			});
			for (const one of ran) {
				const { name, expect: wanted } = one.one;
				const { answered } = one;
				const came = cameOf(recordOf(records, one));
				expect([name, STATUS[wanted.verdict].includes(answered.status)]).toEqual([name, true]);
				for (const key of ["verdict", "guard", "reason_code", "reason", "detail"] as const)
					if (wanted[key] !== undefined) expect([name, key, came[key]]).toEqual([name, key, plain(wanted[key])]);
				if (wanted.reason_code === "invalid_input") continue;
				expect([name, answered.json.verdict, answered.json.matched_guard, answered.json.reason_code ?? null]).toEqual([
					name,
					wanted.verdict,
					wanted.guard ?? answered.json.matched_guard,
					wanted.reason_code ?? answered.json.reason_code ?? null,
				]);
				expect(plain(answered.json.reason)).toBe(came.reason);
			}
		},
		60_000,
	);
});

test("at least 300 cases that differ in more than their constants are sent, the others are listed", () => {
	const left = suites
		.map(({ metadata, cases }) => {
			const own = sent.find((suite) => suite.metadata.name === metadata.name)?.cases.length ?? 0;
			return `${metadata.name}: ${cases.length - own} of ${cases.length}`;
		})
		.filter((line) => !line.includes(": 0 of"));
	console.log(
		`sent over HTTP: ${sentTotal} of ${total}, ${distinct.size} of them distinct; left to the pure engine:\n${left.join("\n")}`,
	);
	expect(distinct.size).toBeGreaterThanOrEqual(300);
});

describe("what no policy file can say is refused over HTTP too", () => {
	let agent: TestAgent;
	beforeAll(async () => {
		await workspace.applyRole(roles.get("support-agent")?.source ?? "");
		agent = await workspace.createAgent("helpdesk-bot", "support-agent");
	});
	const rest = '"subject":"Hi","body":"x"';
	const bytes = (...parts: (string | number[])[]) =>
		new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

	test.each<[string, string | Uint8Array]>([
		["the same key twice, the good one last", `{"to":"eve@gmail.com","to":"jordan@acme.com",${rest}}`],
		["the same key twice, the good one first", `{"to":"jordan@acme.com","to":"eve@gmail.com",${rest}}`],
		["the same key twice, once in escapes", `{"to":"jordan@acme.com","\\u0074o":"eve@gmail.com",${rest}}`],
		["the same key twice within", `{"to":"jordan@acme.com","cc":[{"a":1,"a":2}],${rest}}`],
		["the prototype", `{"to":"jordan@acme.com","__proto__":{"bcc":"eve@gmail.com"},${rest}}`],
		["the prototype in escapes", `{"to":"jordan@acme.com","\\u005f_proto__":{"bcc":"eve@gmail.com"},${rest}}`],
		["the constructor", `{"to":"jordan@acme.com","constructor":{"prototype":{"to":"x"}},${rest}}`],
		["the constructor within", `{"to":{"constructor":1,"domain":"acme.com"},${rest}}`],
		["the prototype's name within a list", `{"to":[{"prototype":"acme.com"}],${rest}}`],
		["a byte that is no UTF-8", bytes('{"to":"jordan@acme.com', [0xff], `",${rest}}`)],
		["an overlong at sign", bytes('{"to":"eve@gmail.com', [0xc1, 0x80], `acme.com",${rest}}`)],
		["an overlong null", bytes('{"to":"jordan@acme.com', [0xc0, 0x80], `",${rest}}`)],
		["half a surrogate pair in UTF-8", bytes('{"to":"jordan@acme.com', [0xed, 0xa0, 0x80], `",${rest}}`)],
		["half a surrogate pair in escapes", `{"to":"jordan@acme.com\\ud800",${rest}}`],
		["a byte order mark", bytes([0xef, 0xbb, 0xbf], `{"to":"jordan@acme.com",${rest}}`)],
		[
			"UTF-16",
			bytes(
				[0xff, 0xfe],
				[...`{"to":"jordan@acme.com",${rest}}`].flatMap((one) => [one.charCodeAt(0), 0]),
			),
		],
		["a comment", `{"to":"jordan@acme.com"/*,"bcc":"eve@gmail.com"*/,${rest}}`],
		["a comma at the end", `{"to":"jordan@acme.com",${rest},}`],
		["single quotes", `{'to':'jordan@acme.com',${rest}}`],
		["a key without quotes", `{to:"jordan@acme.com",${rest}}`],
		["two values", `{"to":"jordan@acme.com",${rest}}{"to":"eve@gmail.com",${rest}}`],
		["something after the value", `{"to":"jordan@acme.com",${rest}} x`],
		["a line feed within a text", `{"to":"jordan@acme.com\nBcc: eve@gmail.com",${rest}}`],
		["not a number", `{"to":NaN,${rest}}`],
		["endlessness", `{"to":-Infinity,${rest}}`],
		["a number too large", `{"to":1e999,${rest}}`],
		["lists within lists", `{"to":${"[".repeat(5_000)}${"]".repeat(5_000)},${rest}}`],
		[
			"a hundred thousand recipients",
			JSON.stringify({ to: new Array(30_000).fill("jordan@acme.com"), subject: "Hi", body: "x" }),
		],
		["nothing at all", ""],
		["white space", " \n"],
		["the word undefined", "undefined"],
		["a form", "to=jordan%40acme.com&subject=Hi&body=x"],
	])("%s", async (_what, raw) => {
		const answered = await send("POST", "/v1/actions/mail.send", {
			token: agent.token,
			raw: raw as BodyInit,
			headers: { "content-type": "application/json" },
		});
		expect([400, 413, 422]).toContain(answered.status);
		const records = await workspace.log((all) => all.some(({ act_id }) => act_id === answered.json.id));
		expect(cameOf(records.find(({ act_id }) => act_id === answered.json.id))).toMatchObject({
			verdict: "deny",
			guard: null,
			reason_code: "invalid_input",
		});
	});
});
