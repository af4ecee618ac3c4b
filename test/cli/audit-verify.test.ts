/** `hivekey audit verify`, `prove` and `verify-proof`: what is changed is found, what is new is pinned, what cannot be told is said. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signCheckpoint } from "../../src/tlog/checkpoint.ts";
import { ADMIN_KEY, ContractGateway } from "../sdk/contract-gateway.ts";
import { Chance } from "../tlog/support/chance.ts";
import { checkpointOf, type MadeLog, makeLog, START_MS, signerFor } from "../tlog/support/log-maker.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";
import { actOf, type Served, serveLog } from "./signed-gateway.ts";

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

/** Shortly after the log's newest record: nothing is overdue. */
const NOW = new Date(START_MS + 700_000);
const cli = (line: string | string[], circumstances: Circumstances = {}) =>
	cliIn(folder)(line, {
		now: NOW,
		...circumstances,
		env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url, ...circumstances.env },
	});
/** Without a gateway, a key, or a way to either. */
const offline = (line: string | string[]) => cliIn(folder)(line, { now: NOW, env: { HIVEKEY_URL: "http://127.0.0.1:1" } });
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
const linesOf = (records: string[]) => records.map((record) => `${record}\n`).join("");
const changed = (at: number) =>
	log.records.map((record, index) => (index === at - 1 ? record.replace("192.0.2.7", "192.0.2.8") : record));

describe("an export, without a network", () => {
	beforeEach(async () => {
		await cli("audit export -f log/");
	});

	test("verifies; it says what was checked, and what was not", async () => {
		const ran = await offline("audit verify log");
		expect(ran.exit).toBe(0);
		expect(ran.stdout).toContain("Log verified · 600 records · 100 newer ones are not signed yet\n");
		expect(ran.stdout).toMatch(
			/^newer +100 behind the checkpoint, chained to it; a later checkpoint signs them: export the log again/m,
		);
		expect(ran.stdout).toContain(log.signer.name);
		expect(ran.stdout).toContain("whose key it is: it came with the export itself");
		expect(ran.stdout).toContain(
			"the 100 records behind the checkpoint stay as they are: they are chained, and nobody has signed them yet",
		);
		const json = JSON.parse((await offline(["audit", "verify", "log", "--vkey", log.signer.vkey, "-o", "json"])).stdout);
		expect(json).toMatchObject({ ok: true, key_trust: "given", size: 600, records: 600, beyond_checkpoint: 100, unresolved: [] });
	});

	test.each([1, 300, 599])("names record %i if it was changed", async (at) => {
		write("log/records.ndjson", linesOf(changed(at)));
		const ran = await offline("audit verify log");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining(`First bad sequence number: ${at}`)]);
		const json = await offline("audit verify log -o json");
		expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, fault: { seq: at } });
	});

	test("names a record behind the checkpoint that was changed", async () => {
		write("log/records.ndjson", linesOf(changed(650)));
		const ran = await offline("audit verify log");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("First bad sequence number: 651")]);
	});

	test.each([
		["cut short", () => linesOf(log.records.slice(0, 500)), "the records end at 500"],
		["cut in a line", () => linesOf(log.records.slice(0, 500)).slice(0, -30), "First bad sequence number: 500"],
		["with a record missing", () => linesOf(log.records.toSpliced(99, 1)), "First bad sequence number: 100"],
		["with two records swapped", () => linesOf(log.records.with(9, log.records[10] ?? "")), "First bad sequence number: 10"],
		["of another workspace", () => linesOf(makeLog(new Chance(9), 700).records), "The log does not verify"],
		["empty", () => "", "the records end at 0"],
		["something else", () => "hello\n", "First bad sequence number: 1"],
	])("refuses one that is %s", async (_what, content, message) => {
		write("log/records.ndjson", content());
		const ran = await offline("audit verify log");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining(message)]);
	});

	test("refuses a checkpoint of another key, and one of another log", async () => {
		const stranger = signerFor(new Chance(3), log.signer.name);
		write("log/checkpoint", checkpointOf(log, 600, stranger));
		expect((await offline("audit verify log")).stderr).toContain("no pinned key signed this note");
		write("log/checkpoint", checkpointOf(makeLog(new Chance(9), 600), 600));
		const ran = await offline(["audit", "verify", "log", "--vkey", log.signer.vkey]);
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("The log does not verify")]);
	});

	test("knows by a later checkpoint that the tail was cut, and by one of the same size that there are two logs", async () => {
		write("later.txt", checkpointOf(log, 700));
		write("log/records.ndjson", linesOf(log.records.slice(0, 600)));
		const cut = await offline("audit verify log --checkpoint later.txt");
		expect([cut.exit, cut.stderr]).toEqual([1, expect.stringContaining("the records end at 600")]);
		const root = log.tree.rootOf(599);
		const other = signCheckpoint({ origin: log.signer.name, size: 600, root, extensions: [] }, [log.signer]) as string;
		write("other.txt", other);
		const split = await offline("audit verify log --checkpoint other.txt");
		expect([split.exit, split.stderr]).toEqual([1, expect.stringContaining("the log signed two roots")]);
	});

	test("of one file takes the checkpoint that is named", async () => {
		const bare = await offline(["audit", "verify", "log/records.ndjson", "--vkey", log.signer.vkey]);
		expect([bare.exit, bare.stderr]).toEqual([1, expect.stringContaining("has no checkpoint beside it")]);
		write("kept.txt", checkpointOf(log, 600));
		const line = ["audit", "verify", "log/records.ndjson", "--checkpoint", "kept.txt"];
		expect((await offline(line)).stderr).toContain("There is no key to verify the checkpoint with");
		expect((await offline([...line, "--vkey", log.signer.vkey])).exit).toBe(0);
	});

	test("of tiles verifies from its entry bundles", async () => {
		await cli("audit export -f tree --format tiles");
		expect((await offline("audit verify tree")).stdout).toContain("Log verified · 600 records");
		rmSync(join(folder, "tree/tile/entries/001"));
		const ran = await offline("audit verify tree");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("tile/entries/001 is missing or cut short")]);
	});

	test("names what is not there as a usage error, and a checkpoint that is none as a failure", async () => {
		expect((await offline("audit verify nothing-here")).exit).toBe(2);
		expect((await offline("audit verify log --checkpoint nothing-here")).exit).toBe(2);
		write("note.txt", "hello\n");
		expect(await offline("audit verify log --checkpoint note.txt")).toEqual({
			exit: 1,
			stdout: "",
			stderr: expect.stringContaining("note.txt is not a checkpoint"),
		});
	});

	test("prints nothing that a terminal obeys, whatever was written into the export", async () => {
		write("log/key", `evil\u001b[2J\u202e+00000000+AAAA\n`);
		const ran = await offline("audit verify log");
		expect(ran.exit).toBe(1);
		expect(ran.stdout + ran.stderr).toMatch(/^[\x20-\x7e·…\n]*$/);
	});
});

describe("the gateway's log", () => {
	test("pins the key at first sight and says so, then keeps the newest checkpoint and checks that the log grew from it", async () => {
		const first = await cli("audit verify");
		expect([first.exit, first.stderr]).toEqual([0, `The key of this log is pinned from now on: ${log.signer.vkey}\n`]);
		expect(first.stdout).toContain("pinned now, at first sight");
		served.signedSize = 700;
		const second = await cli("audit verify");
		expect([second.exit, second.stderr]).toEqual([0, ""]);
		expect(second.stdout).toContain("the log grew from the checkpoints at 600");
		expect(readFileSync(join(folder, "audit-trust.json"), "utf8")).toContain(JSON.stringify(checkpointOf(log, 700)));
	});

	test("says how many records are newer than the checkpoint, and when they are signed; their chain is checked already", async () => {
		const ran = await cli("audit verify");
		expect(ran.stdout).toContain("Log verified · 600 records · 100 newer ones are not signed yet\n");
		expect(ran.stdout).toMatch(
			/^newer +100 behind the checkpoint, chained to it; the next checkpoint, within a minute, signs them: verify again then$/m,
		);
		served.size = 601;
		expect((await cli("audit verify")).stdout).toContain("Log verified · 600 records · 1 newer one is not signed yet\n");
		served.size = 600;
		const all = await cli("audit verify");
		expect(all.stdout).toContain("Log verified · 600 records\n");
		expect(all.stdout).not.toMatch(/^newer/m);
		served.size = 700;
		served.log = { ...log, records: changed(650) };
		const broken = await cli("audit verify");
		expect([broken.exit, broken.stderr]).toEqual([1, expect.stringContaining("First bad sequence number: 651")]);
	});

	test("that is rewritten with its own key is found out by the checkpoint that was kept", async () => {
		await cli("audit verify");
		const rewritten = makeLog(new Chance(11), 700, log.signer);
		served.log = { ...rewritten, workspace: log.workspace };
		const ran = await cli("audit verify");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("The log does not verify")]);
		served.log = log;
		served.signedSize = 500;
		const cut = await cli("audit verify");
		expect([cut.exit, cut.stderr]).toEqual([1, expect.stringContaining("a kept checkpoint says that the log has 600 records")]);
	});

	test("that shows another key is an alarm, unless the pinned one signed beside it", async () => {
		await cli("audit verify");
		const next = signerFor(new Chance(21), log.signer.name);
		served.keys = [next.vkey];
		served.checkpoint = checkpointOf(log, 600, next);
		const alarm = await cli("audit verify");
		expect([alarm.exit, alarm.stderr]).toEqual([
			1,
			expect.stringContaining("the log shows another key than the one that was pinned"),
		]);

		served.keys = [log.signer.vkey, next.vkey];
		served.checkpoint = checkpointOf(log, 600);
		expect((await cli("audit verify")).stderr).toContain("did not sign beside a pinned one");

		const both = { origin: log.signer.name, size: 600, root: log.tree.rootOf(600), extensions: [] };
		served.checkpoint = signCheckpoint(both, [log.signer, next]) as string;
		const rotated = await cli("audit verify");
		expect([rotated.exit, rotated.stdout]).toEqual([0, expect.stringContaining("signed beside the pinned one")]);

		served.keys = [next.vkey];
		served.checkpoint = checkpointOf(log, 700, next);
		expect((await cli("audit verify")).exit).toBe(0);
	});

	test("of another workspace than the key's is refused", async () => {
		const { route } = gateway;
		gateway.route = (seen) => (seen.path === "/v1/whoami" ? undefined : route(seen));
		const ran = await cli("audit verify");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("not of ws_1")]);
		expect(existsSync(join(folder, "audit-trust.json"))).toBe(false);
	});

	test("with acts that never ended fails and names them", async () => {
		const ran = await cli("audit verify", { now: new Date(START_MS + 30 * 86_400_000) });
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringMatching(/\d+ acts have no end/)]);
		expect(ran.stdout).toMatch(/act_\w+ · (intent|held|released) at record \d+/);
	});

	test("does not go on with a broken file of pinned keys", async () => {
		await cli("audit verify");
		write("audit-trust.json", "{}x");
		const ran = await cli("audit verify");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("audit-trust.json is broken")]);
	});
});

describe("a proof", () => {
	const act = () => actOf(log.records[41] ?? "");

	test("is written, and holds without a network under the pinned key or the one that is named", async () => {
		expect((await cli(`audit prove ${act()} -f proof.json`)).stdout).toBe(`Proof of ${act()} in proof.json\n`);
		const bare = await offline("audit verify-proof proof.json");
		expect([bare.exit, bare.stderr]).toEqual([1, expect.stringContaining("the one inside it proves nothing")]);
		const named = await offline(["audit", "verify-proof", "proof.json", "--vkey", log.signer.vkey]);
		expect([named.exit, named.stdout]).toEqual([0, expect.stringContaining(`${act()} is on the log`)]);
		await cli("audit verify");
		const json = await offline("audit verify-proof proof.json -o json");
		expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, act_id: act(), workspace: log.workspace, size: 600 });
	});

	test("goes to standard output, where nothing else is said", async () => {
		const { stdout, stderr } = await cli(`audit prove ${act()}`);
		expect([JSON.parse(stdout).v, stderr]).toEqual([1, ""]);
	});

	test.each([
		["a changed record", (text: string) => text.replace("192.0.2.7", "192.0.2.8")],
		["another tree", (text: string) => text.replace(/"tree_size":600/, '"tree_size":599')],
		["no proof at all", () => "hello"],
	])("with %s does not hold", async (_what, bend) => {
		await cli("audit verify");
		await cli(`audit prove ${act()} -f proof.json`);
		write("proof.json", bend(readFileSync(join(folder, "proof.json"), "utf8")));
		const ran = await offline(["audit", "verify-proof", "proof.json", "--vkey", log.signer.vkey]);
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("The proof does not hold")]);
	});

	test("of an act that is not there is not to be had", async () => {
		const ran = await cli("audit prove act_0000000000000000000000");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("the log knows no such act")]);
	});
});
