/** Runs the reference in a workerd of its own, started the way that the gateway is. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { readCompatibility } from "../compatibility.ts";
import { BODIES, type CallKind, type Side, WANTED } from "../side.ts";
import { MAIL_BINDING, upstreamWorker } from "../upstream/workers.ts";

export interface ReferenceOptions {
	bundle: string;
	upstream: string;
	state: string;
	/** Durable objects, addressed by name. */
	agents: number;
}

export interface Reference extends Side {
	/** What the durable objects hold. */
	count(): Promise<{ opened: number; closed: number }>;
}

export async function runReference({ bundle, upstream, state, agents }: ReferenceOptions): Promise<Reference> {
	const temporary = join(state, "tmp");
	await mkdir(temporary, { recursive: true });
	const miniflare = new Miniflare({
		...convertV4MiniflareOptions({
			workers: [
				{
					name: "reference",
					...readCompatibility(),
					modules: [{ type: "ESModule", path: join(bundle, "index.js") }],
					modulesRoot: bundle,
					durableObjects: { BOOK: { className: "Book", useSQLite: true } },
					serviceBindings: MAIL_BINDING,
				},
				upstreamWorker(upstream),
			],
			host: "127.0.0.1",
			port: 0,
			cf: false,
			log: new Log(LogLevel.ERROR),
		}),
		resourcePersistencePath: join(state, "v3"),
		resourceTmpPath: temporary,
	});
	const url = (await miniflare.ready).origin;
	const names = Array.from({ length: agents }, (_, index) => `agent-${index + 1}`);
	const shotsOf = (kind: CallKind) =>
		names.map((authorization) => ({
			path: `/${kind}`,
			headers: { authorization },
			body: BODIES[kind],
			wanted: WANTED[kind],
		}));
	return {
		name: "reference",
		url,
		shots: { allowed: shotsOf("allowed"), refused: shotsOf("refused") },
		settle: async () => 0,
		async count() {
			const sum = { opened: 0, closed: 0 };
			for (const authorization of names) {
				const answer = await fetch(`${url}/count`, { headers: { authorization } });
				const { opened, closed } = (await answer.json()) as { opened: number; closed: number };
				sum.opened += opened;
				sum.closed += closed;
			}
			return sum;
		},
		stop: () => miniflare.dispose(),
	};
}
