/** Speaks enough of Stripe's API for its SDK: forms in, pages by `starting_after`, its errors, its idempotency keys. */
import { type ApiServer, startApiServer } from "./api-server.ts";

export const STRIPE_SECRET = "sk_test_upstream0secret0of0the0tests";
const CUSTOMERS = ["cus_1", "cus_2", "cus_3", "cus_4", "cus_5"];

const error = (type: string, message: string, more: object = {}) => ({ error: { type, message, ...more } });

export function startStripe(): Promise<ApiServer> {
	const unauthorized = error("invalid_request_error", "Invalid API Key provided");
	return startApiServer(`Bearer ${STRIPE_SECRET}`, unauthorized, async ({ method, path, query, body }, answer) => {
		const headers = { "request-id": "req_upstream", "stripe-version": "2026-11-01" };
		if (method === "GET" && path === "/v1/customers") {
			const start = CUSTOMERS.indexOf(query.get("starting_after") ?? "") + 1;
			const data = CUSTOMERS.slice(start, start + Number(query.get("limit") ?? 10)).map((id) => ({ id, object: "customer" }));
			return answer(
				200,
				{ object: "list", url: "/v1/customers", has_more: start + data.length < CUSTOMERS.length, data },
				headers,
			);
		}
		if (method === "GET" && path.startsWith("/v1/customers/")) {
			const id = path.slice("/v1/customers/".length);
			if (CUSTOMERS.includes(id)) return answer(200, { id, object: "customer" }, headers);
			return answer(
				404,
				error("invalid_request_error", `No such customer: '${id}'`, { code: "resource_missing", param: "id" }),
				headers,
			);
		}
		if (method === "POST" && path === "/v1/payment_intents") {
			const form = new URLSearchParams(body);
			if (form.get("currency") === "xxx") return answer(500, error("api_error", "An unknown error occurred"), headers);
			if (form.get("currency") === "declined")
				return answer(402, error("card_error", "Your card was declined.", { code: "card_declined" }), headers);
			if (form.get("currency") === "hangs") return;
			return answer(
				200,
				{ id: "pi_1", object: "payment_intent", amount: Number(form.get("amount")), currency: form.get("currency"), form: body },
				headers,
			);
		}
		return answer(404, error("invalid_request_error", "Unrecognized request URL"), headers);
	});
}

/** @param url - where it listens */
export function stripeConnector(url: string): string {
	return `apiVersion: policy.hivekey.ai/v1
kind: Connector
metadata: { name: stripe }
http:
  base_url: ${url}
  auth: { bearer: { secret: stripe-key } }
  time_limit: 2s
  proxy: { enabled: true, error_style: stripe }
actions:
  - name: stripe.customers.list
    method: GET
    path: /v1/customers
    query: { limit: limit, starting_after: starting_after }
    logged: [limit, starting_after]
    input: { type: object, properties: { limit: { type: integer }, starting_after: { type: string } } }
  - name: stripe.customers.get
    method: GET
    path: /v1/customers/{id}
    logged: [id]
    input: { type: object, properties: { id: { type: string } } }
  - name: stripe.payment_intents.create
    method: POST
    path: /v1/payment_intents
    body: { format: form }
    logged: [amount, currency]
    input:
      type: object
      properties:
        amount: { type: integer }
        currency: { type: string }
        confirm: { type: boolean }
        metadata: { type: object, additionalProperties: { type: string } }
        expand: { type: array, items: { type: string } }
      required: [amount, currency]
`;
}
