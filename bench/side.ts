/** One of the two that are compared, as the load sees it. */
import type { Shot } from "./load.ts";

export type CallKind = "allowed" | "refused";

export interface Side {
	name: string;
	url: string;
	/** A request for each agent. */
	shots: Record<CallKind, Shot[]>;
	/** Waits until nothing that the last round set off still goes on. @returns how long that took, in milliseconds */
	settle(): Promise<number>;
	stop(): Promise<void>;
}

/** Both sides get these very bodies. */
export const BODIES: Record<CallKind, string> = {
	allowed: JSON.stringify({
		to: "jordan@acme.com",
		subject: "Hi",
		body: "Your ticket was answered. You can close it, or reply to this mail.",
	}),
	refused: JSON.stringify({
		to: "eve@gmail.com",
		subject: "Hi",
		body: "Your ticket was answered. You can close it, or reply to this mail.",
	}),
};

export const WANTED: Record<CallKind, Shot["wanted"]> = {
	allowed: { status: 200, verdict: "allow" },
	refused: { status: 403, verdict: "deny" },
};
