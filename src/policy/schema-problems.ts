/** What a schema validator found, in our words: one problem a place, never a value of the caller's in it. */
import type { OutputUnit } from "@cfworker/json-schema";
import type { ProblemItem } from "../contract/problem.ts";

/** More problems than this are not listed. */
const PROBLEMS_MAX = 50;
/** More errors than this are not looked at: sorting out alternatives compares each with each. */
const ERRORS_MAX = 500;

/** Keywords that only say that something inside them failed. */
const WRAPPERS = new Set([
	"properties",
	"patternProperties",
	"items",
	"prefixItems",
	"additionalItems",
	"unevaluatedItems",
	"allOf",
	"$ref",
	"$recursiveRef",
	"if",
	"dependentSchemas",
	"propertyNames",
	"contains",
]);

/**
 * Turns the validator's errors into problems, in the order of the input.
 * @param addresses - the places (JSON Pointers behind `#`) where a text stands that should be a bare address and is none
 */
export function schemaProblems(errors: OutputUnit[], addresses: ReadonlySet<string>): ProblemItem[] {
	const problems = new Map<string, ProblemItem>();
	const meant = withoutOtherBranches(errors.slice(0, ERRORS_MAX));
	for (const [index, error] of meant.entries()) {
		const problem = problemOf(error, addresses, meant[index + 1]?.keyword === "false");
		if (problem === null) continue;
		const key = `${problem.path}\n${problem.code}`;
		if (!problems.has(key) && problems.size < PROBLEMS_MAX) problems.set(key, problem);
	}
	if (problems.size === 0) problems.set("", { path: "", code: "schema", message: "the input does not fit the action's schema" });
	return [...problems.values()];
}

/** Of alternatives (`anyOf`, `oneOf`) keeps the errors of those that the value was meant for: those whose type it has. */
function withoutOtherBranches(errors: OutputUnit[]): OutputUnit[] {
	const misfits = new Set<string>();
	const meant = new Set<string>();
	const alternatives = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
	for (const { keywordLocation, instanceLocation } of alternatives) {
		const branches = new Map<string, boolean>();
		for (const error of errors) {
			if (!error.keywordLocation.startsWith(`${keywordLocation}/`) || !isWithin(error.instanceLocation, instanceLocation))
				continue;
			const branch = error.keywordLocation.slice(keywordLocation.length + 1).split("/", 1)[0] as string;
			const isMisfit = error.keyword === "type" && error.instanceLocation === instanceLocation;
			branches.set(branch, (branches.get(branch) ?? false) || isMisfit);
		}
		const fits = [...branches].filter(([, misfit]) => !misfit).map(([branch]) => branch);
		if (fits.length > 0) meant.add(`${keywordLocation}\n${instanceLocation}`);
		for (const [branch, misfit] of branches) if (misfit) misfits.add(`${keywordLocation}/${branch}\n${instanceLocation}`);
	}
	return errors.filter((error) => {
		if (error.keyword === "anyOf" || error.keyword === "oneOf")
			return !meant.has(`${error.keywordLocation}\n${error.instanceLocation}`);
		return ![...misfits].some((misfit) => {
			const [keyword, instance] = misfit.split("\n") as [string, string];
			return error.keywordLocation.startsWith(`${keyword}/`) && isWithin(error.instanceLocation, instance);
		});
	});
}

function isWithin(pointer: string, outer: string): boolean {
	return pointer === outer || pointer.startsWith(`${outer}/`);
}

/** `refused`: what failed inside is the schema that nothing fits. */
function problemOf(error: OutputUnit, addresses: ReadonlySet<string>, refused: boolean): ProblemItem | null {
	const { keyword, instanceLocation } = error;
	if (WRAPPERS.has(keyword)) return null;
	const path = pointerText(instanceLocation);
	if (keyword === "pattern" && addresses.has(instanceLocation))
		return {
			path,
			code: "not_an_address",
			message: "this is no plain e-mail address; put the bare address, such as jordan@acme.com",
		};
	if (keyword === "required" || keyword === "dependentRequired") {
		const name = /property "([^"]*)"|not have "([^"]*)"/.exec(error.error);
		return { path: join(path, name?.[1] ?? name?.[2] ?? ""), code: "required", message: "this field is missing" };
	}
	if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
		if (!refused) return null;
		const name = /^Property "([\s\S]*)" does not match/.exec(error.error)?.[1] ?? "";
		return {
			path: join(path, name.length > 64 ? `${name.slice(0, 64)}…` : name),
			code: "unknown_field",
			message: "the action has no such field",
		};
	}
	if (keyword === "false") return null;
	return { path, code: CODES[keyword] ?? "schema", message: messageOf(keyword, error) };
}

const CODES: Record<string, string> = {
	type: "type",
	anyOf: "type",
	oneOf: "type",
	enum: "not_allowed",
	const: "not_allowed",
	minLength: "too_short",
	maxLength: "too_long",
	minItems: "too_few",
	maxItems: "too_many",
	minimum: "too_small",
	exclusiveMinimum: "too_small",
	maximum: "too_large",
	exclusiveMaximum: "too_large",
	multipleOf: "not_a_multiple",
	pattern: "format",
	format: "format",
	uniqueItems: "duplicate",
};

/** The library's sentence where it quotes the schema only, else ours. */
function messageOf(keyword: string, { error }: OutputUnit): string {
	switch (keyword) {
		case "type":
			return `this is of the wrong type: ${/Expected (.*)\.$/.exec(error)?.[1]?.replaceAll('"', "") ?? "another"} is expected`;
		case "anyOf":
		case "oneOf":
			return "this has none of the forms that the field takes";
		case "enum":
		case "const":
			return "this is not one of the values that the field takes";
		case "minLength":
		case "maxLength":
			return `this text is too ${keyword === "minLength" ? "short" : "long"} (${/\((.*)\)/.exec(error)?.[1] ?? ""} characters)`;
		case "minItems":
		case "maxItems":
			return `this list has too ${keyword === "minItems" ? "few" : "many"} values (${/\((.*)\)/.exec(error)?.[1] ?? ""})`;
		case "minimum":
		case "exclusiveMinimum":
			return `this is too small: the bound is ${/(\S+)\.$/.exec(error)?.[1] ?? ""}`;
		case "maximum":
		case "exclusiveMaximum":
			return `this is too large: the bound is ${/(\S+)\.$/.exec(error)?.[1] ?? ""}`;
		case "pattern":
		case "format":
			return "this text does not have the form that the field takes";
		case "uniqueItems":
			return "a value stands twice in this list";
		default:
			return `this does not fit the schema's ${keyword}`;
	}
}

/** `#/to/1` is `to[1]`. */
function pointerText(pointer: string): string {
	let text = "";
	for (const raw of pointer.split("/").slice(1)) {
		const step = raw.replaceAll("~1", "/").replaceAll("~0", "~");
		text = /^(0|[1-9][0-9]*)$/.test(step) ? `${text}[${step}]` : join(text, step);
	}
	return text;
}

function join(path: string, name: string): string {
	return path === "" ? name : name === "" ? path : `${path}.${name}`;
}
