/** The upstream's answer on its way to the agent: which header fields of it come along, and where its links lead. */

/** Fields that SDKs read and that tell nothing of the credential that was used. */
const PASSED = new Set([
	"content-type",
	"content-language",
	"content-disposition",
	"content-range",
	"accept-ranges",
	"etag",
	"last-modified",
	"deprecation",
	"sunset",
	"idempotent-replayed",
	"original-request",
	"request-id",
	"retry-after",
	"retry-after-ms",
	"x-should-retry",
	"stripe-should-retry",
	"stripe-version",
	"openai-processing-ms",
	"openai-version",
	"x-total-count",
	"x-total-pages",
	"x-page",
	"x-per-page",
	"x-next-page",
	"x-prev-page",
]);
const PASSED_PREFIXES = ["x-ratelimit-", "ratelimit", "x-github-"];
/** Of an upstream that floods its answer with fields, so many come along. */
const MOST = 64;
const LONGEST = 8_192;

/** What links are read against, and what they become. */
export interface LinkFrame {
	/** The upstream's base URL, without a slash at its end. */
	upstream: string;
	/** The address that stands for it here. */
	base: string;
	/** The request's own address here. */
	address: string;
}

/** @param named - fields that the connector lets through besides */
export function passedHeaders(headers: Headers, named: readonly string[], frame: LinkFrame): Record<string, string> {
	const passed: Record<string, string> = {};
	let count = 0;
	for (const [name, value] of headers) {
		const isPassed = PASSED.has(name) || named.includes(name) || PASSED_PREFIXES.some((prefix) => name.startsWith(prefix));
		if (!isPassed || NEVER.has(name) || value.length > LONGEST || count === MOST) continue;
		passed[name] = value;
		count++;
	}
	const link = headers.get("link");
	const links = link === null ? "" : rewrittenLinks(link, frame);
	return links === "" ? passed : { ...passed, link: links };
}

/** Ours, the connection's, or a door to the upstream. */
const NEVER = new Set([
	"set-cookie",
	"location",
	"content-length",
	"content-encoding",
	"transfer-encoding",
	"connection",
	"link",
]);

/** One link of RFC 8288, section 3. */
const LINK = /<([^<>]*)>((?:\s*;\s*[a-z*]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)/gi;
const PAGES = /;\s*rel\s*=\s*"?(next|prev|previous|first|last)"?/i;

/**
 * Links that lead through the gateway again: an SDK that follows one to the next page does so with the agent's token. Those that lead
 * anywhere else are left out. A page under another path of the upstream's, such as GitHub's `/repositories/1/issues`, is the same
 * question asked again with the query of the link.
 */
function rewrittenLinks(header: string, frame: LinkFrame): string {
	if (header.length > LONGEST) return "";
	const links: string[] = [];
	for (const [, target = "", parameters = ""] of header.matchAll(LINK)) {
		const url = rewritten(target, PAGES.test(parameters), frame);
		if (url !== null) links.push(`<${url}>${parameters}`);
	}
	return links.join(", ");
}

function rewritten(target: string, isPage: boolean, { upstream, base, address }: LinkFrame): string | null {
	let url: URL;
	try {
		url = new URL(target, `${upstream}/`);
	} catch {
		return null;
	}
	const { origin } = new URL(upstream);
	if (url.origin !== origin || url.username !== "" || url.password !== "") return null;
	if (isPage) {
		const own = new URL(address);
		own.search = url.search;
		return own.href;
	}
	return url.href.startsWith(`${upstream}/`) ? base + url.href.slice(upstream.length) : null;
}
