/** Actions with numbers, nested fields and lists of objects, for what mail has none of. */
import type { ActionDefinition } from "../../src/contract/action-definition.ts";

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
];
