/** Stripe's SDK, unchanged, through the gateway: its forms, its pages, its idempotency keys, and its idea of what is an error. */
import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiServer } from "../support/e2e/upstreams/api-server.ts";
import { type Proxied, startShared } from "../support/e2e/upstreams/proxied.ts";
import { STRIPE_SECRET, startStripe, stripeConnector } from "../support/e2e/upstreams/stripe.ts";

let proxied: Proxied;
let upstream: ApiServer;

beforeAll(async () => {
	upstream = await startStripe();
	proxied = await startShared();
	await proxied.connect(stripeConnector(upstream.url), { name: "stripe-key", value: STRIPE_SECRET });
}, 60_000);
beforeEach(() => upstream.forget());
afterAll(async () => {
	await upstream?.close();
});

/** Its client over fetch takes a host with a path behind it. */
function stripe(token: string): Stripe {
	const { hostname, port } = new URL(proxied.gateway.url);
	return new Stripe(token, {
		protocol: "http",
		host: `${hostname}:${port}/v1/proxy/stripe`,
		port,
		httpClient: Stripe.createFetchHttpClient(),
		maxNetworkRetries: 2,
		telemetry: false,
	});
}

async function thrown(work: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
	const error = await work.then(
		() => null,
		(reason: unknown) => reason,
	);
	if (!(error instanceof Stripe.errors.StripeError)) throw new Error(`a StripeError was to be thrown, not ${String(error)}`);
	return error;
}

/** A header of the answer: over fetch they come as `Headers`, whatever the types say. */
function header(answer: { lastResponse: { headers: unknown } }, name: string): string {
	return (answer.lastResponse.headers as Headers).get(name) ?? "";
}

describe("an allowed call", () => {
	test("is sent as a form that was written again, and comes back as Stripe answered it", async () => {
		const { name, token } = await proxied.agent("stripe");
		const intent = await stripe(token).paymentIntents.create({
			amount: 2_000,
			currency: "eur",
			confirm: true,
			metadata: { order: "67 & 35" },
			expand: ["customer", "invoice"],
		});
		expect([intent.id, intent.amount]).toEqual(["pi_1", 2_000]);
		expect([header(intent, "x-hivekey-verdict"), header(intent, "request-id")]).toEqual(["allow", "req_upstream"]);
		expect(upstream.asked.map(({ headers, body }) => [headers.authorization, headers["content-type"], body])).toEqual([
			[
				`Bearer ${STRIPE_SECRET}`,
				"application/x-www-form-urlencoded",
				"amount=2000&currency=eur&confirm=true&metadata%5Border%5D=67%20%26%2035&expand%5B0%5D=customer&expand%5B1%5D=invoice",
			],
		]);
		const records = await proxied.act(header(intent, "x-hivekey-act-id"), "executed");
		expect(records).toMatchObject([
			{ state: "intent", agent: name, action: "stripe.payment_intents.create", fields: { amount: 2_000, currency: "eur" } },
			{ state: "executed", upstream_status: 200 },
		]);
	});

	test("pages by itself, one act a page", async () => {
		const { name, token } = await proxied.agent("stripe");
		const ids: string[] = [];
		for await (const customer of stripe(token).customers.list({ limit: 2 })) ids.push(customer.id);
		expect(ids).toEqual(["cus_1", "cus_2", "cus_3", "cus_4", "cus_5"]);
		expect(await proxied.states(name, 3)).toEqual(Array(3).fill("intent executed"));
	});

	test("that is sent again under its idempotency key runs once, and is answered the same", async () => {
		const { name, token } = await proxied.agent("stripe");
		const pay = () => stripe(token).paymentIntents.create({ amount: 5, currency: "eur" }, { idempotencyKey: "order-1" });
		const first = await pay();
		const again = await pay();
		expect([again.id, again.amount]).toEqual([first.id, first.amount]);
		expect(header(again, "x-hivekey-act-id")).toBe(header(first, "x-hivekey-act-id"));
		expect(upstream.asked.length).toBe(1);
		const other = await thrown(
			stripe(token).paymentIntents.create({ amount: 6, currency: "eur" }, { idempotencyKey: "order-1" }),
		);
		expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
		expect(await proxied.states(name, 1)).toEqual(["intent executed"]);
	});
});

describe("a refusal is thrown, once, and nothing is sent", () => {
	const guards = {
		deny: "  - { id: small, action: stripe.payment_intents.create, when: { field: amount, lte: 100 } }\n",
		review: "  - { id: ask, action: stripe.payment_intents.create, when: { field: amount, lte: 100 }, otherwise: review }\n",
		limit: "  - { id: budget, action: stripe.payment_intents.create, when: { field: sum.amount.per_day, lte: 100 } }\n",
		form: "  - { id: plain, action: stripe.payment_intents.create, when: { field: expand, in: [customer] } }\n",
	};

	test.each([
		["deny", "guard_denied", "denied"],
		["review", "guard_review", "held"],
		["limit", "rate_exceeded", "denied"],
	] as const)("%s", async (kind, code, state) => {
		const { name, token } = await proxied.agent("stripe", guards[kind]);
		const error = await thrown(stripe(token).paymentIntents.create({ amount: 2_000, currency: "eur" }));
		expect(error).toBeInstanceOf(Stripe.errors.StripePermissionError);
		expect([error.statusCode, error.code, error.requestId]).toEqual([403, code, expect.stringMatching(/^req_/)]);
		expect(await proxied.states(name, 1)).toEqual([state]);
		expect(upstream.asked).toEqual([]);
	});

	test("for one value in the form among others", async () => {
		const { token } = await proxied.agent("stripe", guards.form);
		const pay = (expand: string[]) => stripe(token).paymentIntents.create({ amount: 1, currency: "eur", expand });
		expect((await pay(["customer"])).id).toBe("pi_1");
		expect((await thrown(pay(["customer", "invoice"]))).code).toBe("guard_denied");
	});

	test("for an input that the action does not have", async () => {
		const { token } = await proxied.agent("stripe");
		const error = await thrown(stripe(token).paymentIntents.create({ amount: 1, currency: "eur", description: "x" }));
		expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
		expect([error.statusCode, error.param]).toEqual([400, "description"]);
	});

	test("for a token that is none", async () => {
		const error = await thrown(stripe("sk_test_mine").customers.retrieve("cus_1"));
		expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
	});
});

describe("what Stripe refuses comes back as Stripe said it", () => {
	test("404", async () => {
		const { name, token } = await proxied.agent("stripe");
		const error = await thrown(stripe(token).customers.retrieve("cus_9"));
		expect([error.statusCode, error.code, error.message]).toEqual([404, "resource_missing", "No such customer: 'cus_9'"]);
		expect(await proxied.states(name, 1)).toEqual(["intent failed"]);
	});

	test("402", async () => {
		const { token } = await proxied.agent("stripe");
		const error = await thrown(stripe(token).paymentIntents.create({ amount: 1, currency: "declined" }));
		expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
		expect(error.code).toBe("card_declined");
	});

	test("500, which is not sent again: under the SDK's own key the gateway answers what was answered", async () => {
		const { name, token } = await proxied.agent("stripe");
		const error = await thrown(stripe(token).paymentIntents.create({ amount: 1, currency: "xxx" }));
		expect(error).toBeInstanceOf(Stripe.errors.StripeAPIError);
		expect([error.statusCode, error.message]).toEqual([500, "An unknown error occurred"]);
		expect(upstream.asked.length).toBe(1);
		expect(await proxied.states(name, 1)).toEqual(["intent failed"]);
	});
});

test("an outcome that nobody knows is thrown once, and says so", async () => {
	const { name, token } = await proxied.agent("stripe");
	const error = await thrown(stripe(token).paymentIntents.create({ amount: 1, currency: "hangs" }));
	expect(error).toBeInstanceOf(Stripe.errors.StripeAPIError);
	expect([error.statusCode, error.code]).toEqual([422, "upstream_unknown"]);
	expect(error.message).toContain("the call may have run");
	expect(upstream.asked.length).toBe(1);
	expect(await proxied.states(name, 1)).toEqual(["intent unknown"]);
});
