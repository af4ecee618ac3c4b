/** What a verification found, in words: what was checked, what was not, and where it broke. */
import type { LogReport, LogVerdict } from "../../../src/tlog/log-verdict.ts";
import { CliFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import { pairLines } from "../output/table.ts";
import type { CheckedLog } from "./check-log.ts";
import { fullTime } from "./moment.ts";

/** How the keys came to be trusted. */
export interface KeyOrigin {
	vkeys: readonly string[];
	how: "given" | "pinned" | "first" | "rotated" | "beside";
}

const SHOWN_ACTS = 20;

const HOW: Record<KeyOrigin["how"], string> = {
	given: "as you named it",
	pinned: "as it was pinned before",
	first: "pinned now, at first sight: compare it with what the operator published",
	rotated: "new, and signed beside the pinned one: pinned as well",
	beside: "as it lies beside the export",
};

/** How to have the records behind a checkpoint verified, by where these came from. */
const NEXT = {
	gateway: "the next checkpoint, within a minute, signs them: verify again then",
	export: "a later checkpoint signs them: export the log again, and verify that",
};

/** @param beyond - how many records stand behind the checkpoint */
export function verifiedLine(records: number, beyond: number): string {
	const newer = beyond === 0 ? "" : ` · ${beyond} newer ${beyond === 1 ? "one is" : "ones are"} not signed yet`;
	return `Log verified · ${records} records${newer}`;
}

/** Lines for a person. */
export function reportLines(checked: CheckedLog & { verdict: LogReport }, keys: KeyOrigin, from: keyof typeof NEXT): string[] {
	const { verdict, beyond } = checked;
	const lines = [
		...pairLines([
			["log", verdict.origin],
			["workspace", verdict.workspace ?? undefined],
			["records", `${verdict.records}, each in its place, chained, and in the signed tree`],
			["newer", beyond === 0 ? undefined : `${beyond} behind the checkpoint, chained to it; ${NEXT[from]}`],
			["root", verdict.root],
			...keys.vkeys.map((vkey): [string, string] => ["key", `${vkey} (${HOW[keys.how]})`]),
			["kept", verdict.matched.length === 0 ? undefined : `the log grew from the checkpoints at ${verdict.matched.join(", ")}`],
			["open", verdict.young_count === 0 ? undefined : `${verdict.young_count} acts are still running or held`],
		]),
	];
	const unchecked = uncheckedOf(checked, keys);
	lines.push("", "Not checked:", ...unchecked.map((text) => `  ${printable(text)}`));
	if (verdict.unresolved_count > 0) {
		lines.push("", `${verdict.unresolved_count} acts that should have an end have none:`);
		for (const act of verdict.unresolved.slice(0, SHOWN_ACTS))
			lines.push(`  ${printable(act.act_id)} · ${act.state} at record ${act.seq} · ${printable(fullTime(act.time))}`);
	}
	return lines;
}

/** What nobody can conclude from this run. */
export function uncheckedOf({ verdict, beyond }: CheckedLog & { verdict: LogReport }, keys: KeyOrigin): string[] {
	const own = verdict.unchecked.filter((one) => one.code !== "later_records" || beyond === 0).map((one) => one.message);
	if (beyond > 0)
		own.unshift(
			`whether the ${beyond} records behind the checkpoint stay as they are: they are chained, and nobody has signed them yet`,
		);
	if (keys.how === "beside") own.unshift("whose key it is: it came with the export itself; --vkey names one that you know");
	return own;
}

/** The same for programs. */
export function reportJson({ verdict, beyond }: CheckedLog, keys: KeyOrigin): object {
	const about = { keys: keys.vkeys, key_trust: keys.how };
	if (verdict.kind === "broken") return { ok: false, ...about, fault: verdict.fault };
	const { unchecked, ...report } = verdict;
	return {
		ok: verdict.kind === "sound",
		...about,
		...report,
		beyond_checkpoint: beyond,
		unchecked: uncheckedOf(
			{ verdict: { ...report, unchecked }, beyond, checkpoint: "" } as CheckedLog & { verdict: LogReport },
			keys,
		),
	};
}

/** The failure that ends the command, null if all is well. */
export function failureOf(verdict: LogVerdict): CliFailure | null {
	if (verdict.kind === "sound") return null;
	if (verdict.kind === "unresolved")
		return new CliFailure(`${verdict.unresolved_count} acts have no end: the log is not whole`, {
			code: "unresolved_acts",
			next: "`hivekey audit show ACT` shows one of them. A gateway that is down settles them when it is back.",
		});
	const { fault } = verdict;
	const where =
		fault.seq === null
			? ""
			: ` First bad sequence number: ${fault.seq}${fault.upTo === undefined ? "" : ` (up to ${fault.upTo})`}.`;
	return new CliFailure(`The log does not verify: ${fault.message}.${where}`, {
		code: fault.code,
		next: "Keep everything that you have, this export and all checkpoints: they are the evidence.",
	});
}
