/** Octokit, unchanged, through the gateway: what is allowed, what is not, and what its retries make of it. */
import { Octokit, RequestError } from "octokit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiServer } from "../support/e2e/upstreams/api-server.ts";
import { GITHUB_SECRET, githubConnector, startGitHub } from "../support/e2e/upstreams/github.ts";
import { type Proxied, startShared } from "../support/e2e/upstreams/proxied.ts";

let proxied: Proxied;
let github: ApiServer;

beforeAll(async () => {
	github = await startGitHub();
	proxied = await startShared();
	await proxied.connect(githubConnector(github.url), { name: "github-token", value: GITHUB_SECRET });
}, 60_000);
beforeEach(() => github.forget());
afterAll(async () => {
	await github?.close();
});

/** As anybody makes one, with its retries and its throttling; only the pauses are cut short. */
function octokit(token: string): Octokit {
	const quiet = { debug() {}, info() {}, warn() {}, error() {} };
	return new Octokit({
		auth: token,
		baseUrl: proxied.base("github"),
		retry: { retryAfterBaseValue: 10 },
		throttle: { enabled: false },
		log: quiet,
	} as ConstructorParameters<typeof Octokit>[0]);
}

async function thrown(work: Promise<unknown>): Promise<RequestError> {
	const error = await work.then(
		() => null,
		(reason: unknown) => reason,
	);
	if (!(error instanceof RequestError)) throw new Error(`a RequestError was to be thrown, not ${String(error)}`);
	return error;
}

const headersOf = (error: RequestError) => error.response?.headers as Record<string, string>;
const reviewOf = ({ response }: RequestError) =>
	(response as { data: { error: { review: { id: string } } } } | undefined)?.data.error.review.id ?? "";
const HELLO = { owner: "octo", repo: "hello" };

describe("an allowed call", () => {
	test("comes back as GitHub answered it, with the act and the verdict, and the log has it", async () => {
		const { name, token } = await proxied.agent("github");
		const got = await octokit(token).rest.repos.get(HELLO);
		expect(got.data).toMatchObject({ id: 1, full_name: "octo/hello" });
		expect(got.headers).toMatchObject({
			etag: '"r1"',
			"x-ratelimit-remaining": "4999",
			"x-hivekey-verdict": "allow",
			"x-hivekey-state": "executed",
		});
		expect(got.headers).not.toHaveProperty("set-cookie");
		expect(got.headers).not.toHaveProperty("x-oauth-scopes");
		expect(github.asked.map(({ method, url, headers }) => [method, url, headers.authorization, headers["user-agent"]])).toEqual([
			["GET", "/repos/octo/hello", `Bearer ${GITHUB_SECRET}`, "hivekey"],
		]);
		const records = await proxied.act(got.headers["x-hivekey-act-id"] as string, "executed");
		expect(records).toMatchObject([
			{ state: "intent", agent: name, action: "github.repos.get", verdict: "allow", fields: { owner: "octo", repo: "hello" } },
			{ state: "executed", upstream_status: 200 },
		]);
	});

	test("with a body is sent as JSON that was written again", async () => {
		const { token } = await proxied.agent("github");
		const made = await octokit(token).rest.issues.create({ ...HELLO, title: "Hi", labels: ["bug"] });
		expect([made.status, made.data.number, made.data.title]).toEqual([201, 6, "Hi"]);
		expect(made.headers).not.toHaveProperty("location");
		expect(github.asked[0]?.body).toBe('{"title":"Hi","labels":["bug"]}');
	});

	test("without a body in its answer, and one with slashes in a name", async () => {
		const { token } = await proxied.agent("github");
		expect((await octokit(token).rest.issues.lock({ ...HELLO, issue_number: 3 })).status).toBe(204);
		const ref = await octokit(token).rest.git.getRef({ ...HELLO, ref: "heads/feature/x" });
		expect(ref.data.ref).toBe("refs/heads/feature/x");
	});

	test("pages through the gateway, one act a page, though GitHub's links lead elsewhere", async () => {
		const { name, token } = await proxied.agent("github");
		const client = octokit(token);
		const issues = await client.paginate(client.rest.issues.listForRepo, { ...HELLO, per_page: 2 });
		expect(issues.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
		expect(github.asked.map(({ url }) => url)).toEqual([
			"/repos/octo/hello/issues?per_page=2",
			"/repos/octo/hello/issues?page=2&per_page=2",
			"/repos/octo/hello/issues?page=3&per_page=2",
		]);
		expect(await proxied.states(name, 3)).toEqual(Array(3).fill("intent executed"));
	});

	test("whose upstream echoes the credential shows none of it, in body or header", async () => {
		const { token } = await proxied.agent("github");
		const got = await octokit(token).rest.issues.get({ ...HELLO, issue_number: 1 });
		expect(got.data).toMatchObject({ number: 1, echo: "Bearer [secret]" });
		expect(got.headers["x-github-media-type"]).toBe("Bearer [secret]");
		expect(JSON.stringify(got)).not.toContain(GITHUB_SECRET);
	});
});

describe("a refusal is thrown, once, and nothing is sent", () => {
	test("denied by a guard", async () => {
		const guards =
			"  - { id: own-repos, action: github.issues.create, when: { field: owner, in: [octo] }, reason: only our own repositories }\n";
		const { name, token } = await proxied.agent("github", guards);
		const error = await thrown(octokit(token).rest.issues.create({ owner: "evil", repo: "x", title: "t" }));
		expect(error.status).toBe(403);
		expect(error.message).toBe("denied by policy: only our own repositories - https://docs.hivekey.ai/errors#guard_denied");
		expect(error.response?.data).toMatchObject({
			error: { code: "guard_denied", verdict: "deny", matched_guard: "own-repos", action: "github.issues.create" },
		});
		expect(headersOf(error)).toMatchObject({ "x-should-retry": "false", "x-hivekey-verdict": "deny" });
		expect(await proxied.states(name, 1)).toEqual(["denied"]);
		expect(github.asked).toEqual([]);
	});

	test("an address that is no action of the role's", async () => {
		const { name, token } = await proxied.agent("github");
		const error = await thrown(octokit(token).request("DELETE /repos/{owner}/{repo}", HELLO));
		expect([error.status, error.message]).toEqual([403, expect.stringContaining("DELETE github/repos/octo/hello")]);
		const [record] = await proxied.act(headersOf(error)["x-hivekey-act-id"] as string, "denied");
		expect(record).toMatchObject({ action: "DELETE github/repos/octo/hello", reason_code: "not_in_scope", agent: name });
	});

	test("an input that the action does not have", async () => {
		const { name, token } = await proxied.agent("github");
		const error = await thrown(octokit(token).rest.issues.create({ ...HELLO, title: "t", milestone: 3 }));
		expect([error.status, error.message]).toEqual([400, expect.stringContaining("milestone")]);
		expect(await proxied.states(name, 1)).toEqual(["denied"]);
		expect(github.asked).toEqual([]);
	});

	test("held for review", async () => {
		const guards =
			'  - { id: ask, action: github.issues.create, when: { field: title, starts_with: "Urgent" }, effect: review }\n';
		const { name, token } = await proxied.agent("github", guards);
		const error = await thrown(octokit(token).rest.issues.create({ ...HELLO, title: "Urgent: x" }));
		expect(error.status).toBe(403);
		expect(error.response?.data).toMatchObject({
			error: { code: "guard_review", verdict: "review", state: "pending", review: { id: expect.stringMatching(/^rev_/) } },
		});
		expect(headersOf(error)).toMatchObject({ "x-hivekey-verdict": "review", "x-should-retry": "false" });
		expect(await proxied.states(name, 1)).toEqual(["held"]);
		expect(github.asked).toEqual([]);
	});

	test("held, and made again once a person has approved: then it has its answer, and ran once", async () => {
		const guards =
			'  - { id: ask, action: github.issues.create, when: { field: title, starts_with: "Urgent" }, effect: review }\n';
		const { name, token } = await proxied.agent("github", guards);
		const create = (title: string) => octokit(token).rest.issues.create({ ...HELLO, title });
		const held = await thrown(create("Urgent: y"));
		const again = await thrown(create("Urgent: y"));
		expect(headersOf(again)["x-hivekey-act-id"]).toBe(headersOf(held)["x-hivekey-act-id"]);
		await proxied.approve(reviewOf(held));
		const made = await create("Urgent: y");
		expect([made.data.title, made.headers["x-hivekey-act-id"]]).toEqual(["Urgent: y", headersOf(held)["x-hivekey-act-id"]]);
		expect(github.asked.length).toBe(1);
		const records = await proxied.act(headersOf(held)["x-hivekey-act-id"] ?? "", "executed");
		expect(records.map(({ state, agent }) => [state, agent])).toEqual(
			["held", "released", "executed"].map((state) => [state, name]),
		);
		expect((await thrown(create("Urgent: y"))).status).toBe(403);
		expect((await thrown(create("Urgent: z"))).status).toBe(403);
		expect(github.asked.length).toBe(1);
	});

	test("above a limit, though that is 429 elsewhere", async () => {
		const guards = "  - { id: slow, action: github.repos.get, when: { field: rate.per_hour, lte: 1 } }\n";
		const { name, token } = await proxied.agent("github", guards);
		await octokit(token).rest.repos.get(HELLO);
		const error = await thrown(octokit(token).rest.repos.get(HELLO));
		expect(error.status).toBe(403);
		expect(error.response?.data).toMatchObject({ error: { code: "rate_exceeded", retry_at: expect.any(String) } });
		expect(headersOf(error)).not.toHaveProperty("retry-after");
		expect(await proxied.states(name, 2)).toEqual(["intent executed", "denied"]);
		expect(github.asked.length).toBe(1);
	});

	test("a token that is none", async () => {
		const error = await thrown(octokit("hk_agt_nothing").rest.repos.get(HELLO));
		expect([error.status, error.message]).toEqual([401, expect.stringContaining("hk_agt_")]);
		expect(github.asked).toEqual([]);
	});
});

describe("what GitHub refuses comes back as GitHub said it", () => {
	test("404", async () => {
		const { name, token } = await proxied.agent("github");
		const error = await thrown(octokit(token).rest.issues.get({ ...HELLO, issue_number: 404 }));
		expect([error.status, error.message]).toEqual([404, "Not Found - https://docs.github.com/rest"]);
		expect(headersOf(error)).toMatchObject({ "x-hivekey-verdict": "allow", "x-hivekey-state": "failed" });
		expect(await proxied.states(name, 1)).toEqual(["intent failed"]);
	});

	test("422, with its errors", async () => {
		const { token } = await proxied.agent("github");
		const error = await thrown(octokit(token).rest.issues.create({ ...HELLO, title: "" }));
		expect([error.status, error.message]).toEqual([422, expect.stringContaining("missing_field")]);
	});

	test("500, which the SDK asks for again as it would of GitHub: each time is an act", async () => {
		const { name, token } = await proxied.agent("github");
		const error = await thrown(octokit(token).rest.repos.get({ owner: "octo", repo: "broken" }));
		expect([error.status, error.message]).toEqual([500, "Server Error - https://docs.github.com/rest"]);
		expect(github.asked.length).toBe(4);
		expect(await proxied.states(name, 4)).toEqual(Array(4).fill("intent failed"));
	});
});

describe("an outcome that nobody knows is thrown once, and says so", () => {
	test.each(["hangs", "resets"])("an upstream that %s", async (repo) => {
		const { name, token } = await proxied.agent("github");
		const error = await thrown(octokit(token).rest.repos.get({ owner: "octo", repo }));
		expect(error.status).toBe(422);
		expect(error.message).toContain("the call may have run");
		expect(headersOf(error)).toMatchObject({ "x-hivekey-state": "unknown", "x-should-retry": "false" });
		expect(github.asked.length).toBe(1);
		expect(await proxied.states(name, 1)).toEqual(["intent unknown"]);
	});
});
