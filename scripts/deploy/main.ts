/** The command line of a deployment. */
import { parseArgs } from "node:util";
import { buildCli } from "../gateway/build-cli.ts";
import { deploy, type Environment } from "./deploy.ts";
import { runWrangler } from "./wrangler.ts";

const USAGE = "npm run deploy [-- --env production|staging --url https://gateway.example.com]";

try {
	const { values } = parseArgs({ options: { env: { type: "string", default: "production" }, url: { type: "string" } } });
	if (values.env !== "production" && values.env !== "staging") throw new Error(`--env is production or staging\nusage: ${USAGE}`);
	const environment: Environment = values.env;
	const { url } = await deploy(
		{
			wrangler: runWrangler,
			say: (line) => console.log(line),
			healthz: (address) =>
				fetch(address, { signal: AbortSignal.timeout(10_000) })
					.then((response) => response.status)
					.catch(() => null),
			wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
		},
		{ environment, url: values.url },
	);
	await buildCli();
	console.log(`
Next: a workspace and its first admin key (the root key was shown at the first deployment):

  HIVEKEY_ROOT_KEY=… npx hivekey workspace create --organization acme-corp --workspace prod --url ${url}
  npx hivekey login --key hk_live_… --url ${url}`);
} catch (error) {
	console.error(`npm run deploy: ${error instanceof Error ? error.message : String(error)}`);
	process.exit(1);
}
