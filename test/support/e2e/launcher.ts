/** A gateway as a process of its own, which can be killed together with all that it started: `npm start`, or one that a test makes slow. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ROOT } from "../../../scripts/gateway/build-worker.ts";
import { until } from "../until.ts";
import { environment } from "./environment.ts";

export interface Launched {
	pid: number;
	/** Null while it runs, or if a signal ended it. */
	exit: number | null;
	ended: boolean;
	stdout: string;
	stderr: string;
	port: number;
	state: string;
	readonly url: string;
	/** Once the gateway said that it is ready. */
	ready(): Promise<void>;
	end(): Promise<void>;
	/** The workerd processes that it started, as of when it was ready. */
	workers: number[];
	/** `kill -9` of the gateway alone. */
	killOutright(): void;
	/** `kill -9` of the gateway and its workers, at once: nothing is looked up in between. */
	killEverything(): void;
	terminate(): void;
	adminKey(): string;
}

/** @param home - where its config and CLI profile lie */
export function launch(options: { state: string; port: number; home: string }): Launched {
	const { state, port, home } = options;
	return watched([join(ROOT, "scripts/start.mjs"), "--port", String(port), "--state", state], "Stop with Ctrl-C", options, {
		HOME: home,
		HIVEKEY_CONFIG: join(home, "config.json"),
		WRANGLER_SEND_METRICS: "false",
		SETTLE_GRACE_SECONDS: "1",
	});
}

/**
 * One whose mail provider is slow; a call is unknown a second after its time limit.
 * @param slowestMs - how long the provider takes at most
 */
export function launchSlowMail(options: { bundle: string; state: string; port: number; slowestMs?: number }): Launched {
	const { bundle, state, port, slowestMs = 1_200 } = options;
	const script = join(import.meta.dirname, "slow-mail-gateway.ts");
	return watched([script, bundle, state, String(port), String(slowestMs)], "READY", options, { HOME: state });
}

function watched(
	args: string[],
	readyWords: string,
	{ state, port }: { state: string; port: number },
	env: Record<string, string>,
): Launched {
	const child: ChildProcess = spawn(process.execPath, args, {
		cwd: ROOT,
		env: environment(env),
		stdio: ["ignore", "pipe", "pipe"],
	});
	const launched: Launched = {
		pid: child.pid ?? 0,
		exit: null,
		ended: false,
		stdout: "",
		stderr: "",
		port,
		state,
		url: `http://127.0.0.1:${port}`,
		async ready() {
			await until(() => launched.ended || launched.stdout.includes(readyWords), { withinMs: 60_000, everyMs: 50 });
			if (launched.ended) throw new Error(`it did not start: ${launched.stderr}`);
			launched.workers = childrenOf(launched.pid)
				.filter((one) => one.command.includes("workerd"))
				.map((one) => one.pid);
		},
		async end() {
			await until(() => launched.ended, { withinMs: 60_000 });
		},
		workers: [],
		killOutright: () => kill(launched.pid),
		killEverything() {
			if (launched.ended) return;
			for (const pid of [...launched.workers, launched.pid]) kill(pid);
		},
		terminate: () => void child.kill("SIGTERM"),
		adminKey: () => readFileSync(join(state, "admin-key"), "utf8").trim(),
	};
	child.stdout?.setEncoding("utf8").on("data", (text) => (launched.stdout += text));
	child.stderr?.setEncoding("utf8").on("data", (text) => (launched.stderr += text));
	child.on("close", (code) => {
		launched.exit = code;
		launched.ended = true;
	});
	return launched;
}

/** Whether a process is there and not a zombie. */
export function isRunning(pid: number): boolean {
	return processes().some((one) => one.pid === pid && !one.state.startsWith("Z"));
}

function childrenOf(parent: number) {
	return processes().filter((one) => one.parent === parent);
}

function processes(): { pid: number; parent: number; state: string; command: string }[] {
	const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,comm="], { encoding: "utf8" });
	return table
		.trim()
		.split("\n")
		.map((line) => {
			const [pid, parent, state = "", ...command] = line.trim().split(/\s+/);
			return { pid: Number(pid), parent: Number(parent), state, command: command.join(" ") };
		});
}

function kill(pid: number): void {
	if (pid <= 0) return;
	try {
		process.kill(pid, "SIGKILL");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}

/** Below what the system takes for connections (32,768 on Linux), so that who is killed finds its port free when it starts again. */
const FIRST_PORT = 20_000;
/** So many for each file that runs at the same time. */
const PORTS = 1_000;
let tried = Math.floor(Math.random() * PORTS);

/** A port that nobody listens on, and that nobody gets by chance. */
export async function freePort(): Promise<number> {
	const worker = Number(process.env.VITEST_POOL_ID ?? 0) % 12;
	for (;;) {
		const port = FIRST_PORT + worker * PORTS + (tried++ % PORTS);
		if (await isFree(port)) return port;
	}
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.on("error", () => resolve(false));
		probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
	});
}
