/** What `-f` names: files, folders (all policy files in them, sub-folders too), or standard input. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CliFailure } from "../failure.ts";
import type { World } from "../world.ts";

export interface Source {
	/** How messages call it. */
	file: string;
	bytes: Uint8Array;
	format: "yaml" | "json";
	/** Whether the user named it, rather than a folder that it lies in. */
	named: boolean;
}

const POLICY_FILE = /\.(ya?ml|json)$/i;

/**
 * Reads everything that was named, folders in the order of their file names.
 * @param pattern - which files of a folder are meant
 * @throws CliFailure if something is not there, cannot be read, or has no policy file in it
 */
export async function readSources(paths: string[], world: World, pattern = POLICY_FILE): Promise<Source[]> {
	const sources: Source[] = [];
	const { cwd } = world;
	for (const path of paths) {
		if (path === "-") {
			sources.push({ file: "stdin", bytes: await world.readStdin(), format: "yaml", named: true });
		} else if ((await reading(path, () => stat(resolve(cwd, path)))).isDirectory()) {
			const files = await filesIn(cwd, path, pattern);
			if (files.length === 0) {
				throw new CliFailure(`${path} has no policy file in it`, {
					code: "nothing_to_apply",
					next: `Policy files end in .yaml, .yml or .json${pattern === POLICY_FILE ? "" : ", lists in .txt too"}.`,
				});
			}
			for (const file of files) sources.push(await readSource(cwd, file, false));
		} else {
			sources.push(await readSource(cwd, path, true));
		}
	}
	return sources;
}

async function readSource(cwd: string, file: string, named: boolean): Promise<Source> {
	const bytes = await reading(file, () => readFile(resolve(cwd, file)));
	return { file, bytes, format: /\.json$/i.test(file) ? "json" : "yaml", named };
}

async function filesIn(cwd: string, folder: string, pattern: RegExp): Promise<string[]> {
	const entries = await reading(folder, () => readdir(resolve(cwd, folder), { withFileTypes: true }));
	const found: string[] = [];
	for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
		if (entry.name.startsWith(".")) continue;
		const path = join(folder, entry.name);
		const isFolder = entry.isSymbolicLink()
			? (await reading(path, () => stat(resolve(cwd, path)))).isDirectory()
			: entry.isDirectory();
		// A link to a folder may lead back to this one.
		if (isFolder && !entry.isSymbolicLink()) found.push(...(await filesIn(cwd, path, pattern)));
		else if (!isFolder && pattern.test(entry.name)) found.push(path);
	}
	return found;
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
	try {
		return await read();
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "permission denied" : message;
		throw new CliFailure(`Cannot read ${path}: ${why}`, {
			code: "unreadable_file",
			next: "Check the path that was given to -f.",
		});
	}
}
