/**
 * Whether node_modules holds what package-lock.json names: after a `git pull` it may not, and then builds fail in ways that say
 * nothing about it. Packages for other platforms may be missing, and others may lie there as well.
 */
import { existsSync, readFileSync } from "node:fs";

const packagesOf = (path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")).packages;

function firstDifference() {
	// Other installers keep no such file, and know best what they did.
	if (!existsSync(new URL("../node_modules/.package-lock.json", import.meta.url)))
		return existsSync(new URL("../node_modules", import.meta.url)) ? null : "there is no node_modules folder";
	const installed = packagesOf("node_modules/.package-lock.json");
	for (const [path, { version, optional, link }] of Object.entries(packagesOf("package-lock.json"))) {
		if (link || !path.includes("node_modules/")) continue;
		const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
		const there = installed[path];
		if (there === undefined && !optional) return `${name} ${version} is missing`;
		if (there !== undefined && there.version !== version) return `${name} is ${there.version}, not ${version}`;
	}
	return null;
}

const difference = firstDifference();
if (difference !== null) {
	console.error(
		`The installed packages are not those of package-lock.json: ${difference}.\n` +
			"Run `npm ci`, then the npm script again. (After a `git pull` packages may have changed.)",
	);
	process.exit(1);
}
