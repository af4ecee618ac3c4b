/** The Worker's configuration, read once per isolate. What is missing is named; nothing is served without it. */
import * as z from "zod";
import { readNetworks } from "./outbound/destination.ts";

const TOKEN_KEYS = /^[^,]{32,}(,[^,]{32,}){0,7}$/s;
/** Keys of 32 bytes, base64url, with commas between. */
const KEYS_32 = /^[A-Za-z0-9_-]{43}(,[A-Za-z0-9_-]{43}){0,7}$/;

const configSchema = z.object({
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
	/** The operator's key: makes workspaces. */
	HIVEKEY_ROOT_KEY: z.string().min(32, "set the secret HIVEKEY_ROOT_KEY to at least 32 random characters"),
	/**
	 * Tags tokens, and digests what must not be read. While it is rotated, two or more with commas between: the first makes tokens and
	 * digests, the tokens of all are taken. Without the one that made it a token is invalid.
	 */
	HIVEKEY_TOKEN_KEY: z
		.string()
		.regex(TOKEN_KEYS, "set the secret HIVEKEY_TOKEN_KEY to at least 32 random characters; several with commas between"),
	/** Signs the log's checkpoints: 32 bytes, base64url. While a key is rotated, two or more with commas between: all of them sign. */
	HIVEKEY_SIGNING_KEY: z
		.string()
		.regex(KEYS_32, "set the secret HIVEKEY_SIGNING_KEY to 32 random bytes in base64url; several with commas between"),
	/** Seals the secrets of connectors: 32 bytes, base64url. While a key is rotated, two or more with commas between: the first seals. */
	HIVEKEY_ENCRYPTION_KEY: z
		.string()
		.regex(KEYS_32, "set the secret HIVEKEY_ENCRYPTION_KEY to 32 random bytes in base64url; several with commas between"),
	/** Private networks that connectors may reach all the same, also without TLS: `10.1.0.0/16,127.0.0.0/8`. Unset: none. */
	ALLOWED_NETWORKS: z
		.string()
		.default("")
		.transform((text, context) => {
			const networks = readNetworks(text);
			if (networks !== null) return networks;
			context.addIssue({ code: "custom", message: "networks such as 10.1.0.0/16, with commas between" });
			return z.NEVER;
		}),
	/** How long after its own time limit a call without an outcome becomes `unknown`. */
	SETTLE_GRACE_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
	/** How many calls of one agent are taken up in a second, denied ones included; twice as many at once. */
	ADMISSION_PER_SECOND: z.coerce.number().int().min(1).max(10_000).default(500),
	/** How many calls of one agent may wait for sign-off; more are refused. */
	PENDING_REVIEWS: z.coerce.number().int().min(1).max(10_000).default(100),
	/** How many days of the log D1 keeps; older records are read from R2. Unset: all of it. */
	LOG_WINDOW_DAYS: z.coerce.number().int().min(1).max(3_650).optional(),
	/** The address of every client, for a gateway that listens on the loopback interface alone. */
	CLIENT_ADDRESS: z.ipv4().or(z.ipv6()).optional(),
});

export type Config = z.infer<typeof configSchema>;

/** @throws an Error that names every variable that is missing or wrong, never a value */
export function readConfig(env: unknown): Config {
	const result = configSchema.safeParse(env);
	if (result.success) return result.data;
	const faults = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
	throw new Error(`the Worker's configuration is not complete: ${faults.join("; ")}`);
}
