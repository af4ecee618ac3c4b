/** A file of lines that is written over several runs: it goes on after the last whole line, and a broken last one is cut off. */
import { type FileHandle, open } from "node:fs/promises";
import { CliFailure } from "../failure.ts";

/** Longer than any line may be. */
const TAIL_BYTES = 65_536;
const FLUSH_BYTES = 262_144;
const NEWLINE = 10;

export class LineFile {
	readonly #file: FileHandle;
	#waiting: Uint8Array[] = [];
	#waitingBytes = 0;
	/** The last whole line that was there, null if the file was empty. */
	readonly lastLine: string | null;

	private constructor(file: FileHandle, lastLine: string | null) {
		this.#file = file;
		this.lastLine = lastLine;
	}

	/**
	 * Opens a file for more lines; one that is not there is made, for its owner alone.
	 * @param shown - how messages call it
	 * @throws CliFailure if it cannot be opened, or ends in something longer than a line of ours
	 */
	static async open(path: string, shown: string): Promise<LineFile> {
		const file = await opening(path, shown);
		try {
			const { size } = await file.stat();
			const bytes = new Uint8Array(Math.min(size, TAIL_BYTES));
			await file.read(bytes, 0, bytes.length, size - bytes.length);
			const end = bytes.lastIndexOf(NEWLINE);
			if (end < 0 && size > bytes.length) throw notOurs(shown);
			await file.truncate(size - bytes.length + end + 1);
			const start = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
			if (end >= 0 && start === 0 && size > bytes.length) throw notOurs(shown);
			return new LineFile(file, end <= 0 ? null : new TextDecoder().decode(bytes.subarray(start, end)));
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	/** Adds one line, without its end. */
	async add(line: Uint8Array): Promise<void> {
		// The bytes belong to whoever read them.
		const whole = new Uint8Array(line.length + 1);
		whole.set(line);
		whole[line.length] = NEWLINE;
		this.#waiting.push(whole);
		this.#waitingBytes += whole.length;
		if (this.#waitingBytes >= FLUSH_BYTES) await this.flush();
	}

	async flush(): Promise<void> {
		const bytes = Buffer.concat(this.#waiting);
		this.#waiting = [];
		this.#waitingBytes = 0;
		if (bytes.length > 0) await this.#file.appendFile(bytes);
	}

	/** What was added stays, however it ended. */
	async close(): Promise<void> {
		try {
			await this.flush();
			await this.#file.sync();
		} finally {
			await this.#file.close();
		}
	}
}

async function opening(path: string, shown: string): Promise<FileHandle> {
	try {
		return await open(path, "a+", 0o600);
	} catch (error) {
		throw new CliFailure(`Cannot write ${shown}: ${(error as Error).message}`, {
			code: "file_unwritable",
			next: "Name another file or folder with -f.",
		});
	}
}

/** A file that no export wrote. */
export function notOurs(shown: string): CliFailure {
	return new CliFailure(`${shown} is not an export of the log, and was left as it is`, {
		code: "not_an_export",
		next: "Name a file that is not there yet, or one that `hivekey audit export` began.",
	});
}
