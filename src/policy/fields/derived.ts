/** The registry of derived fields: what may stand at the end of a path besides the caller's own properties. */
import type { Json } from "../../contract/json.ts";
import type { Unreadable } from "../reading.ts";
import { count } from "./count.ts";
import { domain } from "./domain.ts";
import { host } from "./host.ts";
import { length } from "./length.ts";
import { local } from "./local.ts";
import { path } from "./path.ts";
import { scheme } from "./scheme.ts";

export interface DerivedField {
	name: string;
	/** What it is derived from: each text, or the list as a whole. */
	of: "text" | "list";
	/** The type of what comes out. */
	gives: "string" | "number";
	/** How operands for it are read; `plain` takes them as they are. */
	operands: "plain" | "domain" | "local" | "host" | "scheme";
	/** What people call it after the field's name: "recipient domain". */
	human: string;
	/** Of a text, or of the values of a list. Anything of another type is {@link Unreadable}. */
	derive: (value: Json) => Json | Unreadable;
}

export const DERIVED_FIELDS: ReadonlyMap<string, DerivedField> = new Map(
	[domain, local, host, scheme, path, length, count].map((field): [string, DerivedField] => [field.name, field]),
);
