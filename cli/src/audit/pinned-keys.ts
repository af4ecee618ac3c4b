/** Which keys a log is verified with: those that were pinned, those that follow from them, or at first sight those that it shows. */
import { openCheckpoint } from "../../../src/tlog/checkpoint.ts";
import type { SignedLog } from "./log-files.ts";
import type { TrustedLog } from "./trust-file.ts";

export type PinnedKeys =
	| { kind: "pinned"; vkeys: string[] }
	/** Seen for the first time. */
	| { kind: "first"; vkeys: string[] }
	/** New ones, which signed beside a pinned one. */
	| { kind: "rotated"; vkeys: string[]; added: string[] }
	| { kind: "alarm"; message: string };

/**
 * @param trusted - what was kept of the log, null if nothing was
 * @param given - keys that the user named; they alone count then
 */
export function pinnedKeys(trusted: TrustedLog | null, given: readonly string[], signed: SignedLog): PinnedKeys {
	if (given.length > 0) return { kind: "pinned", vkeys: [...given] };
	if (trusted === null) return { kind: "first", vkeys: signed.vkeys };
	const added = signed.vkeys.filter((vkey) => !trusted.vkeys.includes(vkey));
	if (added.length === 0) return { kind: "pinned", vkeys: trusted.vkeys };
	if (!openCheckpoint(signed.checkpoint, trusted.vkeys).ok)
		return {
			kind: "alarm",
			message: "the log shows another key than the one that was pinned, and no pinned key signed its checkpoint",
		};
	const unproven = added.find((vkey) => !openCheckpoint(signed.checkpoint, [vkey]).ok);
	if (unproven !== undefined)
		return { kind: "alarm", message: `the log shows a key that is not pinned and did not sign beside a pinned one: ${unproven}` };
	return { kind: "rotated", vkeys: [...trusted.vkeys, ...added], added };
}
