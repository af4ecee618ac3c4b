/**
 * A helpdesk agent: reads its inbox and answers each mail, as far as its role lets it.
 *
 *     npm install @hivekey/sdk
 *     HK_AGENT_TOKEN=hk_agt_… HIVEKEY_URL=http://127.0.0.1:8787 node helpdesk.ts
 *
 * What it may do is not in this file: examples/support-agent.yaml says it, and the gateway holds it to that.
 */
import { DeniedError, HeldError, HiveKey, UnknownOutcomeError } from "@hivekey/sdk";

interface Mail {
	message_id: string;
	from: string;
	subject: string;
	body: string;
}

/** What to reply. Put your model here. */
function answer(mail: Mail): string {
	return `Thank you for your mail about “${mail.subject}”. We have it, and somebody looks into it.\n`;
}

const hk = new HiveKey(process.env.HK_AGENT_TOKEN);
const actions = await hk.actions.list();
console.log("may run:", actions.items.map(({ name }) => name).join(", "));

const inbox = await hk.actions.run<{ messages: Mail[] }>("mail.read", { folder: "inbox", limit: 20 });
for (const { message_id } of inbox.result.messages) {
	const { mail } = await read(message_id);
	const reply = { to: mail.from, subject: `Re: ${mail.subject}`, body: answer(mail) };
	try {
		// The mail's own id: whoever runs this agent twice has it answer each mail once.
		await hk.actions.run("mail.send", reply, { idempotencyKey: `answer-${message_id}` });
		console.log("answered", mail.from);
	} catch (error) {
		if (error instanceof DeniedError) console.log("may not answer", mail.from, "because", error.reason);
		else if (error instanceof HeldError) console.log("a person decides whether to answer", mail.from, error.id);
		else if (error instanceof UnknownOutcomeError)
			console.log("nobody knows whether the answer went out to", mail.from, error.id);
		else throw error;
	}
}

async function read(message_id: string): Promise<{ mail: Mail }> {
	const { result } = await hk.actions.run<{ message: Mail }>("mail.read", { message_id });
	return { mail: result.message };
}
