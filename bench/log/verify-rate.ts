/** How fast `hivekey audit verify` goes through an export on disk: the CLI as it is installed, its start included. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { buildCli } from "../../scripts/gateway/build-cli.ts";
import { ROOT } from "../../scripts/gateway/build-worker.ts";
import { FIRST_PREV } from "../../src/contract/audit-record.ts";
import { sequencedText } from "../../src/contract/record-text.ts";
import { toHex } from "../../src/tlog/bytes.ts";
import { signCheckpoint } from "../../src/tlog/checkpoint.ts";
import { leafHash } from "../../src/tlog/merkle-tree.ts";
import { type NoteSigner, newSigningKey, signerOf } from "../../src/tlog/note-keys.ts";
import { TreeEdge } from "../../src/tlog/tree-edge.ts";
import { madeRecord } from "./made-records.ts";

const run = promisify(execFile);
const WORKSPACE = "ws_0Ux5dcZU0000000000000a";
const RUNS = 3;
const LEAST_A_SECOND = 20_000;

/** @returns what is wrong */
export async function measureVerify(records: number): Promise<string[]> {
	const folder = await mkdtemp(join(tmpdir(), "hivekey-verify-"));
	try {
		await buildCli();
		const signer = signerOf(newSigningKey(), `hivekey/${WORKSPACE}`) as NoteSigner;
		await writeExport(folder, records, signer);
		const rates: number[] = [];
		for (let i = 0; i < RUNS; i++) {
			const begun = performance.now();
			await run(process.execPath, [join(ROOT, "cli/bin/hivekey.mjs"), "audit", "verify", folder, "--vkey", signer.vkey], {
				env: { ...process.env, HIVEKEY_CONFIG: join(folder, "config.json") },
			});
			rates.push(records / ((performance.now() - begun) / 1_000));
		}
		const median = rates.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
		console.log(`hivekey audit verify, ${records} records on disk: ${median.toFixed(0)} records a second`);
		return median >= LEAST_A_SECOND ? [] : [`verify: ${median.toFixed(0)} records a second, wanted >= ${LEAST_A_SECOND}`];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Records, checkpoint and key, as `hivekey audit export` leaves them. */
async function writeExport(folder: string, records: number, signer: NoteSigner): Promise<void> {
	const file = createWriteStream(join(folder, "records.ndjson"));
	const edge = new TreeEdge();
	let prev = FIRST_PREV;
	for (let n = 1; n <= records; n++) {
		const record = sequencedText(madeRecord(WORKSPACE, n), n, prev);
		const leaf = leafHash(record);
		edge.append(leaf);
		prev = toHex(leaf);
		if (!file.write(`${record}\n`)) await once(file, "drain");
	}
	file.end();
	await finished(file);
	const note = signCheckpoint({ origin: signer.name, size: records, root: edge.root(), extensions: [] }, [signer]);
	await writeFile(join(folder, "checkpoint"), note ?? "");
	await writeFile(join(folder, "key"), `${signer.vkey}\n`);
}
