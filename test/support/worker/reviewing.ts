/** Signing off over HTTP: held calls, the people who decide, and what came of it. */
import { env } from "cloudflare:workers";
import { until } from "../until.ts";
import { type Answered, send, type TestAgent, type TestWorkspace } from "./gateway.ts";

/** Every mail is held. @param terms - of the review, as YAML */
export const heldMail = (terms = "{}") => `- { id: sign-off, action: mail.send, effect: review, review: ${terms} }`;

export const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "…" };

/** A further key of a workspace, made by the operator: nobody else's. */
export async function personOf(workspace: TestWorkspace, owner: string): Promise<Reviewer> {
	const made = await send("POST", `/v1/workspaces/${workspace.id}/keys`, { token: env.HIVEKEY_ROOT_KEY, body: { owner } });
	if (made.status !== 201) throw new Error(made.text);
	return reviewerWith(made.json.key, made.json.id);
}

/** A key with scopes, made by another key. */
export async function keyMadeBy(maker: string, owner: string, scopes = ["review"]): Promise<Reviewer> {
	const made = await send("POST", "/v1/keys", { token: maker, body: { owner, scopes } });
	if (made.status !== 201) throw new Error(made.text);
	return reviewerWith(made.json.key, made.json.id);
}

export function reviewerWith(key: string, keyId = "") {
	const show = async (id: string): Promise<Answered> => send("GET", `/v1/reviews/${id}`, { token: key });
	const approveAs = (id: string, digest: string, note?: string) =>
		send("POST", `/v1/reviews/${id}/approve`, { token: key, body: { digest, ...(note === undefined ? {} : { note }) } });
	return {
		key,
		keyId,
		show,
		approveAs,
		list: (query = "") => send("GET", `/v1/reviews${query}`, { token: key }),
		/** Looks, and approves what was shown. */
		async approve(id: string, note?: string): Promise<Answered> {
			const shown = await show(id);
			return shown.status === 200 ? approveAs(id, shown.json.digest, note) : shown;
		},
		deny: (id: string, reason?: string) =>
			send("POST", `/v1/reviews/${id}/deny`, { token: key, body: reason === undefined ? {} : { reason } }),
	};
}
export type Reviewer = ReturnType<typeof reviewerWith>;

/** A call that was held, once the list has it. */
export async function holdCall(agent: TestAgent, key: string, input: object = MAIL, headers = {}) {
	const held = await agent.run("mail.send", input, headers);
	if (held.status !== 202) throw new Error(`${held.status} ${held.text}`);
	const id: string = held.json.review.id;
	await until(async () => (await reviewerWith(key).show(id)).status === 200);
	return { id, actId: held.json.id as string, answer: held };
}
