/** Where a schema expects e-mail addresses, as a tree that is built while values are walked. */
import type { Json, JsonObject } from "../contract/json.ts";
import { readEmailAddress } from "./email-address.ts";
import { elementSchemas, nodesAt, propertySchemas, type SchemaNode } from "./schema-nodes.ts";

/** What the schema says of one place, and of the places in it. */
export class EmailPlace {
	/** Whether a text here is an address. */
	readonly email: boolean;
	readonly #nodes: SchemaNode[];
	readonly #root: JsonObject;
	readonly #properties = new Map<string, EmailPlace>();
	readonly #elements: EmailPlace[] = [];

	constructor(schemas: Json[], root: JsonObject) {
		this.#root = root;
		this.#nodes = nodesAt(schemas, root);
		this.email = this.#nodes.some((node) => node["format"] === "email");
	}

	property(name: string): EmailPlace {
		let place = this.#properties.get(name);
		if (place === undefined) {
			place = new EmailPlace(propertySchemas(this.#nodes, name).schemas, this.#root);
			// Bounded: where the schema is open, a caller could else fill the memory with names of its own.
			if (this.#properties.size < 1_024) this.#properties.set(name, place);
		}
		return place;
	}

	element(index: number): EmailPlace {
		// Beyond the longest prefix of any schema here, all elements are alike.
		const at = Math.min(index, this.#prefixLength());
		let place = this.#elements[at];
		if (place === undefined) this.#elements[at] = place = new EmailPlace(elementSchemas(this.#nodes, at), this.#root);
		return place;
	}

	#prefixLength(): number {
		let longest = 0;
		for (const { prefixItems } of this.#nodes) if (Array.isArray(prefixItems)) longest = Math.max(longest, prefixItems.length);
		return longest;
	}
}

/** The value with every address in its canonical form; the same object where nothing changes. What is no address stays. */
export function canonicalAddresses(value: Json, place: EmailPlace): Json {
	if (typeof value === "string") return place.email ? (readEmailAddress(value)?.address ?? value) : value;
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) {
		let changed: Json[] | null = null;
		for (let i = 0; i < value.length; i++) {
			const before = value[i] as Json;
			const after = canonicalAddresses(before, place.element(i));
			if (after === before) continue;
			changed ??= value.slice();
			changed[i] = after;
		}
		return changed ?? value;
	}
	let changed: JsonObject | null = null;
	for (const key of Object.keys(value)) {
		const before = value[key] as Json;
		const after = canonicalAddresses(before, place.property(key));
		if (after === before) continue;
		changed ??= Object.assign(Object.create(null), value) as JsonObject;
		changed[key] = after;
	}
	return changed ?? value;
}

/** Gathers where texts stand that should be addresses and are none, as JSON Pointers behind `#`. */
export function badAddresses(value: Json, place: EmailPlace, pointer: string, found: Set<string>): void {
	if (typeof value === "string") {
		if (place.email && readEmailAddress(value) === null) found.add(pointer);
	} else if (Array.isArray(value)) {
		for (const [i, element] of value.entries()) badAddresses(element, place.element(i), `${pointer}/${i}`, found);
	} else if (typeof value === "object" && value !== null) {
		for (const key of Object.keys(value)) {
			const step = key.replaceAll("~", "~0").replaceAll("/", "~1");
			badAddresses(value[key] as Json, place.property(key), `${pointer}/${step}`, found);
		}
	}
}
