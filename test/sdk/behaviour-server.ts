/** The server of the behaviour table: the real gateway behind the fault proxy, in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { builtWorker } from "../support/built.ts";

const SERVE = fileURLToPath(new URL("../../sdk/behaviour/serve.ts", import.meta.url));

export interface Outcome {
	requests: { method: string; path: string; idempotency_key: string | null }[];
	/** How often the action ran. */
	ran: number;
}

export class BehaviourServer {
	#process: ChildProcess | undefined;
	#control = "";
	url = "";
	adminKey = "";

	async start(): Promise<void> {
		const env = { ...process.env, BEHAVIOUR_BUNDLE: await builtWorker() };
		const child = spawn(process.execPath, [SERVE], { stdio: ["pipe", "pipe", "inherit"], env });
		this.#process = child;
		const line = await new Promise<string>((resolve, reject) => {
			createInterface({ input: child.stdout }).once("line", resolve);
			child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
		});
		const told = JSON.parse(line) as { url: string; control: string; admin_key: string };
		this.url = told.url;
		this.#control = told.control;
		this.adminKey = told.admin_key;
	}

	async stop(): Promise<void> {
		const child = this.#process;
		if (child === undefined) return;
		const ended = new Promise((resolve) => child.once("exit", resolve));
		child.stdin?.end();
		await ended;
	}

	/** Begins a case. @returns the token of an agent that nobody used yet */
	async begin(given: object): Promise<string> {
		const response = await fetch(this.#control, { method: "POST", body: JSON.stringify(given) });
		const told = (await response.json()) as { agent_token?: string; error?: string };
		if (told.agent_token === undefined) throw new Error(told.error);
		return told.agent_token;
	}

	/** What came of the case. */
	async outcome(): Promise<Outcome> {
		return (await (await fetch(this.#control)).json()) as Outcome;
	}
}
