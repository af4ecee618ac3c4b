/** Actions with numbers, nested fields and lists of objects, for what mail has none of. */
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { JsonObject } from "../../src/contract/json.ts";

const ADDRESS: JsonObject = { type: "string", format: "email", maxLength: 254 };

/** Things of which each holds things again. */
const PARTS: JsonObject = {
	type: "array",
	items: {
		type: "object",
		properties: {
			name: { type: "string" },
			size: { type: "number" },
			price: { type: "number" },
			owner: ADDRESS,
			tags: { type: "array", items: { type: "string" } },
			pieces: {
				type: "array",
				items: {
					type: "object",
					properties: { kind: { type: "string" }, count: { type: "number" } },
					additionalProperties: false,
				},
			},
		},
		additionalProperties: false,
	},
};

const base = { connector: "shop", human_names: {}, covers: {}, defaults: {}, time_limit_ms: 1_000 };

export const shopActions: ActionDefinition[] = [
	{
		...base,
		name: "shop.order.pay",
		description: "Pay an order.",
		input_schema: {
			type: "object",
			properties: {
				amount: { type: ["number", "string"] },
				currency: { type: "string" },
				note: { type: "string" },
				rate: { type: "number" },
				order: {
					type: "object",
					properties: { total: { type: "number" }, domain: { type: "string" } },
					additionalProperties: false,
				},
				items: {
					type: "array",
					items: {
						type: "object",
						properties: { sku: { type: "string" }, price: { type: "number" } },
						additionalProperties: false,
					},
				},
				tags: { type: "array", items: { type: "string" } },
			},
			additionalProperties: false,
		},
		logged: ["amount", "currency", "order", "items", "tags"],
	},
	{
		...base,
		name: "shop.order.cancel",
		description: "Cancel an order.",
		input_schema: { type: "object", properties: { note: { type: "string" } }, additionalProperties: false },
		logged: [],
	},
	{
		...base,
		name: "shop.list",
		description: "List orders.",
		input_schema: { type: "object", additionalProperties: false },
		logged: [],
	},
	{
		...base,
		name: "shop.parcel.send",
		description: "Send a parcel.",
		input_schema: {
			type: "object",
			properties: {
				weight: { type: "number" },
				limit: { type: "number" },
				weights: { type: "array", items: { type: "number" } },
				service: { type: "string" },
				wanted: { type: "string" },
				maybe: { type: ["string", "null"] },
				tags: { type: "array", items: { type: "string" } },
				wishes: { type: "array", items: { type: "string" } },
				sender: ADDRESS,
				receivers: { anyOf: [ADDRESS, { type: "array", items: ADDRESS }] },
				copies: { type: "array", items: ADDRESS },
				url: { type: "string" },
				callbacks: { type: "array", items: { type: "string" } },
				send_at: { type: "string" },
				arrive_by: { type: "string" },
				origin: { type: "string" },
				address: {
					type: "object",
					properties: {
						city: { type: "string" },
						domain: { type: "string" },
						lines: { type: "array", items: { type: "string" } },
					},
					additionalProperties: false,
				},
				parts: PARTS,
				inserts: PARTS,
				extra: { type: "object" },
				time: { type: "string" },
			},
			additionalProperties: false,
		},
		covers: { receivers: ["copies"], parts: ["inserts"] },
		human_names: { receivers: "receiver", copies: "copied receiver", parts: "part" },
		logged: ["weight", "service", "tags", "receivers", "copies", "parts", "url", "send_at", "origin", "address.city"],
	},
];
