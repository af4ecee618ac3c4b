/** The Worker's size and start-up, printed and held under limits. Run after `npm run deploy:check`. */
import "./check-node.mjs";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Cloudflare takes 10 MB gzipped and a second of start-up; a change that comes near either is noticed long before. Raised knowingly. */
const MAX_GZIP_KIB = 512;
const MAX_STARTUP_MS = 400;

const root = fileURLToPath(new URL("..", import.meta.url));
const gzipKib = Math.round(gzipSync(readFileSync(join(root, "dist/deploy/index.js"))).length / 1024);

const folder = mkdtempSync(join(tmpdir(), "hivekey-startup-"));
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
const { stdout, stderr } = spawnSync(
	process.execPath,
	[wrangler, "check", "startup", "--args=--env=", "--outfile", join(folder, "startup.cpuprofile")],
	{ cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" } },
);
rmSync(folder, { recursive: true, force: true });
const startupMs = Number(/Active: ([\d.]+) ms/.exec(stdout)?.[1]);
if (!Number.isFinite(startupMs)) throw new Error(`wrangler check startup said nothing of the time:\n${stdout}${stderr}`);

console.log(`bundle: ${gzipKib} KiB gzipped (limit ${MAX_GZIP_KIB})`);
console.log(`start-up: ${startupMs} ms active, on this machine (limit ${MAX_STARTUP_MS})`);
if (gzipKib > MAX_GZIP_KIB || startupMs > MAX_STARTUP_MS) process.exit(1);
