/** Role tests as JUnit XML, which every CI reads. */
import { printable } from "../output/printable.ts";
import type { RanCase, RanSuite } from "./run-tests.ts";

/** @see https://github.com/testmoapp/junitxml */
export function junitXml(suites: RanSuite[]): string {
	const cases = suites.flatMap((suite) => suite.cases);
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		element("testsuites", { name: "hivekey role test", ...countsOf(cases) }, suites.map(suiteXml)),
		"",
	].join("\n");
}

function suiteXml({ name, role, file, cases }: RanSuite): string {
	return element(
		"testsuite",
		{ name, file, ...countsOf(cases) },
		cases.map((one) => caseXml(one, role, file)),
	);
}

function caseXml(one: RanCase, role: string, file: string): string {
	const { name, differences, came } = one;
	const lines = differences.map(
		({ key, expected, came: got }) => `${key}: expected ${expected ?? "none"}, came ${got ?? "none"}`,
	);
	const because = came.reason === null ? [] : [`because: ${came.reason}`];
	const failure = element("failure", { message: lines[0] ?? "", type: "expectation" }, [
		xmlText([...lines, ...because, `${file}:${one.line}:${one.column}`].map(printable).join("\n")),
	]);
	return element("testcase", { name, classname: role, file, line: one.line }, one.ok ? [] : [failure]);
}

function countsOf(cases: RanCase[]): Record<string, number> {
	return { tests: cases.length, failures: cases.filter((one) => !one.ok).length, errors: 0, skipped: 0 };
}

function element(name: string, attributes: Record<string, string | number>, children: string[]): string {
	const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(printable(String(value)))}"`);
	const start = `<${name}${written.join("")}`;
	return children.length === 0 ? `${start}/>` : `${start}>\n${children.join("\n")}\n</${name}>`;
}

/**
 * A text as XML. What XML 1.0 cannot hold at all, even escaped, is a control, which `printable` has written out before, or one
 * of the two last code points of a plane's first block.
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function xmlText(text: string): string {
	return text
		.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
		.replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
