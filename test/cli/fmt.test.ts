import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { formatPolicy } from "../../cli/src/offline/format-policy.ts";
import { canonicalJson } from "../../src/policy/canonical-json.ts";
import { readDocuments } from "../../src/policy/read-document.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const HEAD = "apiVersion: policy.hivekey.ai/v1\nkind: Role\n";
let folder: string;
beforeEach(() => {
	folder = freshFolder();
});
const cli = (line: string, circumstances: Circumstances = {}) => cliIn(folder)(line, circumstances);
const put = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const formatted = (text: string, format: "yaml" | "json" = "yaml") =>
	formatPolicy({ file: "f", bytes: new TextEncoder().encode(text), format, named: true });
/** The text that comes out; the test fails where none does. */
function textOf(text: string, format?: "json"): string {
	const result = formatted(text, format);
	if (result.kind !== "formatted") throw new Error(JSON.stringify(result));
	return result.text;
}

test("keys come into their order, and every comment goes with its key", () => {
	const wild = `# yaml-language-server: $schema=.schema/policy.schema.json
kind: Role   # the kind
apiVersion: policy.hivekey.ai/v1
# what it may do
scope:
    # never
    deny: [a.b]
    allow:
    - mail.read # read
    -   "mail.send"
metadata:
  # for people
  description: x
  name: x
guards:

- effect: deny   # no
  when: {in: [acme.com,acme-support.com], field: to.domain}
  # who
  id: approved-domains
  action: mail.send
- {review: {expires: 1h, approvals: 2}, id: b, action: mail.send, otherwise: review, when: {lte: 5, field: rate.per_day}}
lists: { vip: [a, b] }
timezone: UTC
# the end
`;
	expect(textOf(wild)).toBe(`# yaml-language-server: $schema=.schema/policy.schema.json
apiVersion: policy.hivekey.ai/v1
kind: Role # the kind
metadata:
  name: x
  # for people
  description: x
# what it may do
scope:
  allow:
    - mail.read # read
    - "mail.send"
  # never
  deny: [a.b]
timezone: UTC
lists: { vip: [a, b] }
guards:
  # who
  - id: approved-domains
    action: mail.send
    when: { field: to.domain, in: [acme.com, acme-support.com] }
    effect: deny # no
  - id: b
    action: mail.send
    when: { field: rate.per_day, lte: 5 }
    otherwise: review
    review: { approvals: 2, expires: 1h }

# the end
`);
});

test("what does not fit on a line becomes a block, from the outside", () => {
	const domains = Array.from({ length: 8 }, (_, i) => `subsidiary-${i}.example.com`);
	const text = textOf(`${HEAD}guards: [{ id: g, action: mail.send, when: { field: to.domain, in: [${domains.join(", ")}] } }]\n`);
	expect(text).toBe(`${HEAD}guards:
  - id: g
    action: mail.send
    when:
      field: to.domain
      in:
${domains.map((domain) => `        - ${domain}\n`).join("")}`);
});

test("many documents stay many, each by its own kind", () => {
	const test_ =
		"role: r\ncases: [{expect: {guard: g, verdict: deny}, input: {b: 1, a: 2}, name: n, action: a.b}]\nkind: RoleTest\n";
	const text = textOf(
		`kind: List\nitems: [a]\napiVersion: policy.hivekey.ai/v1\n---\n# of the second\n${test_}apiVersion: policy.hivekey.ai/v1\n`,
	);
	expect(text).toBe(`apiVersion: policy.hivekey.ai/v1
kind: List
items: [a]
---
# of the second
apiVersion: policy.hivekey.ai/v1
kind: RoleTest
role: r
cases: [{ name: n, action: a.b, input: { b: 1, a: 2 }, expect: { verdict: deny, guard: g } }]
`);
});

test("a connector's and a sink's keys come into the order of their schemas, schemas and maps by name stay as they are", () => {
	const connector = `actions:
  - input: { type: object, properties: { id: { type: integer }, body: { type: string } }, required: [id] }
    retries: 2
    path: /tickets/{id} # the ticket
    query: { zebra: { style: brackets, field: tags }, apple: { const: 1 } }
    method: GET
    # what the agent calls
    name: crm.ticket.get
    body: { wrap: ticket, fields: { zebra: body, apple: id }, format: json }
http:
  breaker: { open_for: 1m, failures: 3 }
  headers: { x-zebra: "1", accept: a }
  auth: { header: { prefix: "Key ", secret: crm-key, name: x-api-key } }
  base_url: https://api.example.com
metadata: { description: x, name: crm }
kind: Connector
apiVersion: policy.hivekey.ai/v1
`;
	expect(textOf(connector)).toBe(`apiVersion: policy.hivekey.ai/v1
kind: Connector
metadata: { name: crm, description: x }
http:
  base_url: https://api.example.com
  auth: { header: { name: x-api-key, secret: crm-key, prefix: "Key " } }
  headers: { x-zebra: "1", accept: a }
  breaker: { failures: 3, open_for: 1m }
actions:
  # what the agent calls
  - name: crm.ticket.get
    method: GET
    path: /tickets/{id} # the ticket
    query: { zebra: { field: tags, style: brackets }, apple: { const: 1 } }
    body: { format: json, fields: { zebra: body, apple: id }, wrap: ticket }
    input:
      type: object
      properties: { id: { type: integer }, body: { type: string } }
      required: [id]
    retries: 2
`);
	const sink = `mail: { from: helpdesk@acme.com, to: [ann@acme.com] }
metadata: { name: reviewers }
events: [review.held]
kind: Sink
apiVersion: policy.hivekey.ai/v1
`;
	expect(textOf(sink)).toBe(`apiVersion: policy.hivekey.ai/v1
kind: Sink
metadata: { name: reviewers }
events: [review.held]
mail: { to: [ann@acme.com], from: helpdesk@acme.com }
`);
});

test("texts stay texts: quoted ones, long ones, ones of many lines", () => {
	const long = "word ".repeat(40).trim();
	const text = `${HEAD}metadata:\n  name: "no"\n  description: ${long}\n  labels: { a: '1', b: "x#y", c: "é\\u0007" }\nreason: |\n  one\n    two # no comment\n\nfolded: >-\n  ${long}\n`;
	const { documents } = readDocuments(textOf(text), { format: "yaml" }) as { documents: { value: object }[] };
	expect(documents[0]?.value).toMatchObject({
		metadata: { name: "no", description: long, labels: { a: "1", b: "x#y", c: "é\u0007" } },
		reason: "one\n  two # no comment\n",
		folded: long,
	});
	expect(textOf(text)).toContain(`  description: ${long}\n`);
});

test("JSON gets the same order and two spaces", () => {
	expect(textOf('{"kind":"Role","guards":[{"action":"a.b","id":"g"}],"apiVersion":"policy.hivekey.ai/v1"}', "json")).toBe(`{
  "apiVersion": "policy.hivekey.ai/v1",
  "kind": "Role",
  "guards": [
    {
      "id": "g",
      "action": "a.b"
    }
  ]
}
`);
});

describe("whatever the file", () => {
	const scalar = fc.oneof(
		fc.constantFrom("yes", "null", "~", "1.0", "- a", "# c", "a: b", "x # y", "'", '"', "{", "|", "a\nb", " a ", "", "é", "…"),
		fc.integer({ min: -1_000, max: 1_000 }),
		fc.boolean(),
		fc.constant(null),
		fc.string({ maxLength: 60 }),
	);
	const key = fc.constantFrom(
		"name",
		"id",
		"when",
		"field",
		"in",
		"action",
		"scope",
		"allow",
		"metadata",
		"guards",
		"zebra",
		"a b",
		"1",
	);
	const { value } = fc.letrec((tie) => ({
		value: fc.oneof(
			{ maxDepth: 4 },
			scalar,
			fc.array(tie("value"), { maxLength: 4 }),
			fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
		),
	}));
	const document = fc.record({
		guards: value,
		metadata: value,
		kind: fc.constantFrom("Role", "RoleTest", "List", "Connector", "Sink", "Other"),
		actions: value,
		zebra: value,
	});

	test("its meaning stays, and formatting again changes nothing", () => {
		fc.assert(
			fc.property(
				document,
				fc.constantFrom(0, 20, 80),
				fc.constantFrom("any", "flow", "block"),
				(one, lineWidth, collectionStyle) => {
					const text = stringify(
						{ ...one, apiVersion: "policy.hivekey.ai/v1" },
						{ lineWidth, collectionStyle: collectionStyle as "any", aliasDuplicateObjects: false },
					);
					const before = readDocuments(text, { format: "yaml" });
					const result = formatted(text);
					if (!before.ok) return expect(result.kind).toBe("refused");
					if (result.kind !== "formatted") throw new Error(JSON.stringify(result));
					const after = readDocuments(result.text, { format: "yaml" });
					if (!after.ok) throw new Error(result.text);
					expect(after.documents.map((d) => canonicalJson(d.value))).toEqual(before.documents.map((d) => canonicalJson(d.value)));
					expect(formatted(result.text)).toEqual({ kind: "formatted", text: result.text, changed: false });
				},
			),
			{ numRuns: 200 },
		);
	});

	test("comments at any line end or line stay", () => {
		const lines =
			`${HEAD}metadata:\n  name: a\n  description: b\nscope:\n  deny: [x.y]\n  allow:\n    - a.b\n    - c.d\nguards:\n  - action: a.b\n    id: g\n    when:\n      in: [a]\n      field: to\ntimezone: UTC`.split(
				"\n",
			);
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom("none", "above", "behind", "blank"), { minLength: lines.length, maxLength: lines.length }),
				(where) => {
					const text = lines
						.map((line, i) => {
							const indent = /^ */.exec(line)?.[0] ?? "";
							if (where[i] === "above") return `${indent}# c${i}\n${line}`;
							if (where[i] === "blank") return `\n${indent}# c${i}\n\n${line}`;
							return where[i] === "behind" ? `${line} # c${i}` : line;
						})
						.join("\n");
					const result = formatted(`${text}\n# end\n`);
					if (result.kind !== "formatted") throw new Error(JSON.stringify(result));
					const comments = (source: string) => (source.match(/# (c\d+|end)$/gm) ?? []).sort();
					expect(comments(result.text)).toEqual(comments(`${text}\n# end`));
					expect(formatted(result.text)).toMatchObject({ changed: false });
				},
			),
			{ numRuns: 200 },
		);
	});
});

describe("the command", () => {
	const WILD = "kind: Role\napiVersion: policy.hivekey.ai/v1\n";

	test("rewrites what is not in form, and says which", async () => {
		mkdirSync(join(folder, "p"));
		put("p/a.yaml", WILD);
		put("p/b.yaml", HEAD);
		expect(await cli("role fmt p")).toEqual({ exit: 0, stdout: "Formatted p/a.yaml\n", stderr: "" });
		expect([read("p/a.yaml"), read("p/b.yaml")]).toEqual([HEAD, HEAD]);
		expect(await cli("role fmt p")).toEqual({ exit: 0, stdout: "", stderr: "" });
		put("p/a.yaml", WILD);
		expect(JSON.parse((await cli("role fmt p -o json")).stdout)).toEqual({ changed: ["p/a.yaml"], unchanged: ["p/b.yaml"] });
	});

	test("--check writes nothing, names the files and fails", async () => {
		put("a.yaml", WILD);
		const ran = await cli("role fmt --check a.yaml");
		expect(ran).toEqual({
			exit: 1,
			stdout: "a.yaml\n",
			stderr: "error: 1 file is not formatted\n  `hivekey role fmt` without --check formats them.\n",
		});
		expect(read("a.yaml")).toBe(WILD);
		put("a.yaml", HEAD);
		expect(await cli("role fmt --check a.yaml")).toEqual({ exit: 0, stdout: "", stderr: "" });
	});

	test("standard input goes to standard output", async () => {
		expect(await cli("role fmt -", { stdin: WILD })).toEqual({ exit: 0, stdout: HEAD, stderr: "" });
		expect((await cli("role fmt - --check", { stdin: WILD })).stdout).toBe("stdin\n");
		expect((await cli("role fmt - -o json", { stdin: WILD })).exit).toBe(2);
	});

	test.each([
		["a syntax error", "kind: [\n"],
		["a key that stands twice", `${HEAD}kind: Role\n`],
		["an anchor that is used before it stands", `${HEAD}a: *x\nb: &x 1\n`],
		["no UTF-8", new Uint8Array([0x61, 0xff])],
		["a byte order mark", `\ufeff${HEAD}`],
		["a tag", `${HEAD}a: !!str 1\n`],
	])("a file with %s is left alone, and so are all others", async (_name, text) => {
		put("a.yaml", WILD);
		put("bad.yaml", text);
		const ran = await cli("role fmt a.yaml bad.yaml");
		expect([ran.exit, ran.stdout, ran.stderr]).toEqual([
			1,
			"",
			expect.stringMatching(/bad\.yaml:\d+:\d+: [\s\S]*Nothing was formatted/),
		]);
		expect(read("a.yaml")).toBe(WILD);
	});

	test("anchors stay what they are, or the file stays as it is", async () => {
		put("a.yaml", `${HEAD}let:\n  b: &x { field: to, eq: a }\n  a: *x\n  c: { all: [*x] }\n`);
		const before = read("a.yaml");
		const ran = await cli("role fmt a.yaml");
		expect([ran.exit, read("a.yaml")]).toEqual([0, before]);
		put("b.yaml", `${HEAD}scope: { deny: &d [a.b], allow: *d }\n`);
		const refused = await cli("role fmt b.yaml");
		expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining("b.yaml: formatting would change its meaning")]);
		expect(read("b.yaml")).toContain("deny: &d [a.b], allow: *d");
	});

	test("what is not HiveKey's is not touched", async () => {
		put("other.yaml", "b: 1\na:   2\n");
		const ran = await cli("role fmt other.yaml");
		expect(ran).toEqual({ exit: 0, stdout: "", stderr: "other.yaml: skipped, no document in it is HiveKey's\n" });
		expect(read("other.yaml")).toBe("b: 1\na:   2\n");
	});

	test("a file that cannot be written is told", async () => {
		put("a.yaml", WILD);
		chmodSync(join(folder, "a.yaml"), 0o444);
		const isRoot = process.getuid?.() === 0;
		expect((await cli("role fmt a.yaml")).exit).toBe(isRoot ? 0 : 1);
		expect((await cli("role fmt nowhere.yaml")).exit).toBe(1);
		expect((await cli("role fmt")).exit).toBe(2);
	});
});

test("the golden files can all be formatted", () => {
	for (const kind of ["cases", "roles"]) {
		const path = new URL(`../policy/${kind}/`, import.meta.url);
		for (const file of readdirSync(path)) expect(formatted(readFileSync(new URL(file, path), "utf8")).kind).toBe("formatted");
	}
});
