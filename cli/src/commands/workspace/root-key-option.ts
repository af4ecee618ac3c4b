/** How every command of the operator is given the root key. */
export const ROOT_KEY_OPTION = {
	flags: "--root-key <source>",
	description: "- to read the root key from standard input (else HIVEKEY_ROOT_KEY)",
};
