/**
 * The floor: what any honest gateway does at least, and nothing else. `/allowed`: parse the body, write it down, call the
 * upstream, write down how that went, answer. `/refused`: parse, write it down, answer. No identity, no policy, no log.
 */
import { DurableObject } from "cloudflare:workers";

interface ReferenceEnv {
	BOOK: DurableObjectNamespace<Book>;
	MAIL: { send(message: unknown): Promise<{ messageId: string }> };
}

export class Book extends DurableObject<ReferenceEnv> {
	constructor(state: DurableObjectState, env: ReferenceEnv) {
		super(state, env);
		state.storage.sql.exec(
			"CREATE TABLE IF NOT EXISTS acts (id TEXT PRIMARY KEY, body TEXT NOT NULL, outcome TEXT) WITHOUT ROWID",
		);
	}

	open(id: string, body: string): void {
		this.ctx.storage.sql.exec("INSERT INTO acts (id, body) VALUES (?, ?)", id, body);
	}

	close(id: string, outcome: string): void {
		this.ctx.storage.sql.exec("UPDATE acts SET outcome = ? WHERE id = ?", outcome, id);
	}

	/** How many acts were written, and how many of them have an outcome. */
	count(): { opened: number; closed: number } {
		return this.ctx.storage.sql
			.exec<{ opened: number; closed: number }>("SELECT count(*) AS opened, count(outcome) AS closed FROM acts")
			.one();
	}
}

export default {
	async fetch(request, env): Promise<Response> {
		const { pathname } = new URL(request.url);
		const agent = request.headers.get("authorization") ?? "";
		const book = env.BOOK.getByName(agent);
		if (pathname === "/count") return Response.json(await book.count());

		const body = await request.json<Record<string, unknown>>();
		const id = crypto.randomUUID();
		await book.open(id, JSON.stringify(body));
		if (pathname === "/refused") return Response.json({ id, verdict: "deny" }, { status: 403 });

		const { messageId } = await env.MAIL.send({ from: "helpdesk@acme.com", ...body });
		await book.close(id, messageId);
		return Response.json({ id, verdict: "allow", result: { message_id: messageId } });
	},
} satisfies ExportedHandler<ReferenceEnv>;
