/** What before and after share: texts that are times against a time. */
import { compareInstants, type Instant, readInstant } from "../instant.ts";
import { takeWork } from "../work.ts";
import type { Operator } from "./operator.ts";

/** What it costs to read a time. */
const TIME_STEPS = 60;

/** Makes an operator that compares times. A text that is no time is indeterminate. */
export function timeOperator(name: string, holds: (order: number) => boolean): Operator {
	return {
		name,
		tests: ["string"],
		counters: false,
		takesFields: true,
		readOperand: (operand) =>
			typeof operand === "string" && readInstant(operand) !== null
				? { ok: true, operand }
				: {
						ok: false,
						code: "not_a_time",
						message: "a time such as 2026-11-22T10:00:00Z or a date such as 2026-11-22 should stand here",
					},
		load(operand) {
			const bound = readInstant(operand as string) as Instant;
			return {
				check(value, work) {
					if (work !== undefined && !takeWork(work, TIME_STEPS)) return null;
					const instant = typeof value === "string" ? readInstant(value) : null;
					return instant === null ? null : holds(compareInstants(instant, bound));
				},
			};
		},
		phrase(subject, outcome) {
			const how = `${outcome ? name : `not ${name}`} ${subject.operand}`;
			return { reason: `${subject.name} ${subject.value} ${how}`, detail: `${subject.noun} ${subject.bare} ${how}` };
		},
	};
}
