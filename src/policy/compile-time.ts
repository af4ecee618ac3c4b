/** Operands beside `time.*`: a weekday that no week has would never be met. */
import type { Json } from "../contract/json.ts";
import { WEEKDAYS } from "../contract/role-document.ts";
import type { TimePart } from "./compiled-role.ts";

const DATE = /^\d{4}-\d\d-\d\d$/;

/** Why an operand cannot stand beside a part of the time; null if it can. */
export function checkTimeOperand(part: TimePart, operand: Json): string | null {
	for (const one of Array.isArray(operand) ? operand : [operand]) {
		if (one === null || typeof one === "boolean") continue;
		if (part === "weekday" && !WEEKDAYS.includes(one as (typeof WEEKDAYS)[number]))
			return `a weekday is one of ${WEEKDAYS.join(", ")}`;
		if (part === "date" && !(typeof one === "string" && DATE.test(one))) return "a date such as 2026-11-22 should stand here";
		if (part === "hour" && !(Number.isInteger(one) && Number(one) >= 0 && Number(one) <= 23))
			return "an hour from 0 to 23 should stand here";
		if (part === "minute" && !(Number.isInteger(one) && Number(one) >= 0 && Number(one) <= 59))
			return "a minute from 0 to 59 should stand here";
	}
	return null;
}
