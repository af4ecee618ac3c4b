/** The committed OpenAPI document, as the gateway serves it. */

/**
 * Loads the document. The bundle evaluates it at the first request for it, so that no other request, and no start, pays for it;
 * later ones get the same object.
 */
export async function openApiDocument(): Promise<unknown> {
	const module: { default: unknown } = await import("../../../openapi.json", { with: { type: "json" } });
	return module.default;
}
