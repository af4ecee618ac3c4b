/** What role tests came to: a tree of cases for people, and the same as data for programs. */
import type { GuardCoverage } from "../../../src/policy/role-coverage.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import { displayWidth, padTo } from "../output/width.ts";
import type { RanCase, RanSuite, RanTests } from "./run-tests.ts";

/** How a line looks; both do nothing where nobody watches. */
export interface Look {
	colours: Terminal["colours"];
	isTerminal: boolean;
}

/** Printable lines: every suite with its cases, then what no case tried. */
export function reportLines({ suites, coverage }: RanTests, look: Look): string[] {
	return [...suites.flatMap((suite) => suiteLines(suite, look)), ...coverage.flatMap((one) => coverageLines(one, look))];
}

/** `27 cases ok`. */
export function countText({ suites }: RanTests): string {
	const cases = suites.flatMap((suite) => suite.cases);
	const failed = cases.filter((one) => !one.ok).length;
	const all = `${cases.length} ${cases.length === 1 ? "case" : "cases"}`;
	return failed === 0 ? `${all} ok` : `${failed} of ${all} failed`;
}

/** The same for programs. */
export function reportJson({ suites, coverage, untested }: RanTests): object {
	return {
		ok: suites.every((suite) => suite.cases.every((one) => one.ok)),
		suites: suites.map(({ cases, ...suite }) => ({
			...suite,
			cases: cases.map(({ verdict: _verdict, ...one }) => one),
		})),
		coverage,
		untested,
	};
}

function suiteLines({ name, role, file, cases }: RanSuite, look: Look): string[] {
	const { bold, dim } = look.colours;
	const of = name === role ? "" : ` (role ${role})`;
	return [`${bold(printable(name + of))} ${dim(`· ${printable(file)}`)}`, ...cases.flatMap((one) => caseLines(one, file, look))];
}

function caseLines(one: RanCase, file: string, { colours, isTerminal }: Look): string[] {
	const { green, red, dim } = colours;
	const name = printable(one.name);
	if (one.ok) return [`  ${isTerminal ? green("✓") : "ok    "} ${name}`];
	const place = dim(`${printable(file)}:${one.line}:${one.column}`);
	const width = Math.max(...one.differences.map(({ key }) => key.length));
	const lines = one.differences.flatMap(({ key, expected, came }) => [
		`      ${padTo(key, width)}  expected ${valueText(expected)}`,
		`      ${padTo("", width)}  came     ${valueText(came)}`,
	]);
	const toldWhy = one.differences.some(({ key }) => key === "reason");
	if (!toldWhy && one.came.reason !== null) lines.push(`      ${dim(`because: ${printable(one.came.reason)}`)}`);
	return [`  ${red(isTerminal ? "✗" : "FAILED")} ${name}  ${place}`, ...lines];
}

function valueText(value: string | null): string {
	return value === null ? "none" : printable(value);
}

function coverageLines({ role, guards }: RanTests["coverage"][number], { colours }: Look): string[] {
	if (guards.length === 0) return [`Coverage of ${role}: it has no guards`];
	const branches = guards.flatMap((guard) => guard.branches);
	const reached = `${guards.filter((guard) => guard.reached).length} of ${countOf(guards.length, "guard")}`;
	const taken = `${branches.filter((branch) => branch.reached).length} of ${countOf(branches.length, "branch", "branches")}`;
	const missed = guards.filter((guard) => guard.branches.some((branch) => !branch.reached));
	const width = Math.max(...missed.map((guard) => displayWidth(guard.guard)));
	return [
		`Coverage of ${role}: ${reached} reached, ${taken} taken`,
		...missed.map((guard) => `  ${colours.yellow(padTo(guard.guard, width))}  ${missedText(guard)}`),
	];
}

function missedText({ reached, shadow, branches }: GuardCoverage): string {
	const of = shadow ? " (shadow)" : "";
	if (!reached) return `no case reaches it${of}`;
	const ways = branches.filter((branch) => !branch.reached).map(({ when, took }) => `${whenText(when)} -> ${took}`);
	return `no case with \`when\` ${ways.join(", ")}${of}`;
}

/** `true`, `false`, `indeterminate`. */
export function whenText(when: boolean | null): string {
	return when === null ? "indeterminate" : String(when);
}

function countOf(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}
