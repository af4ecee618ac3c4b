/** The Worker's configuration, read once per isolate. What is missing is named; nothing is served without it. */
import * as z from "zod";

const configSchema = z.object({
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
	/** The operator's key: makes workspaces. */
	HIVEKEY_ROOT_KEY: z.string().min(32, "set the secret HIVEKEY_ROOT_KEY to at least 32 random characters"),
	/** Tags tokens, and digests what must not be read. Changing it makes every token and key invalid. */
	HIVEKEY_TOKEN_KEY: z.string().min(32, "set the secret HIVEKEY_TOKEN_KEY to at least 32 random characters"),
	/** How long after its own time limit a call without an outcome becomes `unknown`. */
	SETTLE_GRACE_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
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
