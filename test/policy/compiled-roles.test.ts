/** What a compiled role holds: the actions that it grants, its guards by what they read, the lists that they take. */
import { describe, expect, test } from "vitest";
import { compileRole, type WorkspaceLists } from "../../src/policy/compile-role.ts";
import type { CompiledRole } from "../../src/policy/compiled-role.ts";
import { listsOf, loadRole } from "../../src/policy/load-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { allActions, mail, roleText, verdictOf } from "./support.ts";

function compiled(rest: string, lists?: WorkspaceLists, within?: ReadonlySet<string>, scope = '["**"]'): CompiledRole {
	const parsed = parseRoleSource(roleText(rest).replace('["**"]', scope), { format: "yaml", file: "role.yaml" });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [role] = parsed.documents;
	if (role === undefined) throw new Error("no document");
	const result = compileRole(role.document, 1, allActions, role.position, lists, within);
	if (!result.ok) throw new Error(JSON.stringify(result.problems));
	return result.compiled;
}

describe("lists", () => {
	const shared: WorkspaceLists = new Map([
		["friends", { items: ["acme.com", "b.cc"], sha256: "0f" }],
		["others", { items: ["evil.example"], sha256: "1e" }],
	]);
	const guard = (name: string) => `  - { id: g, action: mail.send, when: { field: to.domain, in: { list: ${name} } } }\n`;

	test("of the workspace are named by their digests, and fetched when the role is loaded", () => {
		const role = compiled(guard("friends"), shared);
		expect(role.lists).toEqual({ friends: { sha256: "0f", count: 2 } });
		expect(listsOf(role)).toEqual([{ sha256: "0f", count: 2 }]);
		const loaded = loadRole(role, ({ sha256 }) => (sha256 === "0f" ? ["acme.com", "b.cc"] : ["evil.example"]));
		expect(verdictOf(loaded, "mail.send", mail("a@b.cc")).verdict).toBe("allow");
		expect(verdictOf(loaded, "mail.send", mail("a@evil.example")).verdict).toBe("deny");
	});

	test("that nobody fetched bar everybody", () => {
		expect(verdictOf(loadRole(compiled(guard("friends"), shared)), "mail.send", mail("a@b.cc"))).toMatchObject({
			verdict: "deny",
			reason_code: "guard_indeterminate",
		});
	});

	test("of the role's own go along, before those of the workspace of the same name", () => {
		const role = compiled(`${guard("friends")}lists: { friends: [c.cc] }\n`, shared);
		expect(role.lists).toEqual({ friends: ["c.cc"] });
		expect(verdictOf(loadRole(role), "mail.send", mail("a@c.cc")).verdict).toBe("allow");
		expect(verdictOf(loadRole(role), "mail.send", mail("a@b.cc")).verdict).toBe("deny");
	});

	test("are read for each test as it asks, in whatever case or not", () => {
		const exact = "{ field: subject, in: { list: words } }";
		const folded = "{ field: subject, in: { list: words }, ci: true }";
		for (const [first, second, outcome] of [
			[exact, folded, [false, true]],
			[folded, exact, [true, false]],
		] as const) {
			const role = compiled(
				`  - { id: a, action: mail.send, when: ${first}, effect: review }\n  - { id: b, action: mail.send, when: ${second}, effect: review }\nlists: { words: [abc] }\n`,
			);
			const verdict = verdictOf(loadRole(role), "mail.send", mail("a@b.cc", { subject: "ABC" }));
			expect(verdict.facts.map(({ when }) => when)).toEqual(outcome);
		}
	});

	test("that no guard takes stay out", () => {
		expect(compiled("  - { id: g, action: mail.send, effect: deny }\n", shared).lists).toBe(undefined);
	});
});

describe("actions", () => {
	const granted = (scope: string, within?: ReadonlySet<string>) =>
		Object.keys(compiled("  []\n", undefined, within, scope).actions);

	test("are those of the scope, less what it denies, and no more than may be granted", () => {
		expect(granted("[mail.send, mail.read]")).toEqual(["mail.read", "mail.send"]);
		expect(granted("['mail.*'], deny: ['*.send']")).toEqual(["mail.read"]);
		expect(granted("['**']", new Set(["mail.send", "no.such"]))).toEqual(["mail.send"]);
		expect(granted("[no.such]", new Set(["no.such"]))).toEqual([]);
		expect(granted("[mail.read]", new Set(["mail.send"]))).toEqual([]);
	});

	test("have the guards that match them, in the order of the file", () => {
		const role = compiled(
			"  - { id: a, action: mail.send, effect: deny, when: { field: subject, eq: x } }\n" +
				"  - { id: b, action: 'mail.*', effect: review }\n" +
				"  - { id: c, action: [mail.read, shop.list], effect: review }\n",
		);
		const idsOf = (name: string) => role.actions[name]?.guards.map((index) => role.guards[index]?.id);
		expect(["mail.send", "mail.read", "shop.list", "shop.order.pay"].map(idsOf)).toEqual([["a", "b"], ["b", "c"], ["c"], []]);
	});
});

describe("a guard", () => {
	test("stands once for all actions in which it reads the same, and again where it reads something else", () => {
		const of = (when: string, actions: string) => compiled(`  - { id: g, action: ${actions}, when: ${when} }\n`);
		expect(of("{ field: agent.name, eq: a }", "'shop.*.*'").guards.length).toBe(1);
		const tags = of("{ field: tags, exists: true, }", "[shop.order.pay, shop.parcel.send]");
		expect(tags.guards.length).toBe(1);
		const missing = of("{ field: note, exists: false }", "[shop.order.pay, shop.list]");
		expect(missing.actions["shop.order.pay"]?.guards.length).toBe(1);
		expect(missing.actions["shop.list"]?.guards.length).toBe(1);
		const weight = of("{ field: weight, lte: 3, default: 1 }", "[shop.order.pay, shop.parcel.send]");
		expect(verdictOf(loadRole(weight), "shop.order.pay", {}).verdict).toBe("allow");
		expect(verdictOf(loadRole(weight), "shop.parcel.send", { weight: 4 }).verdict).toBe("deny");
	});

	test("has what its author says, and what holds where nothing is said", () => {
		const guardOf = (rest: string) => compiled(`  - { id: g, action: mail.send, ${rest} }\n`).guards;
		const plain = { id: "g", actions: ["mail.send"], mode: "enforce" };
		expect(guardOf("effect: deny")).toStrictEqual([{ ...plain, when: { const: true }, effect: "deny", otherwise: "allow" }]);
		const during = { during: { days: [5, 6], from: 0, to: 1_440 } };
		expect(guardOf("when: { during: { days: sat-sun } }, reason: no, mode: shadow")).toStrictEqual([
			{ ...plain, when: during, effect: "allow", otherwise: "deny", mode: "shadow", reason: "no" },
		]);
	});

	test("counts all actions that it names, granted or not, there or not", () => {
		const role = compiled(
			"  - { id: g, action: [mail.send, mail.gone, 'mail.*'], effect: review }\n",
			undefined,
			undefined,
			"[mail.send]",
		);
		expect(role.guards.map(({ actions }) => actions)).toEqual([["mail.gone", "mail.read", "mail.send"]]);
	});

	test("asks every value where holding is the milder answer, one where it is the stricter", () => {
		const ruleOf = (rest: string) =>
			compiled(`  - { id: g, action: mail.send, when: { field: to, eq: a@b.cc }, ${rest} }\n`).guards[0]?.when;
		for (const rest of [
			"effect: allow",
			"effect: allow, otherwise: review",
			"effect: review, otherwise: deny",
			"effect: allow, otherwise: allow",
			"effect: review, otherwise: review",
			"effect: deny, otherwise: deny",
		])
			expect(ruleOf(rest)).toMatchObject({ rule: "every" });
		for (const rest of ["effect: deny", "effect: review", "effect: deny, otherwise: review"])
			expect(ruleOf(rest)).toMatchObject({ rule: "one" });
	});

	test("has the terms of its review, the author's or those that hold for all, and none without a review", () => {
		const reviewOf = (rest: string) =>
			compiled(`  - { id: g, action: mail.send, when: { field: to, eq: a@b.cc }, ${rest} }\n`).guards[0]?.review;
		expect(reviewOf("effect: allow")).toBe(undefined);
		expect(reviewOf("effect: review")).toEqual({ approvals: 1, expires_ms: 86_400_000, self_approval: false });
		expect(reviewOf("effect: allow, otherwise: review, review: { approvals: 2, expires: 90m }")).toMatchObject({
			approvals: 2,
			expires_ms: 5_400_000,
		});
		expect(reviewOf("effect: review, review: { self_approval: true }")).toStrictEqual({
			approvals: 1,
			expires_ms: 86_400_000,
			self_approval: true,
		});
		expect(reviewOf("effect: review, review: { self_approval: false }")).toStrictEqual({
			approvals: 1,
			expires_ms: 86_400_000,
			self_approval: false,
			others_only: true,
		});
	});
});
