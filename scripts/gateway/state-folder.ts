/** The state folder of a local gateway, made for its owner alone. */
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes the folder and those above it, unless they are there. Folder by folder: where a file system takes no folders (`/proc`),
 * Node's own recursive `mkdir` never comes back.
 * @param state - an absolute path
 * @throws Error that says which folder cannot be made, why, and what to do
 */
export async function makeStateFolder(state: string): Promise<void> {
	try {
		await make(state);
	} catch (error) {
		const why = (error as Error).message;
		throw new Error(
			`the state folder ${state} cannot be made: ${why}. Start with one that you may write to: npm start -- --state FOLDER`,
		);
	}
}

async function make(folder: string): Promise<void> {
	try {
		await mkdir(folder, { mode: 0o700 });
	} catch (error) {
		if (await isFolder(folder)) return;
		const above = dirname(folder);
		if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === folder || (await isFolder(above))) throw error;
		await make(above);
		await mkdir(folder, { mode: 0o700 });
	}
}

async function isFolder(path: string): Promise<boolean> {
	return stat(path).then(
		(found) => found.isDirectory(),
		() => false,
	);
}
