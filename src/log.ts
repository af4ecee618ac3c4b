/** Operators' logs: one JSON line an event. Never a body, a token or an error's message that may quote one. */
import type { Config } from "./config.ts";

const LEVELS = { debug: 0, info: 1, warn: 2, error: 3 } as const;
type Level = keyof typeof LEVELS;

/** Events that are worth more attention than `info`; every other one is `info`. */
const EVENT_LEVELS: Record<string, Level> = {
	not_configured: "error",
	request_failed: "error",
	settle_failed: "error",
	mail_not_kept: "error",
	log_commit_failed: "error",
	log_gap: "error",
	log_mismatch: "error",
	log_refilled: "warn",
	checkpoint_failed: "error",
	log_seal_refused: "error",
	archive_damaged: "error",
	log_seal_failed: "warn",
	connector_failed: "warn",
	store_away: "warn",
	push_failed: "warn",
	sweep_failed: "warn",
	ledger_sweep_failed: "warn",
	outbox_delivery_failed: "warn",
};

/** D1's own words: they name tables and triggers, never a value. */
const D1_WORDS = /\bD1_ERROR: [^\n]{1,200}/;
const STACK_FRAME = /^\s+at .*$/gm;

/**
 * What may be said of an error: its class, D1's words, and where it was thrown. Never its message, for it may quote what was being
 * written: a failed query's lists every parameter.
 */
export function faultOf(error: unknown): { error: string; reason?: string; at?: string[] } {
	if (!(error instanceof Error)) return { error: typeof error };
	let reason: string | undefined;
	// A query's error quotes the parameters ahead of anything else: D1's own is at the end of the chain of causes.
	for (let at: unknown = error; at instanceof Error; at = at.cause)
		if (at.cause === undefined && !/params:/.test(at.message)) reason = D1_WORDS.exec(at.message)?.[0];
	const frames = error.stack?.slice(error.stack.indexOf(error.message) + error.message.length).match(STACK_FRAME) ?? [];
	return {
		error: error.name,
		...(reason === undefined ? {} : { reason }),
		...(frames.length === 0 ? {} : { at: frames.slice(0, 8).map((frame) => frame.trim()) }),
	};
}

export type Log = (event: string, details: Record<string, unknown>) => void;

export function createLog(least: Config["LOG_LEVEL"]): Log {
	return (event, details) => {
		const level = EVENT_LEVELS[event] ?? "info";
		if (LEVELS[level] < LEVELS[least]) return;
		const { error, ...rest } = details;
		console[level](
			JSON.stringify({
				level,
				event,
				...rest,
				...(error === undefined ? {} : typeof error === "string" ? { error } : faultOf(error)),
			}),
		);
	};
}
