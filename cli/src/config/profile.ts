/** Which profile is meant: the one named, else the current one. */
import { CliFailure, usageFailure } from "../failure.ts";
import type { Config, Profile } from "./config-file.ts";

/** What the first profile is called that nobody named. */
export const FIRST_PROFILE = "default";

const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The name of the profile that is meant. It need not exist yet. */
export function profileName(config: Config, named: string | undefined): string {
	const name = named ?? config.current ?? FIRST_PROFILE;
	if (!PROFILE_NAME.test(name)) {
		throw usageFailure(`\`${name}\` cannot name a profile`, "Use letters, digits, dots, hyphens and underscores.");
	}
	return name;
}

/**
 * The profile that is meant, undefined if there is none.
 * @throws CliFailure if a name was given that no profile has
 */
export function findProfile(config: Config, named: string | undefined): Profile | undefined {
	const name = profileName(config, named);
	if (Object.hasOwn(config.profiles, name)) return config.profiles[name];
	if (named === undefined) return undefined;
	const names = Object.keys(config.profiles);
	throw new CliFailure(`There is no profile \`${named}\``, {
		code: "no_such_profile",
		next:
			names.length > 0
				? `There is: ${names.join(", ")}. \`hivekey login --profile ${named} --key hk_live_…\` makes a new one.`
				: `\`hivekey login --profile ${named} --key hk_live_…\` makes it.`,
	});
}
