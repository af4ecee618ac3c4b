// An API to try connectors with: `node examples/notes/server.mjs [PORT]`. It says what it can do at /openapi.json.
import { createServer } from "node:http";

const KEY = "the-key-of-the-notes";
const port = Number(process.argv[2] ?? 4010);
const notes = [{ id: 1, text: "Buy milk", tag: "home" }];
const text = { type: "string" };
const id = { name: "id", in: "path", required: true, schema: { type: "integer" } };
const body = (properties, required) => ({
	required: true,
	content: { "application/json": { schema: { type: "object", properties, required } } },
});
const responses = { 200: { description: "As asked." } };

const openapi = {
	openapi: "3.1.0",
	info: { title: "Notes", version: "1.0" },
	servers: [{ url: "/" }],
	security: [{ key: [] }],
	components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
	paths: {
		"/notes": {
			get: { operationId: "list", summary: "All notes", parameters: [{ name: "tag", in: "query", schema: text }], responses },
			post: { operationId: "create", summary: "Write a note", requestBody: body({ text, tag: text }, ["text"]), responses },
		},
		"/notes/{id}": {
			parameters: [id],
			delete: { operationId: "delete", summary: "Delete a note", responses },
		},
		"/notes/{id}/share": {
			parameters: [id],
			post: {
				operationId: "share",
				summary: "Send a note to somebody",
				requestBody: body({ to: { type: "string", format: "email" } }, ["to"]),
				responses,
			},
		},
	},
};

createServer(async (request, response) => {
	const answer = (status, value) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
	const { pathname, searchParams } = new URL(request.url, "http://notes");
	if (pathname === "/openapi.json") return answer(200, openapi);
	if (request.headers.authorization !== `Bearer ${KEY}`) return answer(401, { message: "The key of the notes is missing." });
	let input = "";
	for await (const part of request) input += part;
	const tag = searchParams.get("tag");
	const note = notes.find((one) => String(one.id) === pathname.split("/")[2]);
	if (request.method === "GET" && pathname === "/notes")
		return answer(200, { notes: notes.filter((one) => !tag || one.tag === tag) });
	if (request.method === "POST" && pathname === "/notes") {
		const written = { id: notes.length + 1, ...JSON.parse(input) };
		notes.push(written);
		return answer(200, written);
	}
	if (note && request.method === "DELETE") return answer(200, { deleted: note.id });
	if (note && request.method === "POST" && pathname.endsWith("/share"))
		return answer(200, { shared: note.id, with: JSON.parse(input).to });
	answer(404, { message: "There is no such note." });
}).listen(port, "127.0.0.1", () => console.log(`The notes are at http://127.0.0.1:${port}`));
