/** Draws the document. Nothing leaves for another host, and tokens that are typed in are forgotten with the page. */
window.SwaggerUIBundle({
	dom_id: "#api",
	url: "/openapi.json",
	validatorUrl: null,
	deepLinking: true,
	persistAuthorization: false,
	tryItOutEnabled: false,
	displayRequestDuration: true,
	defaultModelsExpandDepth: 0,
	docExpansion: "list",
});
