/** Speaks enough of GitHub's REST API for its SDK: issues, pages by `Link`, its errors, its rate-limit fields. */
import { type ApiServer, startApiServer } from "./api-server.ts";

export const GITHUB_SECRET = "ghp_upstream0secret0of0the0tests";

const RATE = {
	"x-ratelimit-limit": "5000",
	"x-ratelimit-remaining": "4999",
	"x-ratelimit-reset": "1800000000",
	"x-ratelimit-resource": "core",
	"x-github-request-id": "C0DE:1",
	"x-oauth-scopes": "repo, admin:org",
	"set-cookie": "session=1",
};
const DOCS = "https://docs.github.com/rest";
/** As many issues as there are. */
const ISSUES = 5;

const issue = (n: number, title = `issue ${n}`) => ({ id: 1000 + n, number: n, title, state: "open", labels: [] });
const error = (message: string, status: number) => ({ message, documentation_url: DOCS, status: String(status) });

export function startGitHub(): Promise<ApiServer> {
	return startApiServer(`Bearer ${GITHUB_SECRET}`, error("Bad credentials", 401), async (asked, answer, response) => {
		const { method, path, query, body } = asked;
		const [, owner = "", repo = "", rest = ""] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
		if (owner === "") return answer(404, error("Not Found", 404), RATE);
		if (repo === "broken") return answer(500, error("Server Error", 500), RATE);
		if (repo === "hangs") return;
		if (repo === "resets") return void response.socket?.destroy();
		if (method === "GET" && rest === "")
			return answer(200, { id: 1, name: repo, full_name: `${owner}/${repo}` }, { ...RATE, etag: '"r1"' });
		if (method === "GET" && rest === "/issues") {
			const size = Number(query.get("per_page") ?? 30);
			const page = Number(query.get("page") ?? 1);
			const first = (page - 1) * size + 1;
			const count = Math.max(0, Math.min(size, ISSUES - first + 1));
			// GitHub's own links lead to the repository by its number.
			const link = `<${"https://api.github.com"}/repositories/1300192/issues?per_page=${size}&page=${page + 1}>; rel="next"`;
			const own = link.replace("https://api.github.com", `http://${asked.headers.host}`);
			return answer(
				200,
				Array.from({ length: count }, (_, index) => issue(first + index)),
				{
					...RATE,
					...(first + count <= ISSUES ? { link: own } : {}),
				},
			);
		}
		if (method === "POST" && rest === "/issues") {
			const { title } = JSON.parse(body) as { title: string };
			if (title === "")
				return answer(
					422,
					{ ...error("Validation Failed", 422), errors: [{ resource: "Issue", field: "title", code: "missing_field" }] },
					RATE,
				);
			return answer(201, issue(6, title), { ...RATE, location: `http://${asked.headers.host}/repos/${owner}/${repo}/issues/6` });
		}
		if (method === "GET" && rest === "/issues/404") return answer(404, error("Not Found", 404), RATE);
		if (method === "PUT" && /^\/issues\/\d+\/lock$/.test(rest)) return answer(204, undefined, RATE);
		if (method === "GET" && rest.startsWith("/git/ref/"))
			return answer(200, { ref: `refs/${decodeURIComponent(rest.slice(9))}` }, RATE);
		if (method === "GET" && rest === "/issues/1")
			return answer(
				200,
				{ ...issue(1), echo: asked.headers.authorization },
				{ ...RATE, "x-github-media-type": asked.headers.authorization ?? "" },
			);
		return answer(404, error("Not Found", 404), RATE);
	});
}

/** @param url - where it listens */
export function githubConnector(url: string): string {
	const repository = "owner: { type: string }, repo: { type: string }";
	return `apiVersion: policy.hivekey.ai/v1
kind: Connector
metadata: { name: github }
http:
  base_url: ${url}
  auth: { bearer: { secret: github-token } }
  headers: { accept: application/vnd.github+json, user-agent: hivekey }
  time_limit: 2s
  proxy: { enabled: true, error_style: github }
actions:
  - name: github.repos.get
    method: GET
    path: /repos/{owner}/{repo}
    logged: [owner, repo]
    input: { type: object, properties: { ${repository} } }
  - name: github.issues.list
    method: GET
    path: /repos/{owner}/{repo}/issues
    query: { state: state, per_page: per_page, page: page }
    logged: [owner, repo, page]
    input: { type: object, properties: { ${repository}, state: { type: string, enum: [open, closed, all] }, per_page: { type: integer }, page: { type: integer } } }
  - name: github.issues.create
    method: POST
    path: /repos/{owner}/{repo}/issues
    logged: [owner, repo, title]
    input: { type: object, properties: { ${repository}, title: { type: string }, body: { type: string }, labels: { type: array, items: { type: string } } }, required: [title] }
  - name: github.issues.get
    method: GET
    path: /repos/{owner}/{repo}/issues/{issue_number}
    logged: [owner, repo, issue_number]
    input: { type: object, properties: { ${repository}, issue_number: { type: integer } } }
  - name: github.issues.lock
    method: PUT
    path: /repos/{owner}/{repo}/issues/{issue_number}/lock
    logged: [issue_number]
    input: { type: object, properties: { ${repository}, issue_number: { type: integer }, lock_reason: { type: string } } }
  - name: github.git.ref
    method: GET
    path: /repos/{owner}/{repo}/git/ref/{ref+}
    logged: [ref]
    input: { type: object, properties: { ${repository}, ref: { type: string } } }
`;
}
