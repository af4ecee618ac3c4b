/** Nothing throws, not on inputs that no schema has seen. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { engineOf, engineVerdict, plainInput } from "./laws-engine.ts";
import { RANK, roleOf } from "./laws-roles.ts";
import { facts } from "./support.ts";

const NAMES = [
	"to",
	"cc",
	"bcc",
	"reply_to",
	"subject",
	"body",
	"weight",
	"weights",
	"service",
	"tags",
	"sender",
	"receivers",
	"url",
	"send_at",
	"origin",
	"address",
	"parts",
	"inserts",
	"extra",
	"toString",
	"length",
	"domain",
];
const garbage = fc.oneof(
	fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>,
	fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<Json>,
);

describe.each(["mail.send", "shop.parcel.send"] as const)("nothing throws: %s", (action) => {
	test("on any input, checked or not", () => {
		const inputs = fc.array(garbage, { minLength: 8, maxLength: 8 });
		const names = fc.constantFrom(action, action, "x.y", "", "__proto__", "constructor", "toString");
		fc.assert(
			fc.property(roleOf(action), inputs, names, (role, all, name) => {
				const engine = engineOf(role);
				for (const value of all) {
					const definition = engine.actions.get(name)?.definition;
					if (definition !== undefined) {
						const canonical = canonicalInput(definition, value);
						if (!canonical.ok) expect(canonical.problems.length).toBeGreaterThan(0);
					}
					const verdict = engineVerdict(engine, name, plainInput(value), facts);
					expect(Object.keys(RANK)).toContain(verdict.verdict);
					expect(verdict.verdict).toBe(definition === undefined ? "deny" : verdict.verdict);
				}
			}),
			{ numRuns: 250 },
		);
	});
});
