/** An environment whose bindings count their calls. What they answer is not touched. */
import type { CallBook, Place } from "./call-book.ts";

export function countedEnv(env: Env, place: Place, book: CallBook): Env {
	async function outgoing<T>(name: string, call: () => Promise<T>): Promise<T> {
		book.count(`${place} ${name}`);
		if (place !== "worker") await book.released();
		return call();
	}
	const methods = <T extends object>(name: string, target: T): T =>
		new Proxy(target, {
			get:
				(_, method: string) =>
				(...values: unknown[]) =>
					outgoing(`${name}.${method}`, () => (target as Methods)[method]?.(...values) as Promise<unknown>),
		});
	const objects = <T extends { getByName(name: string): object }>(name: string, namespace: T): T =>
		new Proxy(namespace, { get: () => (id: string) => methods(name, namespace.getByName(id)) });

	return {
		...env,
		ROLES: methods("ROLES", env.ROLES),
		BLOBS: methods("BLOBS", env.BLOBS),
		MAIL: methods("MAIL", env.MAIL),
		AGENT_LEDGER: objects("AGENT_LEDGER", env.AGENT_LEDGER),
		AUDIT_LOG: objects("AUDIT_LOG", env.AUDIT_LOG),
		DB: countedDatabase(env.DB, outgoing),
	};
}

type Methods = Record<string, (...values: unknown[]) => unknown>;
type Outgoing = <T>(name: string, call: () => Promise<T>) => Promise<T>;

/** One count for each trip to the database: a statement that is run, or a batch. */
function countedDatabase(db: D1Database, outgoing: Outgoing): D1Database {
	const inner = new WeakMap<object, D1PreparedStatement>();
	function counted(statement: D1PreparedStatement): D1PreparedStatement {
		const proxy = new Proxy(statement, {
			get: (_, method: string) => {
				if (method === "bind") return (...values: unknown[]) => counted(statement.bind(...values));
				const own = (statement as unknown as Methods)[method];
				if (typeof own !== "function") return own;
				return (...values: unknown[]) => outgoing(`DB.${method}`, () => own.apply(statement, values) as Promise<unknown>);
			},
		});
		inner.set(proxy, statement);
		return proxy;
	}
	return {
		prepare: (query: string) => counted(db.prepare(query)),
		batch: (statements: D1PreparedStatement[]) =>
			outgoing("DB.batch", () => db.batch(statements.map((statement) => inner.get(statement) ?? statement))),
		exec: (query: string) => outgoing("DB.exec", () => db.exec(query)),
		withSession: () => {
			throw new Error("sessions are not counted");
		},
	} as unknown as D1Database;
}
