/** Where the config file lies: HIVEKEY_CONFIG, else the platform's config directory. */
import { posix, win32 } from "node:path";
import type { World } from "../world.ts";

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ - relative paths in XDG_CONFIG_HOME are to be ignored */
export function configPath(world: Pick<World, "env" | "platform" | "home">): string {
	const { HIVEKEY_CONFIG, XDG_CONFIG_HOME, APPDATA } = world.env;
	if (HIVEKEY_CONFIG) return HIVEKEY_CONFIG;
	if (world.platform === "win32") {
		return win32.join(APPDATA || win32.join(world.home, "AppData", "Roaming"), "hivekey", "config.json");
	}
	if (XDG_CONFIG_HOME && posix.isAbsolute(XDG_CONFIG_HOME)) return posix.join(XDG_CONFIG_HOME, "hivekey", "config.json");
	if (world.platform === "darwin") {
		return posix.join(world.home, "Library", "Application Support", "hivekey", "config.json");
	}
	return posix.join(world.home, ".config", "hivekey", "config.json");
}
