/** One gateway a state folder, and a dead one's lock is no obstacle. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lockState } from "../../scripts/gateway/state-lock.ts";
import { testFolder } from "../support/e2e/folder.ts";

/** A process id that was somebody's, and is nobody's now. */
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

describe("the lock of a state folder", () => {
	test("is taken, held and let go", async () => {
		const folder = testFolder();
		for (let i = 0; i < 2; i++) {
			const unlock = await lockState(folder);
			expect(readFileSync(join(folder, "lock"), "utf8")).toContain(String(process.pid));
			await unlock();
		}
	});

	test("that a dead process left behind is taken over", async () => {
		for (const left of [String(deadPid()), "", "nonsense", "0", "-1"]) {
			const folder = testFolder();
			writeFileSync(join(folder, "lock"), left);
			const unlock = await lockState(folder);
			expect(readFileSync(join(folder, "lock"), "utf8")).toContain(String(process.pid));
			await unlock();
		}
	});

	test("that a dead process of this very number left behind is taken over: in a container each start has the same number", async () => {
		const folder = testFolder();
		writeFileSync(join(folder, "lock"), String(process.pid));
		const unlock = await lockState(folder);
		await unlock();
	});

	test("of a process that lives is respected, with words that help", async () => {
		const folder = testFolder();
		writeFileSync(join(folder, "lock"), String(process.ppid));
		await expect(lockState(folder)).rejects.toThrow(
			`the state folder ${folder} is in use by another gateway (process ${process.ppid}). Stop that one, or start this one with --state OTHER`,
		);
	});
});
