/** Texts that stand for all times where they are compared with constants: each constant, and the nanoseconds beside it. */
import { compareInstants, type Instant, readInstant } from "../instant.ts";

const SECOND_NANOS = 1_000_000_000;

/** Null where one of them has no spelling: before the year 0, after the year 9999. */
export function instantSamples(operands: string[]): string[] | null {
	const instants = operands.map(readInstant).filter((instant) => instant !== null);
	const texts = new Set<string>();
	for (const instant of instants.sort(compareInstants)) {
		for (const step of [-1, 0, 1]) {
			const text = instantText(moved(instant, step));
			if (text === null) return null;
			texts.add(text);
		}
	}
	return [...texts];
}

function moved({ seconds, nanos }: Instant, step: number): Instant {
	const all = nanos + step;
	if (all < 0) return { seconds: seconds - 1, nanos: all + SECOND_NANOS };
	return all >= SECOND_NANOS ? { seconds: seconds + 1, nanos: all - SECOND_NANOS } : { seconds, nanos: all };
}

function instantText({ seconds, nanos }: Instant): string | null {
	const date = new Date(seconds * 1_000);
	if (Number.isNaN(date.getTime())) return null;
	const text = `${date.toISOString().slice(0, 19)}.${String(nanos).padStart(9, "0")}Z`;
	return readInstant(text) === null ? null : text;
}
