/** The log as it is exported, fetched bit by bit, with the checkpoints that were kept on the way; verified as anybody can verify it. */
import type { AuditRecord } from "../../../src/contract/audit-record.ts";
import type { LogVerdict } from "../../../src/tlog/log-verdict.ts";
import { verifyLog } from "../../../src/tlog/verify-log.ts";
import { chainFaults, leafHashOf } from "../chain.ts";
import { clientOf } from "./http.ts";

export class ExportedLog {
	readonly #client: ReturnType<typeof clientOf>;
	/** The stored bytes of each record, in order. */
	readonly lines: string[] = [];
	readonly records: AuditRecord[] = [];
	readonly #checkpoints: string[] = [];
	/** Pinned at the first look. */
	#vkeys: string[] = [];
	#readTag: string | null = null;

	constructor(url: string, adminKey: string) {
		this.#client = clientOf(url, adminKey);
	}

	/** Fetches what is new. */
	async fetchOn(): Promise<AuditRecord[]> {
		for (;;) {
			const tag = this.#readTag;
			const page = await this.#get(
				`/v1/audit/export?after_seq=${this.lines.length}`,
				tag === null ? {} : { "x-audit-read": tag },
			);
			this.#readTag = page.headers.get("x-audit-read") ?? tag;
			const lines = page.text.split("\n").slice(0, -1);
			if (lines.length === 0) return this.records;
			for (const line of lines) {
				this.lines.push(line);
				this.records.push(JSON.parse(line));
			}
		}
	}

	/** Keeps the checkpoint that is shown now; the log may not have one yet. */
	async keepCheckpoint(): Promise<void> {
		if (this.#vkeys.length === 0) this.#vkeys = (await this.#get("/v1/audit/key")).text.trim().split("\n");
		const shown = await this.#client("GET", "/v1/audit/checkpoint");
		if (shown.status === 200) this.#checkpoints.push(shown.text);
		else if (shown.status !== 404) throw new Error(shown.text);
	}

	get kept(): number {
		return this.#checkpoints.length;
	}

	/** Against a checkpoint over all that has been fetched, and every one that was kept. */
	async verify(): Promise<LogVerdict> {
		const { text: checkpoint } = await this.#get(`/v1/audit/checkpoint?min_size=${this.lines.length}`);
		const size = Number(checkpoint.split("\n")[1]);
		while (this.lines.length < size) await this.fetchOn();
		return verifyLog({
			records: this.lines.slice(0, size),
			vkeys: this.#vkeys,
			checkpoint,
			kept: this.#checkpoints,
			asOf: new Date().toISOString(),
			grace: { runningSeconds: 60, streamingSeconds: 60, heldSeconds: 0 },
		});
	}

	/** The same bytes, checked with nothing of the gateway's own code. */
	chainFaults(): string[] {
		return chainFaults(this.lines.map((record, i) => ({ seq: i + 1, leaf_hash: leafHashOf(record), record })));
	}

	async #get(path: string, headers: Record<string, string> = {}) {
		const answered = await this.#client("GET", path, undefined, { headers });
		if (answered.status !== 200) throw new Error(`${path}: ${answered.status} ${answered.text}`);
		return answered;
	}
}
