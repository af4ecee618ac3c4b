/**
 * Patterns of schemas that are not ours. The library runs every `pattern` by the engine's own expressions, which `^(a+)+$` and
 * thirty characters keep busy for hours. So a pattern becomes a format of its own, which RE2 tests in linear time.
 */
import { format as formats } from "@cfworker/json-schema";
import { readExpression } from "./operators/regular-expression.ts";

const PREFIX = "hivekey-pattern:";
/** Longer texts do not fit a pattern: their time is in proportion to their length and the pattern's. */
const SUBJECT_MAX = 65_536;

/** The name of the format that a pattern is. It is made known to the library when it is first asked for. */
export function patternFormat(pattern: string): string {
	const name = PREFIX + pattern;
	if (!Object.hasOwn(formats, name)) {
		const read = readExpression(pattern, false);
		// A pattern that is none was refused when its connector was applied; should one be here all the same, nothing fits it.
		formats[name] = (text) => read.ok && text.length <= SUBJECT_MAX && read.matches(text) === true;
	}
	return name;
}

/** The test of a format of ours, by its name; null for any other. */
export function ownFormat(name: string): ((text: string) => boolean) | null {
	return name.startsWith(PREFIX) && Object.hasOwn(formats, name) ? (formats[name] as (text: string) => boolean) : null;
}
