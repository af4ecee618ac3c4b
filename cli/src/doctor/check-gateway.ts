/** Whether a gateway answers at the address, what it says about itself, and whether its clock and ours agree. */
import type { World } from "../world.ts";
import type { Finding } from "./finding.ts";

export interface GatewayFindings {
	address: Finding;
	clock: Finding;
	/** The gateway's version, where it tells it. */
	version: string | undefined;
}

const TIMEOUT_MS = 10_000;
const MAX_SKEW_MS = 30_000;

/** @param url - the address, `urlFrom` where it is from */
export async function checkGateway(url: string, urlFrom: string, world: World): Promise<GatewayFindings> {
	const noClock: Finding = { check: "clock", status: "skipped", detail: "the gateway does not tell its time" };
	const failed = (detail: string, next: string): GatewayFindings => ({
		address: { check: "address", status: "failed", detail, next },
		clock: noClock,
		version: undefined,
	});
	const sentAt = world.now().getTime();
	let response: Response;
	let text: string;
	try {
		const address = new URL(`${url.replace(/\/+$/, "")}/healthz`);
		response = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
		text = await response.text();
	} catch (error) {
		const next = "Is it running? Else check the address: --url, HIVEKEY_URL or the profile.";
		return failed(`${url} (from ${urlFrom}) cannot be reached: ${causeOf(error)}`, next);
	}
	const body = jsonObject(text);
	if (response.status !== 200 || body.status !== "ok") {
		const told = typeof body.detail === "string" ? `: ${body.detail}` : "";
		const next = told === "" ? "Is that a HiveKey gateway? Check the address." : "The operator of the gateway has to see to it.";
		return failed(`${url} (from ${urlFrom}) answered ${response.status}${told}`, next);
	}
	return {
		address: { check: "address", status: "ok", detail: `${url} (from ${urlFrom}) answers` },
		clock: checkClock(response.headers.get("date"), sentAt, world.now().getTime()) ?? noClock,
		version: typeof body.version === "string" ? body.version : undefined,
	};
}

/** Their time lies somewhere between ours before and after; Date has whole seconds. */
function checkClock(date: string | null, sentAt: number, receivedAt: number): Finding | undefined {
	const theirs = Date.parse(date ?? "");
	if (Number.isNaN(theirs)) return undefined;
	const early = sentAt - (theirs + 1_000);
	const late = theirs - receivedAt;
	const skewMs = Math.max(0, early, late);
	const seconds = Math.round(skewMs / 1_000);
	if (skewMs <= MAX_SKEW_MS) return { check: "clock", status: "ok", detail: "agrees with the gateway's" };
	return {
		check: "clock",
		status: "warning",
		detail: `${seconds} s ${early > late ? "ahead of" : "behind"} the gateway's: --since, --expires and the log's times are off by as much`,
		next: "Set this machine's clock, by NTP for instance.",
	};
}

function causeOf(error: unknown): string {
	const { name, message, cause } = error as { name?: string; message?: string; cause?: { code?: string; message?: string } };
	if (name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1_000} s`;
	return cause?.code ?? cause?.message ?? message ?? "unknown reason";
}

function jsonObject(text: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
