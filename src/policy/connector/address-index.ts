/**
 * Which action has an address: the paths of all actions as a tree of segments, so that finding one does not grow with their number.
 * Made once of the actions that a role grants, and kept as long as that lives.
 */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import type { HttpAction, PathSegment } from "../../contract/http-action.ts";
import { decodeText, matchesPath, placeholderText } from "./path-template.ts";

export type HttpDefinition = ActionDefinition & { http: HttpAction };

type Placeholder = Exclude<PathSegment, { text: string }>;

/** All actions whose paths begin alike. */
interface Node {
	/** By constant text, decoded. */
	texts: Map<string, Node>;
	placeholders: { segment: Placeholder; node: Node }[];
	/** Those whose paths end here. */
	ends: HttpDefinition[];
	/** Those whose last placeholder takes all that is left. */
	rests: HttpDefinition[];
}

export class AddressIndex {
	readonly #methods = new Map<string, Node>();

	constructor(definitions: Iterable<HttpDefinition>) {
		for (const definition of definitions) this.#add(definition);
	}

	#add(definition: HttpDefinition): void {
		const { method, path } = definition.http;
		let node = this.#methods.get(method) ?? newNode();
		this.#methods.set(method, node);
		for (const segment of path) {
			if ("field" in segment && segment.slashes === "rest") {
				node.rests.push(definition);
				return;
			}
			node = childFor(node, segment);
		}
		node.ends.push(definition);
	}

	/**
	 * The one action that a request's decoded segments are an address of; null for none. Two would be a table that was refused when its
	 * connector was applied: then it is none either.
	 */
	find(method: string, segments: readonly string[]): HttpDefinition | null {
		const found = new Set<HttpDefinition>();
		const root = this.#methods.get(method);
		if (root !== undefined) collect(root, segments, 0, found);
		return found.size === 1 ? ([...found][0] as HttpDefinition) : null;
	}
}

function collect(node: Node, segments: readonly string[], at: number, found: Set<HttpDefinition>): void {
	if (at === segments.length) {
		for (const definition of node.ends) take(definition, segments, found);
		return;
	}
	for (const definition of node.rests) take(definition, segments, found);
	const segment = segments[at] as string;
	const child = node.texts.get(segment);
	if (child !== undefined) collect(child, segments, at + 1, found);
	for (const { segment: placeholder, node: next } of node.placeholders)
		if (placeholderText(placeholder, segment) !== null) collect(next, segments, at + 1, found);
}

/** An address inside another action's more special one is that other action's, whether it is granted or not. */
function take(definition: HttpDefinition, segments: readonly string[], found: Set<HttpDefinition>): void {
	const { reserved, path } = definition.http;
	if (reserved?.some((template) => matchesPath(template, segments)) === true) return;
	if (matchesPath(path, segments)) found.add(definition);
}

function childFor(node: Node, segment: PathSegment): Node {
	if ("text" in segment) {
		const text = decodeText(segment.text);
		const child = node.texts.get(text) ?? newNode();
		node.texts.set(text, child);
		return child;
	}
	const same = node.placeholders.find(({ segment: other }) => isSame(other, segment));
	if (same !== undefined) return same.node;
	const child = newNode();
	node.placeholders.push({ segment, node: child });
	return child;
}

/** What a placeholder is called does not change what it takes. */
function isSame(one: Placeholder, other: Placeholder): boolean {
	return (
		one.type === other.type &&
		one.slashes === other.slashes &&
		one.prefix === other.prefix &&
		one.suffix === other.suffix &&
		one.values?.join("\n") === other.values?.join("\n")
	);
}

function newNode(): Node {
	return { texts: new Map(), placeholders: [], ends: [], rests: [] };
}
