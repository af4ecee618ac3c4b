/** The package's own version, as package.json says it. */
export const VERSION = "0.1.0";
