/** `hivekey audit export`: the log's own bytes, over as many runs and broken connections as it takes. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ADMIN_KEY, ContractGateway } from "../sdk/contract-gateway.ts";
import { Chance } from "../tlog/support/chance.ts";
import { checkpointOf, type MadeLog, makeLog } from "../tlog/support/log-maker.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";
import { type Served, serveLog } from "./signed-gateway.ts";

const gateway = new ContractGateway();
let log: MadeLog;
let served: Served;
let folder: string;
beforeAll(async () => {
	log = makeLog(new Chance(7), 700);
	await gateway.start();
});
afterAll(() => gateway.stop());
beforeEach(() => {
	served = { log, size: 700, signedSize: 600 };
	serveLog(gateway, served);
	gateway.seen.length = 0;
	folder = freshFolder();
});

const cli = (line: string | string[], circumstances: Circumstances = {}) =>
	cliIn(folder)(line, { ...circumstances, env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url, ...circumstances.env } });
const fileOf = (path: string) => readFileSync(join(folder, path), "utf8");
const linesOf = (records: string[]) => records.map((record) => `${record}\n`).join("");

describe("ndjson", () => {
	test("has the exact bytes of every record, one a line, over many answers", async () => {
		served.page = 64;
		expect(await cli("audit export -f log.ndjson")).toEqual({
			exit: 0,
			stdout: "700 new records in log.ndjson · up to 700\n",
			stderr: "",
		});
		expect(fileOf("log.ndjson")).toBe(linesOf(log.records));
		expect(statSync(join(folder, "log.ndjson")).mode & 0o777).toBe(0o600);
		const tags = gateway.seen.filter((seen) => seen.path.endsWith("/export")).map((seen) => seen.headers["x-audit-read"]);
		expect(tags).toEqual([undefined, ...Array(10).fill("tag")]);
	});

	test("goes on where a connection was cut, with no record lost or there twice", async () => {
		served.page = 300;
		served.cuts = 3;
		expect((await cli("audit export -f log.ndjson")).exit).toBe(0);
		expect(fileOf("log.ndjson")).toBe(linesOf(log.records));
	}, 20_000);

	test("run again goes on after the last whole line, and cuts a broken one off", async () => {
		served.size = 200;
		await cli("audit export -f log.ndjson");
		truncateSync(join(folder, "log.ndjson"), statSync(join(folder, "log.ndjson")).size - 17);
		served.size = 700;
		const again = await cli("audit export -f log.ndjson -o json");
		expect(JSON.parse(again.stdout)).toEqual({ records: 501, last_seq: 700, checkpoint_size: null });
		expect(fileOf("log.ndjson")).toBe(linesOf(log.records));
		expect((await cli("audit export -f log.ndjson")).stdout).toBe("0 new records in log.ndjson · up to 700\n");
	});

	test("begins at a number", async () => {
		await cli("audit export -f log.ndjson --since-seq 690");
		expect(fileOf("log.ndjson")).toBe(linesOf(log.records.slice(689)));
	});

	test("goes to standard output byte for byte, and onto a terminal without what it would obey", async () => {
		const piped = await cli("audit export -f -");
		expect(piped).toEqual({ exit: 0, stdout: linesOf(log.records), stderr: "" });
		expect(piped.stdout).toContain("\u202e");
		const shown = await cli("audit export -f -", { terminal: 80 });
		expect(shown.stdout).not.toContain("\u202e");
	});

	test.each([
		["a file that is none of ours", "hello\nworld\n"],
		["one line without an end", "x".repeat(100_000)],
	])("leaves %s as it is", async (_what, content) => {
		writeFileSync(join(folder, "notes.txt"), content);
		const ran = await cli("audit export -f notes.txt");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("notes.txt is not an export of the log")]);
		expect(fileOf("notes.txt")).toBe(content);
	});

	test("adds nothing to an export of another workspace", async () => {
		const other = makeLog(new Chance(8), 100);
		writeFileSync(join(folder, "log.ndjson"), linesOf(other.records));
		const ran = await cli("audit export -f log.ndjson");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("log.ndjson does not go on with this log")]);
		expect(fileOf("log.ndjson")).toBe(linesOf(other.records));
		served.size = 50;
		const longer = await cli("audit export -f log.ndjson");
		expect([longer.exit, longer.stderr]).toEqual([1, expect.stringContaining("Is it an export of another workspace")]);
	});
});

describe("a folder", () => {
	test("gets the records, and the checkpoint and key that they cover", async () => {
		const ran = await cli("audit export -f log/");
		expect(ran.stdout).toBe(`700 new records in ${join("log", "records.ndjson")} · up to 700 · signed up to 600\n`);
		expect(readdirSync(join(folder, "log")).sort()).toEqual(["checkpoint", "key", "records.ndjson"]);
		expect(fileOf("log/checkpoint")).toBe(checkpointOf(log, 600));
		expect(fileOf("log/key")).toBe(`${log.signer.vkey}\n`);
		const order = gateway.seen.map((seen) => seen.path.split("/").at(-1));
		expect(order.indexOf("checkpoint")).toBeLessThan(order.indexOf("export"));
	});

	test("does not get a checkpoint that its records do not cover", async () => {
		served.size = 550;
		const ran = await cli("audit export -f log/");
		expect([ran.exit, ran.stderr]).toEqual([
			1,
			expect.stringContaining("gave 550 records, and its checkpoint says that there are 600"),
		]);
		expect(existsSync(join(folder, "log/checkpoint"))).toBe(false);
	});

	test("of a gateway that signs nothing gets the records, and it is said", async () => {
		const { route } = gateway;
		gateway.route = (seen) =>
			/checkpoint|key/.test(seen.path) ? { status: 404, body: { code: "not_found", detail: "no" } } : route(seen);
		mkdirSync(join(folder, "log"));
		const ran = await cli("audit export -f log");
		expect([ran.exit, ran.stderr]).toEqual([0, "This gateway signs no checkpoints: the records can be read, not verified.\n"]);
		expect(readdirSync(join(folder, "log"))).toEqual(["records.ndjson"]);
	});
});

describe("csv", () => {
	test("has a row a record that starts no formula, and goes on like ndjson", async () => {
		served.size = 100;
		await cli("audit export -f log.csv --format csv");
		served.size = 700;
		appendFileSync(join(folder, "log.csv"), "101,half a ro");
		await cli("audit export -f log.csv --format csv");
		const [head, ...rows] = fileOf("log.csv").trimEnd().split("\n");
		expect(head).toBe(
			"seq,time,kind,act_id,agent,action,state,verdict,matched_guard,reason_code,reason,fields,token_id,request_id,source_ip,upstream_status,duration_ms",
		);
		expect(rows.map((row) => Number(row.split(",")[0]))).toEqual(Array.from({ length: 700 }, (_, i) => i + 1));
		expect(rows.join("\n")).not.toMatch(/(^|,)"?[=+@]|\u202e/);
	});
});

describe("tiles", () => {
	test("are the files of the tree, entries included; what is there is not fetched again", async () => {
		served.signedSize = 500;
		expect((await cli("audit export -f tree --format tiles")).stdout).toBe("5 new files in tree · the tree of 500 records\n");
		served.signedSize = 700;
		gateway.seen.length = 0;
		expect((await cli("audit export -f tree --format tiles")).stdout).toBe("5 new files in tree · the tree of 700 records\n");
		expect(gateway.seen.filter((seen) => seen.path.includes("/tiles/")).map((seen) => seen.path.slice(16))).toEqual([
			"tile/0/001",
			"tile/entries/001",
			"tile/0/002.p/188",
			"tile/entries/002.p/188",
			"tile/1/000.p/2",
		]);
		expect(existsSync(join(folder, "tree/tile/entries/001"))).toBe(true);
		expect(fileOf("tree/checkpoint")).toBe(checkpointOf(log, 700));
	});
});

test.each([
	["audit export", "-f, --file <path> is missing"],
	["audit export -f - --format tiles", "tiles are a whole tree of files"],
	["audit export -f x --since-seq 0", "--since-seq 0 is not a sequence number"],
	["audit export -f x --format xml", "Allowed choices are ndjson, csv, tiles."],
	["audit export -f - -o json", "both want standard output"],
])("%s is a usage error", async (line, message) => {
	expect(await cli(line)).toEqual({ exit: 2, stdout: "", stderr: expect.stringContaining(message) });
});

test("a number that the log does not have is said so", async () => {
	const ran = await cli("audit export -f log.ndjson --since-seq 800");
	expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("the log ends at 700")]);
});
