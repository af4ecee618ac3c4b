/** The gateway from outside, as curl meets it. */
import type { AuditRecord } from "../../../src/contract/audit-record.ts";
import { leafHashOf } from "../chain.ts";
import { until } from "../until.ts";

export interface Answered {
	status: number;
	headers: Headers;
	text: string;
	// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is for the test to say.
	json: any;
}

export function clientOf(url: string, token: string) {
	return async (
		method: string,
		path: string,
		body?: unknown,
		more: { headers?: Record<string, string>; signal?: AbortSignal } = {},
	) => {
		const isText = typeof body === "string";
		const response = await fetch(new URL(path, url), {
			method,
			headers: {
				authorization: `Bearer ${token}`,
				...(body === undefined ? {} : { "content-type": isText ? "application/yaml" : "application/json" }),
				...more.headers,
			},
			body: body === undefined ? undefined : isText ? body : JSON.stringify(body),
			signal: more.signal,
		});
		const text = await response.text();
		let json: unknown;
		try {
			json = JSON.parse(text);
		} catch {}
		return { status: response.status, headers: response.headers, text, json } as Answered;
	};
}
export type Client = ReturnType<typeof clientOf>;

/** An agent under a role of its own, and its client. */
export async function newAgent(
	url: string,
	adminKey: string,
	name: string,
	roleYaml: string,
): Promise<{ token: string; call: Client }> {
	const admin = clientOf(url, adminKey);
	const role = /name: ([a-z0-9-]+)/.exec(roleYaml)?.[1] as string;
	const applied = await admin("PUT", `/v1/roles/${role}`, roleYaml);
	if (applied.status !== 200) throw new Error(applied.text);
	const created = await admin("POST", "/v1/agents", { name, role });
	if (created.status !== 201) throw new Error(created.text);
	const { token } = created.json;
	return { token, call: clientOf(url, token) };
}

/** Every record, oldest first. */
export function wholeLog(url: string, adminKey: string): Promise<AuditRecord[]> {
	return logAfter(url, adminKey, 0);
}

async function logAfter(url: string, adminKey: string, seq: number): Promise<AuditRecord[]> {
	const admin = clientOf(url, adminKey);
	const records: AuditRecord[] = [];
	for (let cursor = ""; ; ) {
		const page = await admin("GET", `/v1/audit?order=asc&limit=200&after_seq=${seq}${cursor}`);
		if (page.status !== 200) throw new Error(page.text);
		records.push(...page.json.items);
		if (page.json.next_cursor === null) return records;
		cursor = `&cursor=${page.json.next_cursor}`;
	}
}

/** The log, once `enough` holds of it: what has been read is not read again. */
export function logOnce(
	url: string,
	adminKey: string,
	enough: (records: AuditRecord[]) => boolean,
	withinMs = 15_000,
): Promise<AuditRecord[]> {
	const records: AuditRecord[] = [];
	const look = async () => {
		records.push(...(await logAfter(url, adminKey, records.at(-1)?.seq ?? 0)));
		return enough(records) ? records : null;
	};
	return until(look, { withinMs, everyMs: 100 });
}

/** Every way in which the records that the API answers are not one chain. Their bytes are JSON as it is answered. */
export function answeredChainFaults(records: AuditRecord[]): string[] {
	const faults: string[] = [];
	let previous = "0".repeat(64);
	for (const [index, record] of records.entries()) {
		if (record.seq !== index + 1) faults.push(`record ${index + 1} has the number ${record.seq}`);
		if (record.prev !== previous) faults.push(`record ${record.seq} does not chain to the one before`);
		previous = leafHashOf(JSON.stringify(record));
	}
	const ids = records.map((record) => record.event_id);
	if (new Set(ids).size !== ids.length) faults.push("an event id stands twice");
	return faults;
}

/** The states of each act of the agents, in order. */
export function statesByAct(records: AuditRecord[]): Map<string, string[]> {
	const states = new Map<string, string[]>();
	for (const record of records) {
		if (record.kind === "action") states.set(record.act_id, [...(states.get(record.act_id) ?? []), record.state]);
	}
	return states;
}
