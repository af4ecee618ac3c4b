/** The DETAIL of a record: one short phrase. */
import type { AuditRecord } from "../../../sdk/typescript/src/index.ts";

/** At a call's verdict: its logged fields if it was allowed, else why not. */
export function verdictDetail(record: AuditRecord): string {
	if (record.verdict === "allow") return fieldsText(record.fields);
	const fact = record.facts?.find((one) => one.guard === record.matched_guard && one.shadow !== true);
	return fact?.detail ?? record.reason ?? record.reason_code ?? "";
}

/** At what came later: the state, and why where the log says so. */
export function stateDetail(record: AuditRecord): string {
	const status = record.upstream_status === undefined ? "" : ` upstream_status=${record.upstream_status}`;
	if (record.reason?.startsWith(`${record.state} `)) return `${record.reason}${status}`;
	const why = record.reason === undefined ? "" : `: ${record.reason}`;
	return `${record.state}${status}${why}`;
}

/** `folder=inbox limit=20`, in the record's order. */
export function fieldsText(fields: Record<string, unknown> | undefined): string {
	return Object.entries(fields ?? {})
		.map(([name, value]) => `${name}=${valueText(value)}`)
		.join(" ");
}

/** One value as the log shows it. A value that was kept off the log shows what is known of it. */
export function valueText(value: unknown): string {
	if (Array.isArray(value)) return value.map(valueText).join(",");
	if (typeof value === "string") return quoted(value);
	if (typeof value === "object" && value !== null) {
		const { type, length, digest, ...rest } = value as Record<string, unknown>;
		if (typeof type === "string" && typeof digest === "string" && Object.keys(rest).length === 0) {
			return `<${type}${length === undefined ? "" : ` of ${length}`}, not logged>`;
		}
	}
	return JSON.stringify(value) ?? "";
}

/** Quoted where it could be taken for more than one value. */
function quoted(text: string): string {
	return text === "" || /[\s",]/.test(text) ? JSON.stringify(text) : text;
}
