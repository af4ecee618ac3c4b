/** What a connector says of one action: enough to check a call, to decide it, to log it and to carry it out. Plain data. */
import type { HttpAction } from "./http-action.ts";
import type { JsonObject } from "./json.ts";

export interface ActionDefinition {
	name: string;
	description: string;
	/** Which connector carries it out. */
	connector: string;
	/** JSON Schema (2020-12) of the input. `format: "email"` marks an address; see policy/canonical-input.ts. */
	input_schema: JsonObject;
	/** Field -> what people call it: `to` is "recipient". */
	human_names: Record<string, string>;
	/** The input fields that the log may show, in this order. Everything else is kept out of it. */
	logged: string[];
	/** Field -> fields that every use of it in a guard looks at as well: `to` covers `cc`, `bcc`, `reply_to`. */
	covers: Record<string, string[]>;
	/** Values that the log shows where the call leaves the field out: `folder=inbox limit=20`. */
	defaults: JsonObject;
	/** How long the upstream may take before nobody knows what it did, in milliseconds. */
	time_limit_ms: number;
	/** An upper bound on the number of addresses over all the fields named. */
	limits?: { fields: string[]; max_values: number; message: string }[];
	/** How it is carried out, where a Connector document defines it. */
	http?: HttpAction;
}
