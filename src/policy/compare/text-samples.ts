/** Texts that stand for all texts where they are put to some tests. */
import { addressSamples } from "./address-samples.ts";
import { caseVariant } from "./case-variant.ts";
import { instantSamples } from "./instant-samples.ts";
import type { Reads } from "./reads.ts";
import { foldShapes, type TextShapes } from "./text-shapes.ts";
import { alone, oneOfMany, type Sample } from "./value.ts";

/** Whether the tests ask for case, for none, or some for it and some not. */
export type CaseMode = "exact" | "folded" | "mixed";

export interface TextSamples {
	samples: Sample[];
	/** The shapes that these do not stand for: their tests can be put to known texts only. */
	unsure: ReadonlySet<keyof TextShapes>;
}

/** How many texts are made of starts, parts and ends. */
const MADE_MAX = 8_192;
const PARTS_MAX = 6;

/** Makes them for tests of one field. */
export function textSamples(given: TextShapes, mode: CaseMode, reads: Reads): TextSamples {
	const shapes = mode === "folded" ? foldShapes(given) : given;
	const unsure = new Set<keyof TextShapes>();
	const samples = [...shapes.equal].map(mode === "folded" ? oneOfMany : alone);
	const filler = fillerFor(shapes, reads);
	const hasParts = shapes.starts.size + shapes.ends.size + shapes.parts.size > 0;
	const made = mode === "mixed" ? null : madeTexts(shapes, filler);
	if (hasParts && made === null) for (const shape of ["starts", "ends", "parts"] as const) unsure.add(shape);
	for (const text of made ?? [filler]) samples.push(oneOfMany(text));
	if (mode === "mixed" && !addVariants(shapes, samples, reads.careful)) unsure.add("equal");
	const special = specialTexts(shapes, hasParts);
	if (special === null) for (const shape of ["ranges", "times"] as const) unsure.add(shape);
	else for (const text of special) samples.push(oneOfMany(text));
	return { samples, unsure };
}

/** Every way to begin with one of the starts, to have some of the parts and to end with one of the ends, apart from each other. */
function madeTexts({ starts, parts, ends }: TextShapes, filler: string): string[] | null {
	if (parts.size > PARTS_MAX || (starts.size + 1) * (ends.size + 1) * 2 ** parts.size > MADE_MAX) return null;
	const chosen = [filler];
	for (const part of parts) chosen.push(...chosen.map((one) => one + part + filler));
	return ["", ...starts].flatMap((start) => ["", ...ends].flatMap((end) => chosen.map((middle) => start + middle + end)));
}

/** Letters that stand in none of the texts: whatever they are put between cannot run together. */
function fillerFor(shapes: TextShapes, { as, wildcards }: Reads): string {
	const all = [shapes.equal, shapes.starts, shapes.ends, shapes.parts]
		.flatMap((texts) => [...texts])
		.join("")
		.toLowerCase();
	const letter = [..."qzxjkvwyfghbpmucdlnoitsrae"].find((one) => !all.includes(one)) ?? unusedCharacter(all);
	if (as === "email") return `${letter}@${letter}.${letter}`;
	return wildcards ? `${letter}.${letter}` : letter;
}

function unusedCharacter(all: string): string {
	let point = 0xe000;
	while (all.includes(String.fromCharCode(point))) point++;
	return String.fromCharCode(point);
}

/**
 * For each text one that differs from it in case only; false where one may be missing.
 * @param isAscii - no value has letters beyond ASCII
 */
function addVariants(shapes: TextShapes, samples: Sample[], isAscii: boolean): boolean {
	let complete = true;
	for (const text of shapes.equal) {
		const variant = caseVariant(text, shapes.equal);
		if (typeof variant === "string") samples.push(oneOfMany(variant));
		else if (variant === undefined && !isAscii) complete = false;
	}
	return complete;
}

/** Addresses and times, none of which is one of the texts that others ask for; null if they cannot be told apart from those. */
function specialTexts(shapes: TextShapes, hasParts: boolean): string[] | null {
	const { ranges, times, equal } = shapes;
	if (ranges.size === 0 && times.size === 0) return [];
	if (hasParts) return null;
	const taken = new Set([...equal].map((text) => text.toLowerCase()));
	const moments = instantSamples([...times]);
	if (moments === null || moments.some((text) => taken.has(text.toLowerCase()))) return null;
	const addresses = (ranges.size === 0 ? [] : addressSamples([...ranges])).map((spellings) =>
		spellings.find((spelling) => !taken.has(spelling)),
	);
	return addresses.includes(undefined) ? null : [...moments, ...(addresses as string[])];
}
