/**
 * Runs the built Worker in workerd with every store embedded: what `npm start`, the demo, the tests and the bench stand on.
 * It listens on the loopback interface alone.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { applyMigrations } from "./apply-migrations.ts";
import { ROOT } from "./build-worker.ts";

/** Options of one worker, as Miniflare documents them. */
export type WorkerOptions = Extract<Parameters<typeof convertV4MiniflareOptions>[0], { workers: unknown }>["workers"][number];

export interface GatewayOptions {
	/** The folder with the bundle, see build-worker.ts. */
	bundle: string;
	/** The state folder; it survives restarts. */
	state: string;
	/** 0 for any free one. */
	port: number;
	/** Worker variables and secrets, over those of wrangler.toml. */
	vars: Record<string, string>;
	/** False to leave the static pages out, which Cloudflare serves beside the Worker, not in front of it. */
	pages?: boolean;
	/** What the Worker and the runtime say, a line at a time. */
	onLine?: (line: string) => void;
	/** Options for Miniflare's worker, for tests that put faults in. */
	worker?: Record<string, unknown>;
	/** Further workers in the same process, for bindings to name. */
	others?: WorkerOptions[];
	/** Where the runtime's inspector listens, for who measures memory; nowhere if left out. */
	inspectorPort?: number;
}

export interface RunningGateway {
	url: string;
	miniflare: Miniflare;
	/** Runs the Worker's cron handler once. */
	tick(): Promise<void>;
	/** Delivers a mail to the Worker's email handler, as Cloudflare would. Rejects with the reason if the Worker refuses it. */
	deliver(to: string, mail: IncomingMail): Promise<void>;
	stop(): Promise<void>;
}

/** A plain-text mail, or one as it goes over the wire. */
export type IncomingMail = { from: string; subject: string; body: string } | { from: string; raw: string };

/** Miniflare's own chatter stays out; warnings and mails that were sent come through. */
class QuietLog extends Log {
	readonly #onLine: (line: string) => void;
	constructor(onLine: (line: string) => void) {
		super(LogLevel.INFO);
		this.#onLine = onLine;
	}
	override logWithLevel(level: LogLevel, message: string): void {
		const mail = /send_email binding called[\s\S]*?\nTo: (.*)(?:\nCc: (.*))?(?:\nBcc: (.*))?\nSubject: [\s\S]*\nText: (.*)/.exec(
			message,
		);
		if (mail) {
			const [, to, cc, bcc, file] = mail;
			const copies = `${cc === undefined ? "" : `, cc ${cc}`}${bcc === undefined ? "" : `, bcc ${bcc}`}`;
			this.#onLine(`mail to ${to}${copies} written to ${file}`);
		} else if (level <= LogLevel.WARN) this.#onLine(message);
	}
	override logReady(): void {}
}

export async function runGateway(options: GatewayOptions): Promise<RunningGateway> {
	const { assets, ...workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml")).workerOptions;
	const onLine = options.onLine ?? (() => {});
	const temporary = join(options.state, "tmp");
	await mkdir(temporary, { recursive: true });
	const worker = {
		...workerOptions,
		name: "hivekey",
		bindings: { ...(workerOptions.bindings as Record<string, string>), ...options.vars },
		modules: [{ type: "ESModule", path: join(options.bundle, "index.js") }],
		modulesRoot: options.bundle,
		...options.worker,
	};
	const miniflare = new Miniflare({
		...convertV4MiniflareOptions({
			workers: [
				worker,
				...(options.pages === false
					? []
					: [pageWorker(assets as V4WorkerOptions["assets"] & object, workerOptions.compatibilityDate as string)]),
				...(options.others ?? []),
			] as V4WorkerOptions[],
			host: "127.0.0.1",
			port: options.port,
			cf: false,
			log: new QuietLog(onLine),
			logRequests: false,
			unsafeTriggerHandlers: true,
			...(options.inspectorPort === undefined ? {} : { inspectorPort: options.inspectorPort }),
			handleStructuredLogs: ({ message }: { message: string }) => onLine(message),
		}),
		resourcePersistencePath: join(options.state, "v3"),
		resourceTmpPath: temporary,
	});
	const url = (await miniflare.ready).origin;
	await applyMigrations(miniflare);
	return {
		url,
		miniflare,
		async tick() {
			await miniflare.dispatchFetch("http://127.0.0.1/cdn-cgi/local/scheduled").then((response) => response.arrayBuffer());
		},
		async deliver(to, mail) {
			const query = new URLSearchParams({ from: mail.from, to });
			const response = await miniflare.dispatchFetch(`http://127.0.0.1/cdn-cgi/local/email?${query}`, {
				method: "POST",
				body: "raw" in mail ? mail.raw : mimeOf(to, mail),
			});
			if (!response.ok) throw new Error(await response.text());
			await response.arrayBuffer();
		},
		stop: () => miniflare.dispose(),
	};
}

/**
 * The static assets as a Worker of their own behind its route: Miniflare's router would otherwise stand in front of every request
 * and take half of its speed.
 */
function pageWorker(assets: V4WorkerOptions["assets"] & object, compatibilityDate: string): V4WorkerOptions {
	return {
		name: "hivekey-docs",
		compatibilityDate,
		modules: true,
		script: "export default { fetch: (request, env) => env.ASSETS.fetch(request) }",
		assets: { ...assets, binding: "ASSETS", routerConfig: { has_user_worker: false } },
		routes: ["*/docs/*"],
	};
}

/** A plain-text mail in the form of RFC 5322. */
function mimeOf(to: string, mail: { from: string; subject: string; body: string }): string {
	const headers = [
		`From: <${mail.from}>`,
		`To: <${to}>`,
		`Subject: ${mail.subject}`,
		`Date: ${new Date().toUTCString()}`,
		`Message-ID: <${crypto.randomUUID()}@${mail.from.split("@")[1]}>`,
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8",
	];
	return `${headers.join("\r\n")}\r\n\r\n${mail.body.replace(/\n/g, "\r\n")}`;
}
