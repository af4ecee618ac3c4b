import type { Command } from "../command.ts";
import { findTarget, type Target } from "../connection.ts";
import { checkConfig } from "../doctor/check-config.ts";
import { checkGateway } from "../doctor/check-gateway.ts";
import { checkKey, checkLog } from "../doctor/check-key.ts";
import type { Finding } from "../doctor/finding.ts";
import { CliFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import { padTo } from "../output/width.ts";
import type { World } from "../world.ts";

const NAME_WIDTH = 10;

export const doctor: Command = {
	name: "doctor",
	summary: "Check that everything is in place",
	description:
		"Checks the config file, the gateway's address, the clock, the key, the versions and the log: ✓ is well, ! should be looked at, " +
		"✗ does not work, each with what to do. Exit code 1 if anything does not work.",
	arguments: [],
	options: [],
	examples: [
		{ command: "hivekey doctor", says: "the profile in use" },
		{ command: "hivekey doctor --profile local", says: "another one" },
	],
	formats: ["table", "json"],
	async run(_input, { world, terminal, format, url, profile }) {
		const findings = await examine(world, { url, profile });
		if (format === "json") terminal.json(findings);
		else for (const finding of findings) terminal.print(...findingLines(finding, terminal));
		const failed = findings.filter((finding) => finding.status === "failed");
		if (failed.length === 0) return;
		throw new CliFailure(`${failed.length} of ${findings.length} checks failed`, {
			code: "unhealthy",
			next: `See to it in this order: ${failed.map((finding) => finding.check).join(", ")}.`,
		});
	},
};

async function examine(world: World, wanted: { url: string | undefined; profile: string | undefined }): Promise<Finding[]> {
	const config = await checkConfig(world);
	let target: Target;
	try {
		target = await findTarget(world, wanted);
	} catch (error) {
		if (!(error instanceof CliFailure)) throw error;
		// The config file is told already; what is left is a profile that is not there.
		const address: Finding = { check: "address", status: "failed", detail: error.message, next: error.next };
		return config.status === "failed" ? [config, versions(world)] : [config, address, versions(world)];
	}
	const { address, clock, version } = await checkGateway(target.url, target.urlFrom, world);
	const head = [config, address, clock];
	if (address.status === "failed") return [...head, versions(world)];
	const key = await checkKey(target, world);
	const log = key.status === "ok" ? [await checkLog(target, world)] : [];
	return [...head, key, versions(world, version), ...log];
}

function versions(world: World, gateway?: string): Finding {
	const theirs = gateway === undefined ? "" : ` · gateway ${gateway}`;
	return { check: "versions", status: "ok", detail: `CLI ${world.version} · Node.js ${world.nodeVersion}${theirs}` };
}

function findingLines({ check, status, detail, next }: Finding, terminal: Terminal): string[] {
	const { green, red, yellow, dim } = terminal.colours;
	const mark = { ok: green("✓"), failed: red("✗"), warning: yellow("!"), skipped: dim("-") }[status];
	const lines = [`${mark} ${padTo(check, NAME_WIDTH)}${printable(detail)}`];
	if (next !== undefined) lines.push(`  ${" ".repeat(NAME_WIDTH)}${printable(next)}`);
	return lines;
}
