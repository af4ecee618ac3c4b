/** One gateway a state folder: two on the same files would tear them apart. */
import { rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Takes the folder.
 * @throws if a gateway that is still alive has it
 * @returns lets go of it; more than once does no harm
 */
export async function lockState(state: string): Promise<() => void> {
	const path = join(state, "lock");
	for (;;) {
		try {
			await writeFile(path, String(process.pid), { flag: "wx" });
			return () => rmSync(path, { force: true });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
				throw new Error(`the state folder ${state} cannot be used: ${(error as Error).message}`);
			}
		}
		const owner = Number(await readFile(path, "utf8").catch(() => "0"));
		// In a container every start may have the same number: a lock under our own is a dead process's.
		if (owner > 0 && owner !== process.pid && isAlive(owner)) {
			throw new Error(
				`the state folder ${state} is in use by another gateway (process ${owner}). Stop that one, or start this one with --state OTHER`,
			);
		}
		await rm(path, { force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
