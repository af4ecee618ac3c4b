/**
 * Path templates: `/tickets/{id}` to segments, and whether two of them can name one address. Each segment of a request is matched
 * decoded, one by one; what a value may be (`{id}` of type integer) takes part, so that `/tags/{t}` and `/{id}/assets` are told apart.
 */
import type { PathSegment, WireType } from "../../contract/http-action.ts";

export type ParsedTemplate = { ok: true; segments: RawSegment[] } | { ok: false; message: string };
/** A segment as written: constant text, or a placeholder with text around it. */
export type RawSegment = { text: string } | { field: string; slashes?: "encoded" | "rest"; prefix?: string; suffix?: string };

/** Characters that stand in a path as they are (RFC 3986, 3.3). */
const PLAIN_TEXT = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*$/;
const PLACEHOLDER = /^([^{}]*)\{([^{}*+]{1,128})([*+]?)\}([^{}]*)$/;

/** Reads a template; it begins with a slash. */
export function parseTemplate(path: string): ParsedTemplate {
	if (!path.startsWith("/")) return { ok: false, message: "a path begins with a slash: /tickets/{id}" };
	if (/[?#]/.test(path)) return { ok: false, message: "a path has no query and no fragment: those go under `query`" };
	const parts = path === "/" ? [] : path.slice(1).split("/");
	const segments: RawSegment[] = [];
	for (const [index, part] of parts.entries()) {
		const segment = segmentOf(part, index === parts.length - 1);
		if (typeof segment === "string") return { ok: false, message: segment };
		segments.push(segment);
	}
	return { ok: true, segments };
}

function segmentOf(part: string, isLast: boolean): RawSegment | string {
	if (!part.includes("{") && !part.includes("}")) {
		if (part === "" && !isLast) return "two slashes stand side by side";
		if (isDots(part)) return "a path has no `.` and no `..` in it";
		return PLAIN_TEXT.test(part) && !/%(2f|5c|2e)/i.test(part)
			? { text: part }
			: `\`${part.slice(0, 60)}\` cannot stand in a path as it is`;
	}
	const match = PLACEHOLDER.exec(part);
	if (match === null) return `one placeholder a segment: ${part.slice(0, 60)}`;
	const [, prefix = "", field = "", mark, suffix = ""] = match;
	if (!PLAIN_TEXT.test(prefix) || !PLAIN_TEXT.test(suffix) || /%/.test(prefix + suffix))
		return `\`${part.slice(0, 60)}\` cannot stand in a path as it is`;
	if (mark === "*" && (!isLast || prefix !== "" || suffix !== ""))
		return `\`{${field}*}\` is all that is left of a path: it stands alone, at the end`;
	return {
		field,
		...(mark === "*" ? { slashes: "rest" as const } : mark === "+" ? { slashes: "encoded" as const } : {}),
		...(prefix === "" ? {} : { prefix }),
		...(suffix === "" ? {} : { suffix }),
	};
}

/** Whether a decoded segment is one that a path is resolved by. */
export function isDots(segment: string): boolean {
	return segment === "." || segment === "..";
}

const TYPES: Record<Exclude<WireType, "string">, RegExp> = {
	integer: /^-?(0|[1-9][0-9]{0,17})$/,
	number: /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/,
	boolean: /^(true|false)$/,
};

/** Whether a text on the wire is one of a type. */
export function isOfType(text: string, type: WireType): boolean {
	return type === "string" || TYPES[type].test(text);
}

/** The value that a placeholder has in a decoded segment; null if it does not match. */
export function placeholderText(segment: Exclude<PathSegment, { text: string }>, decoded: string): string | null {
	const { prefix = "", suffix = "", values, slashes } = segment;
	if (decoded.length <= prefix.length + suffix.length || !decoded.startsWith(prefix) || !decoded.endsWith(suffix)) return null;
	const value = decoded.slice(prefix.length, decoded.length - suffix.length);
	if (slashes === undefined && value.includes("/")) return null;
	if (values !== undefined && !values.includes(value)) return null;
	return isOfType(value, segment.type) ? value : null;
}

/** Whether a request's decoded segments are an address of a template. */
export function matchesPath(template: readonly PathSegment[], decoded: readonly string[]): boolean {
	for (const [index, segment] of template.entries()) {
		if ("field" in segment && segment.slashes === "rest") return decoded.length > index;
		const part = decoded[index];
		if (part === undefined) return false;
		if ("text" in segment ? decodeText(segment.text) !== part : placeholderText(segment, part) === null) return false;
	}
	return decoded.length === template.length;
}

/** A constant segment, decoded. */
export function decodeText(text: string): string {
	return text.includes("%") ? decodeURIComponent(text) : text;
}

export type Overlap =
	| "none"
	/** Some addresses are of both, and neither has them all. */
	| "crossing"
	| "same"
	/** All addresses of the first are of the second too. */
	| "first_inside"
	| "second_inside";

/** How the addresses of two templates lie to one another. */
export function overlapOf(first: readonly PathSegment[], second: readonly PathSegment[]): Overlap {
	let firstInside = true;
	let secondInside = true;
	for (let index = 0; ; index++) {
		const [a, b] = [first[index], second[index]];
		const [restA, restB] = [isRest(a), isRest(b)];
		if (a === undefined && b === undefined) break;
		if (restA && restB) break;
		if (restA || restB) {
			if ((restA ? second : first).length <= index) return "none";
			if (restA) firstInside = false;
			else secondInside = false;
			break;
		}
		if (a === undefined || b === undefined) return "none";
		const one = segmentOverlap(a, b);
		if (one === "none") return "none";
		if (one !== "same" && one !== "first_inside") firstInside = false;
		if (one !== "same" && one !== "second_inside") secondInside = false;
	}
	if (firstInside && secondInside) return "same";
	return firstInside ? "first_inside" : secondInside ? "second_inside" : "crossing";
}

function isRest(segment: PathSegment | undefined): boolean {
	return segment !== undefined && "field" in segment && segment.slashes === "rest";
}

/** Where nobody can tell, two placeholders are taken to cross: that is the error, not the lenience. */
function segmentOverlap(a: PathSegment, b: PathSegment): Overlap {
	if ("text" in a && "text" in b) return decodeText(a.text) === decodeText(b.text) ? "same" : "none";
	if ("text" in a) return "text" in b || placeholderText(b, decodeText(a.text)) === null ? "none" : "first_inside";
	if ("text" in b) return placeholderText(a, decodeText(b.text)) === null ? "none" : "second_inside";
	const [textsA, textsB] = [textsOf(a), textsOf(b)];
	if (textsA !== null && textsB !== null) {
		const common = textsA.filter((text) => textsB.includes(text));
		if (common.length === 0) return "none";
		if (common.length === textsA.length && common.length === textsB.length) return "same";
		return common.length === textsA.length ? "first_inside" : common.length === textsB.length ? "second_inside" : "crossing";
	}
	if (textsA !== null) return insideOf(textsA, b, "first_inside");
	if (textsB !== null) return insideOf(textsB, a, "second_inside");
	return openOverlap(a, b);
}

type Placeholder = Exclude<PathSegment, { text: string }>;

/** All texts that a placeholder can be, where it has a list of values. */
function textsOf({ values, prefix = "", suffix = "" }: Placeholder): string[] | null {
	return values?.map((value) => prefix + value + suffix) ?? null;
}

function insideOf(texts: string[], other: Placeholder, all: Overlap): Overlap {
	const within = texts.filter((text) => placeholderText(other, text) !== null);
	return within.length === 0 ? "none" : within.length === texts.length ? all : "crossing";
}

function openOverlap(a: Placeholder, b: Placeholder): Overlap {
	const [affixA, affixB] = [affixes(a), affixes(b)];
	if (!affixA.prefix.startsWith(affixB.prefix) && !affixB.prefix.startsWith(affixA.prefix)) return "none";
	if (!affixA.suffix.endsWith(affixB.suffix) && !affixB.suffix.endsWith(affixA.suffix)) return "none";
	const sameAffixes = affixA.prefix === affixB.prefix && affixA.suffix === affixB.suffix;
	const [wide, narrow] = [rank(a), rank(b)];
	if (sameAffixes) {
		if ((wide === 0) !== (narrow === 0) && Math.max(wide, narrow) < 3) return "none";
		if (wide === narrow) return "same";
		return wide < narrow ? "first_inside" : "second_inside";
	}
	const aInB = affixA.prefix.startsWith(affixB.prefix) && affixA.suffix.endsWith(affixB.suffix);
	const bInA = affixB.prefix.startsWith(affixA.prefix) && affixB.suffix.endsWith(affixA.suffix);
	// A longer affix is inside a shorter one only if that takes any text at all.
	if (aInB && b.type === "string" && (b.slashes !== undefined || a.slashes === undefined)) return "first_inside";
	if (bInA && a.type === "string" && (a.slashes !== undefined || b.slashes === undefined)) return "second_inside";
	return "crossing";
}

function affixes({ prefix = "", suffix = "" }: Placeholder) {
	return { prefix, suffix };
}

/** Of placeholders with the same text around them: every value of a lower rank is one of each higher. Booleans are no numbers. */
function rank({ type, slashes }: Placeholder): number {
	if (type === "string") return slashes === undefined ? 3 : 4;
	return type === "number" ? 2 : type === "integer" ? 1 : 0;
}
