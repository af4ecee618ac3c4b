/** Whether a value is a window of time: `{days: mon-fri, from: "09:00", to: "17:00"}`. */
import type { Json } from "../contract/json.ts";
import { DAYS, duringSchema, TIME_OF_DAY } from "../contract/role-document.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { isSchema } from "./schema-nodes.ts";
import { didYouMean, quoted } from "./suggestion.ts";

const KEYS = Object.keys(duringSchema.shape);

/** Checks a `during`; all findings at once. */
export function checkDuring(value: Json, path: string): Finding[] {
	if (!isSchema(value))
		return [
			{
				path,
				code: "type",
				message: 'a window of time should stand here, such as { days: mon-fri, from: "09:00", to: "17:00" }',
			},
		];
	const findings = Object.keys(value)
		.filter((key) => !KEYS.includes(key))
		.map(
			(key): Finding => ({
				path: childPath(path, key),
				code: "unknown_key",
				message: `unknown key ${quoted(key)}${didYouMean(key, KEYS)}`,
				at: "key",
			}),
		);
	const { days, from, to } = value;
	if (days !== undefined) findings.push(...checkDays(days, childPath(path, "days")));
	for (const [key, time] of Object.entries({ from, to })) {
		if (time === undefined) continue;
		if (typeof time !== "string" || !TIME_OF_DAY.test(time))
			findings.push({
				path: childPath(path, key),
				code: "format",
				message: 'a time of day should stand here in quotes, such as "09:00" or "24:00"',
			});
	}
	if (from === undefined && to === undefined && days === undefined)
		findings.push({ path, code: "required", message: "a window of time says its `days`, or `from` and `to`" });
	if ((from === undefined) !== (to === undefined))
		findings.push({
			path,
			code: "required",
			message: `\`${from === undefined ? "from" : "to"}\` is missing beside \`${from === undefined ? "to" : "from"}\``,
		});
	if (from !== undefined && (from === to || (from === "24:00" && to === "00:00")))
		findings.push({
			path: childPath(path, "to"),
			code: "empty",
			message: "the window ends where it begins; leave `from` and `to` out for whole days",
		});
	return findings;
}

function checkDays(days: Json, path: string): Finding[] {
	const texts = Array.isArray(days) ? days : [days];
	const code = "format";
	const message = "days are written like mon-fri, or [mon, wed, sat-sun]";
	if (texts.length === 0) return [{ path, code: "empty", message: "this list may not be empty" }];
	return texts.flatMap((one, index) =>
		typeof one === "string" && DAYS.test(one)
			? []
			: [{ path: Array.isArray(days) ? childPath(path, index) : path, code, message }],
	);
}
