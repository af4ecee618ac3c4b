/** The upstream of both sides: takes a mail and answers at once, so that nothing but the gateways' own work is compared. */
import { WorkerEntrypoint } from "cloudflare:workers";

export class Mail extends WorkerEntrypoint {
	send(_message: unknown): { messageId: string } {
		return { messageId: crypto.randomUUID() };
	}
}

export default {
	fetch: () => new Response(null, { status: 404 }),
};
