/** `npm run types`: every part under the compiler options that its walls ask for, and the generated binding types fresh. */
import "./check-node.mjs";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const projects = [
	"src/policy",
	".",
	"sdk/typescript",
	"sdk/behaviour",
	"cli",
	"scripts",
	"bench",
	"test",
	"test/policy",
	"test/sdk",
	"test/tlog",
].filter((project) => existsSync(`${root}/${project}/tsconfig.json`));
let failed = false;
for (const project of projects) {
	const { status } = spawnSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, "-p", project, "--noEmit"], {
		cwd: root,
		stdio: "inherit",
	});
	console.log(`${status === 0 ? "ok    " : "FAILED"} ${project}`);
	failed ||= status !== 0;
}
const wrangler = `${root}/node_modules/wrangler/bin/wrangler.js`;
const check = spawnSync(
	process.execPath,
	[wrangler, "types", "--check", "--include-runtime=false", "--env-file=.dev.vars.example"],
	{
		cwd: root,
		encoding: "utf8",
	},
);
if (check.status !== 0) {
	console.error(`${check.stdout}${check.stderr}\nRun: npx wrangler types --include-runtime=false --env-file=.dev.vars.example`);
	failed = true;
}
process.exit(failed ? 1 : 0);
