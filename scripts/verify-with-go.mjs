/**
 * Has Go's own transparency log packages (golang.org/x/mod/sumdb) judge `test/tlog/vectors.json`, and fails when a verdict is not
 * the one in the file. `--write` makes the vectors anew from our code and stores what Go says of them. Needs `go` and its module
 * proxy; without `go` it says so and stops.
 */
import "./check-node.mjs";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../test/tlog/go/", import.meta.url));
const file = fileURLToPath(new URL("../test/tlog/vectors.json", import.meta.url));
const go = (...args) => spawnSync("go", args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });

const version = go("version");
if (version.error || version.status !== 0) {
	console.error("`go` is not installed: the verdicts in test/tlog/vectors.json stand as Go gave them before.");
	process.exit(2);
}
const required = /golang\.org\/x\/mod (v[\d.]+)/.exec(readFileSync(`${folder}go.mod`, "utf8"))?.[1];

if (process.argv.includes("--write")) {
	const { makeVectors } = await import("../test/tlog/go/make-vectors.ts");
	writeVectors({ ...makeVectors(), judge: `golang.org/x/mod ${required}` });
}
const vectors = JSON.parse(readFileSync(file, "utf8"));
const run = go("run", ".", file);
if (run.status !== 0) throw new Error(`go run failed:\n${run.stderr}`);
const verdicts = JSON.parse(run.stdout);
if (verdicts.length !== vectors.cases.length) throw new Error(`${vectors.cases.length} cases, but ${verdicts.length} verdicts`);

if (process.argv.includes("--write")) {
	for (const [index, one] of vectors.cases.entries()) one.go = verdicts[index];
	writeVectors(vectors);
}
const wrong = vectors.cases.flatMap((one, index) =>
	one.go === verdicts[index] ? [] : [`case ${index} (${one.kind}): Go says ${verdicts[index]}`],
);
const counts = {};
for (const [index, { kind }] of vectors.cases.entries()) {
	counts[kind] ??= { accepted: 0, rejected: 0 };
	counts[kind][verdicts[index] ? "accepted" : "rejected"]++;
}
console.log(version.stdout.trim(), `golang.org/x/mod ${required}`);
for (const [kind, { accepted, rejected }] of Object.entries(counts))
	console.log(`${kind.padEnd(18)} ${accepted} accepted, ${rejected} rejected`);
console.log(wrong.length === 0 ? `all ${verdicts.length} verdicts are those of the file` : wrong.join("\n"));
process.exit(wrong.length === 0 ? 0 : 1);

/** One case a line, so that a change of the vectors can be read. */
function writeVectors({ leaves, judge, cases }) {
	const lines = cases.map((one) => JSON.stringify(one)).join(",\n");
	writeFileSync(file, `{"leaves":${leaves},"judge":${JSON.stringify(judge)},"cases":[\n${lines}\n]}\n`);
}
