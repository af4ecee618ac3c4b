/**
 * When the gateway's Node process is killed outright, workerd would go on holding the port and the state. A small process of its
 * own waits on a pipe from here; when the pipe breaks, it ends workerd.
 */
import { execFileSync, spawn } from "node:child_process";

const WAIT = `process.stdin.resume();process.stdin.on("end",()=>{for(const pid of process.argv.slice(1))try{process.kill(Number(pid),"SIGKILL")}catch{}})`;

/** Watches over the workerd processes that this process has started so far. Nothing to watch with on Windows, where they end by themselves. */
export function startWatchdog(): void {
	if (process.platform === "win32") return;
	const children = childProcesses();
	if (children.length === 0) return;
	const dog = spawn(process.execPath, ["-e", WAIT, ...children], { stdio: ["pipe", "ignore", "ignore"], detached: true });
	dog.unref();
	(dog.stdin as unknown as { unref(): void }).unref();
}

function childProcesses(): string[] {
	try {
		const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
		return table
			.split("\n")
			.map((line) => line.trim().split(/\s+/))
			.filter(([, parent, command]) => parent === String(process.pid) && command?.includes("workerd"))
			.map(([pid]) => pid as string);
	} catch {
		return [];
	}
}
