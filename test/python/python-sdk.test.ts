/**
 * The Python SDK: its own tests (sdk/python/tests) on the newest Python at hand, and the built wheel in an empty environment of the
 * oldest and the newest, as users meet it. With PYTHON_VERSIONS=all its own tests run on the oldest as well.
 */
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { developmentPython, emptyEnvironment, PACKAGE, python, runtimeWheels } from "../../scripts/python/environment.ts";
import { findInterpreters } from "../../scripts/python/interpreters.ts";
import { HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { RealGateway } from "../sdk/real-gateway.ts";
import { builtWorker } from "../support/built.ts";

/** As the tour shows it; it leaves out where its names come from. */
const TOUR = `from hivekey import HiveKey

hk = HiveKey(token=os.environ["HK_AGENT_TOKEN"])
hk.actions.run("mail.send", to=to, subject=subject, body=body)
`;
const NAMES = 'import os\nto, subject, body = "jordan@acme.com", "Hi", "…"\n';
const found = await findInterpreters();
const gateway = new RealGateway();
const versions = [...new Set([found[0], found.at(-1)])].flatMap((one) => one ?? []).map((one) => [one.version, one] as const);
let folder: string;
let wheel: string;
let development: string;
let token: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "hivekey-wheel-"));
	const newest = found.at(-1);
	if (newest === undefined) throw new Error("findInterpreters() found none and did not say so");
	[development] = await Promise.all([developmentPython(newest), gateway.start()]);
	// Built beside the sources, so that no other suite finds half a build.
	const source = join(folder, "source");
	for (const part of ["src", "pyproject.toml", "README.md", "LICENSE"])
		await cp(join(PACKAGE, part), join(source, part), { recursive: true });
	await python(development, ["-m", "hatchling", "build", "--target", "wheel", "--directory", folder], { cwd: source });
	wheel = join(folder, (await readdir(folder)).find((name) => name.endsWith(".whl")) ?? "");
	token = await makeAgent();
}, 600_000);
afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
});

async function makeAgent(): Promise<string> {
	const { key } = await gateway.makeWorkspace();
	const admin = new HiveKeyAdmin(key, { baseUrl: gateway.url });
	const metadata = { name: "support-agent" };
	const guards = [{ id: "approved-domains", action: "mail.send", when: { field: "to.domain", in: ["acme.com"] } }];
	const scope = { allow: ["mail.read", "mail.send"] };
	await admin.roles.put("support-agent", { apiVersion: "policy.hivekey.ai/v1", kind: "Role", metadata, scope, guards });
	await admin.mailboxes.create({ address: "wheel@acme.com" });
	return (await admin.agents.create({ name: "helpdesk-bot", role: "support-agent" })).token;
}

test("the wheel holds the package, its types and its licence, and nothing else", async () => {
	const { stdout } = await python(development, [
		"-c",
		"import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))",
		wheel,
	]);
	const names = stdout.trim().split("\n");
	const beside = names.filter((name) => !/^hivekey\/(_\w+\/)?\w+\.py$/.test(name));
	expect(beside.map((name) => name.replace(/-[\d.]+\.dist-info/, ".dist-info")).sort()).toEqual([
		"hivekey.dist-info/METADATA",
		"hivekey.dist-info/RECORD",
		"hivekey.dist-info/WHEEL",
		"hivekey.dist-info/licenses/LICENSE",
		"hivekey/py.typed",
	]);
	expect(names).toContain("hivekey/_sync/transport.py");
	expect(wheel).toMatch(/hivekey-\d+\.\d+\.\d+-py3-none-any\.whl$/);
});

describe.each(versions)("in an empty environment of Python %s", (version, interpreter) => {
	let installed: string;
	beforeAll(async () => {
		installed = await emptyEnvironment(interpreter, join(folder, version));
		const from = ["--no-index", "--find-links", await runtimeWheels(development, installed, interpreter)];
		await python(development, ["-m", "pip", "--quiet", "--python", installed, "install", ...from, wheel]);
	}, 600_000);

	const env = () => ({ HK_AGENT_TOKEN: token, HIVEKEY_URL: gateway.url, PATH: process.env.PATH });

	test("the tour's snippet runs unchanged", async () => {
		const { stderr } = await python(installed, ["-W", "error", "-c", NAMES + TOUR], { cwd: folder, env: env() });
		expect(stderr).toBe("");
	});

	test("a denied action is a DeniedError that says why", async () => {
		const program = `import os, hivekey
from importlib.metadata import version
try:
    hivekey.HiveKey(token=os.environ["HK_AGENT_TOKEN"]).actions.run("mail.send", to="eve@gmail.com", subject="Hi", body="x")
except hivekey.DeniedError as error:
    print(error.reason, error.matched_guard, hivekey.VERSION == version("hivekey"), sep="|")
`;
		const { stdout } = await python(installed, ["-c", program], { cwd: folder, env: env() });
		expect(stdout.trim()).toBe("recipient domain 'gmail.com' not in allowlist|approved-domains|True");
	});
});

const chosen = process.env.PYTHON_VERSIONS === "all" ? [...new Set([found[0], found.at(-1)])] : [found.at(-1)];

test.each(chosen.flatMap((one) => one ?? []).map((one) => [one.version, one] as const))(
	"its own tests pass on Python %s",
	async (_version, interpreter) => {
		const env = { ...process.env, BEHAVIOUR_BUNDLE: await builtWorker() };
		const ran = await python(await developmentPython(interpreter), ["-m", "pytest"], { cwd: PACKAGE, env });
		const [, passed, rest] = /(\d+) passed(.*) in /.exec(ran.stdout) ?? [];
		expect(Number(passed)).toBeGreaterThan(200);
		expect(rest).toBe("");
	},
	600_000,
);
