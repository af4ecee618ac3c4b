/** The log: what every agent did, and was refused. */
import { pathSegment, queryString } from "../address.ts";
import type { AuditQuery, AuditRecord } from "../admin-types.ts";
import { answered, listed, succeeded } from "../answered.ts";
import { type ExportedRecord, type ExportOptions, exportAudit } from "../export-audit.ts";
import { followAudit, type StreamOptions } from "../follow-audit.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered } from "../types.ts";

const TAG = "x-audit-read";

export class Audit {
	readonly #transport: Transport;
	/** The read on the log that the tiles fetched so far belong to. */
	#tag: string | null = null;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Records that match, newest first unless `order` says otherwise. */
	list(query: AuditQuery = {}, options: CallOptions = {}): List<AuditRecord> {
		const pathOf = (cursor: string | undefined) => `/v1/audit${queryString({ ...query, cursor })}`;
		return listed<AuditRecord>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * All records of one act: its decision, and what became of it.
	 * @param id - `act_…`
	 */
	get(id: string, options: CallOptions = {}): Promise<{ items: AuditRecord[] } & Answered> {
		const request = { method: "GET", path: `/v1/audit/${pathSegment(id)}`, ...options } as const;
		return answered<{ items: AuditRecord[] }>(this.#transport, request, ["items"]);
	}

	/**
	 * Records that match as they are logged, each once and in order, without end. A connection that is lost is opened again, and goes
	 * on where it was; `signal`, or leaving the loop, ends it.
	 * @throws HiveKeyError where waiting does not help (a revoked key, say); the signal's reason once it is aborted
	 * @example
	 * for await (const record of admin.audit.stream({ verdict: "deny" })) console.log(record.agent, record.action);
	 */
	stream(options: StreamOptions = {}): AsyncGenerator<AuditRecord, void, undefined> {
		return followAudit(this.#transport, options);
	}

	/**
	 * All records as they are stored, byte for byte, in order. A connection that is lost is opened again after the last whole record.
	 * @example
	 * for await (const { bytes } of admin.audit.export()) file.write(bytes);
	 */
	export(options: ExportOptions = {}): AsyncGenerator<ExportedRecord, void, undefined> {
		return exportAudit(this.#transport, options);
	}

	/**
	 * The newest checkpoint: a C2SP signed note, as text. To be kept, and compared with later ones.
	 * @param options.minSize - asks for one that covers at least so many records; one is made if the log has them
	 */
	checkpoint(options: CallOptions & { minSize?: number } = {}): Promise<string> {
		const { minSize, ...call } = options;
		return this.#text(`/v1/audit/checkpoint${queryString({ min_size: minSize })}`, call);
	}

	/** The verifier keys of the log, one a line: to be pinned at first sight. */
	key(options: CallOptions = {}): Promise<string> {
		return this.#text("/v1/audit/key", options);
	}

	/**
	 * A proof that the records of one act are on the log, as the text of a file that proves it by itself.
	 * @param id - `act_…`
	 */
	proof(id: string, options: CallOptions = {}): Promise<string> {
		return this.#text(`/v1/audit/proof/${pathSegment(id)}`, options);
	}

	/**
	 * One file of the log's tree.
	 * @param path - as in C2SP tlog-tiles, such as `tile/0/000` or `tile/entries/000.p/7`
	 */
	async tile(path: string, options: CallOptions = {}): Promise<Uint8Array> {
		const segments = path.split("/").map(pathSegment).join("/");
		const headers: Record<string, string> = this.#tag === null ? {} : { [TAG]: this.#tag };
		const request = { method: "GET", path: `/v1/audit/tiles/${segments}`, accept: "*/*", headers, ...options } as const;
		const answer = await succeeded(this.#transport, request);
		// All tiles that one client fetches are one read on the log.
		this.#tag = answer.headers.get(TAG) ?? this.#tag;
		return answer.bytes;
	}

	async #text(path: string, options: CallOptions): Promise<string> {
		const { bytes } = await succeeded(this.#transport, { method: "GET", path, accept: "*/*", ...options });
		return new TextDecoder().decode(bytes);
	}
}
