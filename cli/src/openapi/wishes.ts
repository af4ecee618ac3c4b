/** The options of `hivekey connector import` -> what is wished for. */
import type { JsonObject } from "../../../src/contract/json.ts";
import { RESOURCE_NAME } from "../../../src/contract/names.ts";
import { usageFailure } from "../failure.ts";
import type { Input } from "../input.ts";
import type { Grouping } from "./action-names.ts";
import { type OpenApiDocument, own, textAt } from "./document.ts";
import type { Wishes } from "./import-openapi.ts";

/**
 * @param address - where the document is from, if it is from an address
 * @throws CliFailure (usage) for an option that is not one
 */
export function wishesOf(input: Input, document: OpenApiDocument, address: URL | undefined): Wishes {
	const connector = input.text("name") ?? nameOf(document);
	if (!RESOURCE_NAME.test(connector)) {
		throw usageFailure(
			`${JSON.stringify(connector)} is no name for a connector`,
			"A name starts with a lower-case letter and has at most 63 lower-case letters, digits and hyphens: --name crm",
		);
	}
	const secretName = input.text("secret");
	if (secretName !== undefined && !RESOURCE_NAME.test(secretName)) {
		throw usageFailure(
			`${JSON.stringify(secretName)} is no name for a secret`,
			"It is written as a connector's name is: --secret crm-token",
		);
	}
	return {
		naming: { connector, grouping: (input.text("groupBy") ?? "access") as Grouping, renames: renamesOf(input.list("rename")) },
		choice: {
			include: input.list("include"),
			exclude: input.list("exclude"),
			tags: input.list("tag"),
			methods: input.list("method").map((method) => method.toUpperCase()),
			deprecated: !input.isOff("deprecated"),
		},
		baseUrl: baseUrlOf(input.text("baseUrl")),
		auth: authOf(input.text("auth"), secretName ?? `${connector}-token`.slice(0, 63)),
		secretName,
		address,
	};
}

/** `GitHub v3 REST API` is `github`: the first word of the title that says more than that it is an API. */
function nameOf({ root }: OpenApiDocument): string {
	const title = textAt(own(root, "info"), "title") ?? "";
	const words = title
		.toLowerCase()
		.split(/[^a-z0-9]+/)
		.filter((word) => /^[a-z]/.test(word));
	const [first] = words.filter((word) => !["the", "a", "api", "rest", "openapi", "swagger", "http", "public"].includes(word));
	return (first ?? "api").slice(0, 63);
}

function renamesOf(texts: string[]): Map<string, string> {
	return new Map(
		texts.map((text): [string, string] => {
			const at = text.lastIndexOf("=");
			if (at < 1 || at === text.length - 1) {
				throw usageFailure(
					`--rename ${text} is not OPERATION=NAME`,
					"For example --rename createPet=pet.create, or --rename 'POST /pets=pet.create'",
				);
			}
			return [text.slice(0, at), text.slice(at + 1)];
		}),
	);
}

function baseUrlOf(text: string | undefined): string | undefined {
	if (text === undefined) return undefined;
	try {
		const url = new URL(text);
		if (/^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" && url.username === "")
			return url.href.replace(/\/$/, "");
	} catch {
		// Told below.
	}
	throw usageFailure(`--base-url ${text} is no address of an API`, "It looks like https://api.example.com/v2");
}

function authOf(text: string | undefined, secret: string): JsonObject | null | undefined {
	if (text === undefined) return undefined;
	const [how = "", ...rest] = text.split(":");
	const detail = rest.join(":");
	if (how === "none" && detail === "") return null;
	if (how === "bearer" && detail === "") return { bearer: { secret } };
	if (how === "header" && detail !== "") return { header: { name: detail, secret } };
	if (how === "query" && detail !== "") return { query: { name: detail, secret } };
	if (how === "basic") return { basic: { username: detail, secret } };
	throw usageFailure(
		`--auth ${text} is none of the ways to show a secret`,
		"There are: bearer, header:NAME, query:NAME, basic:USER, none",
	);
}
