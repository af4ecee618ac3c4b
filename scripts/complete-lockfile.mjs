/**
 * Some npm mirrors do not carry the builds for every platform, and npm then leaves those optional packages out of the lockfile:
 * `npm ci` fails on the machines that need them. This adds the missing entries, with the constraints that their names tell.
 * Run it after every change of the lockfile; `--check` only looks.
 */
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const OS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32", "windows"];
const missing = [];

for (const [place, entry] of Object.entries(lock.packages)) {
	for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
		if (!/^\d+\.\d+\.\d+/.test(version) || folders(place).some((folder) => lock.packages[folder + name]?.version === version))
			continue;
		missing.push(`${name}@${version}`);
		// Beside the package that wants it, unless another version stands there.
		const beside = folders(place).find((folder) => folder !== `${place}/node_modules/`) + name;
		const at = lock.packages[beside] ? `${place}/node_modules/${name}` : beside;
		lock.packages[at] = { version, ...constraints(name), ...(entry.dev ? { dev: true } : {}), optional: true };
	}
}

if (missing.length === 0) process.exit(0);
if (process.argv.includes("--check")) {
	console.error(
		`package-lock.json lacks ${missing.length} optional packages: ${missing.join(", ")}\nRun: node scripts/complete-lockfile.mjs`,
	);
	process.exit(1);
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${missing.length}: ${missing.join(", ")}`);

/** The node_modules folders that a package looks into, the nearest first. */
function folders(place) {
	const parts = place.split("/node_modules/");
	const found = parts.map((_, index) => `${parts.slice(0, parts.length - index).join("/node_modules/")}/node_modules/`);
	return [...found.filter((folder) => !folder.startsWith("/")), "node_modules/"];
}

/** `workerd-darwin-arm64`, `cli-linux-x64-musl`, `node-bin-win32-x64`: what such names say of the machine. */
function constraints(name) {
	const words = name.split("/").pop().split("-");
	const os = words.find((word) => OS.includes(word));
	const cpu = words.find((word) => /^(x64|arm64|arm|ia32|64|loong64|mips64el|ppc64|riscv64|s390x|wasm32)$/.test(word));
	return {
		...(cpu ? { cpu: [cpu === "64" ? "x64" : cpu] } : {}),
		...(os ? { os: [os === "windows" ? "win32" : os] } : {}),
		...(words.includes("musl") ? { libc: ["musl"] } : words.includes("gnu") ? { libc: ["glibc"] } : {}),
	};
}
