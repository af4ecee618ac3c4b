/** An author who lets mail pass by a part of a domain that others have too is told so, and nobody else is. */
import { describe, expect, test } from "vitest";
import { compileRole } from "../../src/policy/compile-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { allActions, roleText } from "./support.ts";

function warningsOf(guard: string, action = "mail.send"): [string, string][] {
	const parsed = parseRoleSource(roleText(`  - { id: g, action: ${action}, ${guard} }\n`), { format: "yaml", file: "role.yaml" });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [one] = parsed.documents;
	const compiled = compileRole((one as NonNullable<typeof one>).document, 1, allActions);
	if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
	return compiled.warnings.map(({ code, path }) => [code, path ?? ""]);
}

/** Each with a value that it lets pass and that its author did not mean. */
const OPEN = [
	"{ field: to, ends_with: acme.com }", // eve@notacme.com
	"{ field: to, ends_with: ['@acme.com', acme.org] }", // eve@notacme.org
	"{ field: to.domain, ends_with: acme.com }", // notacme.com
	"{ field: to.domain, ends_with: '-support.com' }", // evil-support.com
	"{ field: to.domain, starts_with: acme. }", // acme.evil.example
	"{ field: to, starts_with: jordan@acme }", // jordan@acme.evil.example
	"{ field: to, glob: '*acme.com' }", // eve@notacme.com
	"{ field: to, glob: '*@acme.*' }", // eve@acme.evil.example
	"{ field: to, glob: '*@*acme.com' }", // eve@notacme.com
	"{ field: to.domain, glob: '*acme.com' }", // notacme.com
	"{ field: to.domain, glob: 'mail?acme.com' }", // mailxacme.com
	"{ field: to.domain, glob: 'acme*' }", // acme.evil.example
	"{ field: to, matches: '@acme[.]com$' }", // none with two signs, but `^` costs nothing
	"{ field: to.domain, matches: '^acme[.]com' }", // acme.com.evil.example
	"{ field: to.domain, matches: '^acme[.]com$|^acme[.]org' }",
	"{ field: to.domain, matches: '^acme[.]com|acme[.]org$' }", // acme.com.evil.example
	"{ field: to.domain, matches: '^(acme|x)[.]com|acme[.]org$' }",
	"{ field: to.domain, matches: '^acme[|]com|acme[.]org$' }",
	"{ field: to.domain, matches: '^acme$x' }",
	"{ field: to.domain, matches: 'x(?i)^acme$' }",
	"{ cel: \"to.domain.endsWith('acme.com')\" }",
];

const CLOSED = [
	"{ field: to, ends_with: '@acme.com' }",
	"{ field: to, ends_with: '.acme.com' }",
	"{ field: to.domain, ends_with: ['.acme.com', .acme.org] }",
	"{ field: to, starts_with: support- }",
	"{ field: to.local, ends_with: acme.com }",
	"{ field: to.local, glob: '*' }",
	"{ field: to, glob: '*@acme.com' }",
	"{ field: to, glob: '*@*.acme.com' }",
	"{ field: to.domain, glob: 'mail*.acme.com' }",
	"{ field: to.domain, glob: acme.com }",
	"{ field: to, matches: '^[^@]+@acme[.]com$' }",
	"{ field: to.domain, matches: '^(acme|acme-support)[.]com$' }",
	"{ field: to.domain, matches: '^acme[|x]com$' }",
	"{ field: to.domain, matches: '^acme[^|x]com$' }",
	"{ field: to.domain, matches: '^acme[]|]com$' }",
	"{ field: to.domain, matches: '^acme\\|com$' }",
	"{ field: to.domain, matches: '(?is)^acme[.]com$' }",
	"{ field: to.domain, matches: '\\A(acme|acme-support)[.]com\\z' }",
	"{ field: to, contains: jordan@acme.com }",
	"{ field: subject, contains: acme.com }",
	"{ field: subject, ends_with: acme.com }",
	"{ field: subject, matches: acme }",
];

describe("is warned of where it lets mail pass:", () => {
	test.each(OPEN)("%s", (condition) => {
		const [warning, ...more] = warningsOf(`when: ${condition}`);
		expect([warning?.[0], warning?.[1].startsWith("guards[0].when"), more]).toEqual(["open_pattern", true, []]);
	});

	test.each(OPEN.filter((condition) => !condition.includes("cel")))(
		"and under `not` where that is what denies: %s",
		(condition) => {
			expect(warningsOf(`when: { not: ${condition} }, effect: deny`).map(([code]) => code)).toEqual(["open_pattern"]);
		},
	);
});

test.each(OPEN)("is not where it denies or holds mail: %s", (condition) => {
	expect([warningsOf(`when: ${condition}, effect: deny`), warningsOf(`when: ${condition}, effect: review`)]).toEqual([[], []]);
});

test.each(CLOSED)("is not: %s", (condition) => {
	expect(warningsOf(`when: ${condition}`)).toEqual([]);
});

test.each([
	["contains", "acme.com"],
	["contains_any", "[acme.com]"],
	["contains_all", "[acme, com]"],
])("%s in one address may stand anywhere in it", (operator, operand) => {
	const warnings = warningsOf(`when: { field: sender, ${operator}: ${operand} }`, "shop.parcel.send");
	expect(warnings).toEqual([["open_pattern", `guards[0].when.${operator}`]]);
});

test("hosts of URLs are named as domains are", () => {
	expect(warningsOf("when: { field: url.host, ends_with: acme.com }", "shop.parcel.send").length).toBe(1);
	expect(warningsOf("when: { field: url.host, ends_with: .acme.com }", "shop.parcel.send")).toEqual([]);
});
