/** The matrix for a person: one block an operator, situations down, effects and `match` across. */
import { LIST, LIST_SITUATIONS, OF_EACH, QUANTIFIER_NAMES, type Quantifier, wantedOfElements } from "./quantifiers.ts";
import { ROWS, type Row } from "./rows.ts";
import { MATCHES, NEGATIONS, SIDES, SITUATION_NAMES, type Situation, type Standing, wantedCell, wantedVerdict } from "./rules.ts";

const PRINTED_SIDES = SIDES.filter(({ isDefault }) => isDefault);
const COLUMNS = PRINTED_SIDES.flatMap(({ effect, otherwise }) => MATCHES.map((match) => ({ effect, otherwise, match })));
const SITUATION_WIDTH = Math.max(...SITUATION_NAMES.map(({ length }) => length)) + 2;
const MARGIN = " ".repeat(SITUATION_WIDTH + "not  ".length);
const CELL_WIDTH = "? review".length + 2;

const HEAD = `# The matrix of the policy language

Every operator, and \`every\`, \`some\` and \`none\`, in every situation: what its condition comes to, and the verdict. \`T\` is true,
\`F\` false, \`?\` indeterminate. A deny after a \`?\` has the reason code \`guard_indeterminate\`, any other \`guard_denied\`; so has a
review, any other \`guard_review\`. An allow has none. \`otherwise\` is what it is when left out: deny after \`effect: allow\`, allow
after the other two.

The tests hold the engine to each of these cells, and to those of the other three pairs of \`effect\` and \`otherwise\`. They are what
the rules in \`test/policy/matrix/\` come to. Do not edit this page: \`node scripts/policy-matrix.mjs\` writes it.
`;

/** One cell as it stands on the page, such as `? deny`. */
export function printedCell(row: Row, situation: Situation, standing: Standing): string {
	const cell = wantedCell(row.family, situation, standing);
	return `${cell} ${wantedVerdict(cell, standing)}`;
}

/** The page, docs/policy-matrix.md. */
export function printedMatrix(): string {
	const operators = Object.entries(ROWS).map(([operator, row]) => blockOf(operator, row));
	return [HEAD, ...operators, ...QUANTIFIER_NAMES.map(quantifierBlock)].join("\n");
}

function quantifierBlock(quantifier: Quantifier): string {
	const lines = LIST_SITUATIONS.flatMap((situation) =>
		NEGATIONS.map((not) => {
			const cell = wantedOfElements(quantifier, situation, not);
			return lineOf(
				situation,
				not,
				PRINTED_SIDES.map((side) => `${cell} ${wantedVerdict(cell, side)}`),
			);
		}),
	);
	const effects = PRINTED_SIDES.map(({ effect }) => effect.padEnd(CELL_WIDTH)).join("");
	const condition = `${quantifier}: { field: ${OF_EACH.field}, eq: ${OF_EACH.eq} }`;
	return [
		`## ${quantifier}`,
		"",
		`\`${condition}\`, of the elements of the list \`${LIST}\`, which pass or fail or have a name of the wrong type. No \`match\`.`,
		"",
		"```",
		`${MARGIN}${effects}`.trimEnd(),
		...lines,
		"```",
		"",
	].join("\n");
}

function blockOf(operator: string, row: Row): string {
	const shown = (value: unknown) => `\`${JSON.stringify(value)}\``;
	const fails = row.fails === "missing" ? "a field that is left out" : shown(row.fails);
	return [
		`## ${operator}`,
		"",
		`\`${operator}: ${JSON.stringify(row.operand)}\`, of \`${row.one}\`, or of the list \`${row.many}\`. ` +
			`Passes: ${shown(row.passes)}. Fails: ${fails}. Wrong type: ${shown(row.wrong)}.`,
		"",
		"```",
		...headLines(),
		...SITUATION_NAMES.flatMap((situation) =>
			NEGATIONS.map((not) =>
				lineOf(
					situation,
					not,
					COLUMNS.map((column) => printedCell(row, situation, { ...column, not })),
				),
			),
		),
		"```",
		"",
	].join("\n");
}

function headLines(): string[] {
	const effects = PRINTED_SIDES.map(({ effect }) => `effect: ${effect}`.padEnd(CELL_WIDTH * MATCHES.length));
	const matches = COLUMNS.map(({ match }) => (match === null ? "" : `match ${match}`).padEnd(CELL_WIDTH));
	return [`${MARGIN}${effects.join("")}`.trimEnd(), `${MARGIN}${matches.join("")}`.trimEnd()];
}

function lineOf(situation: Situation, not: boolean, cells: string[]): string {
	const padded = cells.map((cell) => cell.padEnd(CELL_WIDTH)).join("");
	return `${(not ? "" : situation).padEnd(SITUATION_WIDTH)}${not ? "not  " : "     "}${padded}`.trimEnd();
}
