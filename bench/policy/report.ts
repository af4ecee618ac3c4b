/** The figures for a person, 80 columns wide. */
import { COMPILE_STEPS, type CompileStep, ENTRIES, GRANTS } from "./compiling.ts";
import { STEPS, type Step } from "./ladder.ts";
import { COMPILE_AIM, gatedFigures } from "./limits.ts";
import type { Figures } from "./suite.ts";

/** Who is not beside us, and why. */
export const LEFT_OUT =
	"Left out: Cerbos, whose embedded engine only runs bundles that Cerbos Hub has\nbuilt for an account, and whose own server is asked over a network.";

/** @param slack - how much wider the limits are in this run */
export function policyFigures(place: string, figures: Figures, slack: number): string {
	return [...gateLines(place, figures, slack), "", ...ladderLines(figures), "", ...compileLines(figures)].join("\n");
}

function gateLines(place: string, figures: Figures, slack: number): string[] {
	const lines = [
		`${place}: the tour's decision, medians (quartiles of the ratio)`,
		`  ${"ours / other".padEnd(36)}${"ours".padStart(8)}${"other".padStart(10)}  ratio`,
	];
	for (const { name, paired, atMost } of gatedFigures(figures, slack)) {
		const { median, q1, q3 } = paired.ratio;
		const ratio = `${ratioText(median).padStart(8)} (${ratioText(q1)}..${ratioText(q3)})`;
		const verdict = `<= ${atMost.toFixed(2)} ${median <= atMost ? "ok" : "MISSED"}`;
		lines.push(
			`  ${name.padEnd(36)}${nanoseconds(paired.ours).padStart(8)}${nanoseconds(paired.other).padStart(10)}` +
				`${ratio} ${verdict}`,
		);
	}
	return lines;
}

function ladderLines({ ladder }: Figures): string[] {
	const rows = (Object.keys(STEPS) as Step[]).map(
		(step) => `  ${step.padEnd(10)}${nanoseconds(ladder[step]).padStart(9)}  ${STEPS[step]}`,
	);
	return ["The ladder: one call of the tour, step by step", ...rows];
}

function compileLines({ compiling }: Figures): string[] {
	const base = compiling["JSON.parse"];
	const rows = (Object.keys(COMPILE_STEPS) as CompileStep[]).map((step) => {
		const aim = step === "compile" ? ` (aim <= ${COMPILE_AIM})` : "";
		const times = `${(compiling[step] / base).toFixed(2)} x`;
		return `  ${step.padEnd(10)}${nanoseconds(compiling[step]).padStart(9)}${times.padStart(9)}  ${COMPILE_STEPS[step]}${aim}`;
	});
	return [`Compiling a role of ${GRANTS} grants and ${ENTRIES} entries, definitions at hand`, ...rows];
}

function nanoseconds(value: number): string {
	if (value >= 1e6) return `${(value / 1e6).toFixed(2)} ms`;
	if (value >= 1e4) return `${(value / 1e3).toFixed(1)} us`;
	return `${value.toFixed(value < 100 ? 1 : 0)} ns`;
}

function ratioText(ratio: number): string {
	return ratio >= 0.01 ? ratio.toFixed(2) : ratio.toPrecision(1);
}
