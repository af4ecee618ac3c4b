/** Everything here runs on the Node that `npm ci` installs beside the other packages; an older one fails in confusing ways. */
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 4)) {
	console.error(
		`This runs on Node 24, which the project brings itself, but ${process.version} (${process.execPath}) started it.\n` +
			"Run `npm ci` (without --ignore-scripts: that leaves the project's Node out), then the npm script again.",
	);
	process.exit(1);
}
