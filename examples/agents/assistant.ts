/**
 * An assistant that a model leads: what its role makes visible is what the model can call, and what is denied it is told.
 *
 *     npm install @hivekey/sdk openai
 *     HK_AGENT_TOKEN=hk_agt_… OPENAI_API_KEY=… node assistant.ts "Tell jordan@acme.com that the printer works again."
 *
 * OPENAI_BASE_URL and MODEL name any service that speaks Chat Completions.
 */
import { HiveKey } from "@hivekey/sdk";
import { hivekeyTools } from "@hivekey/sdk/openai";
import OpenAI from "openai";

const hk = new HiveKey(process.env.HK_AGENT_TOKEN);
const client = new OpenAI();

const run = client.chat.completions.runTools({
	model: process.env.MODEL ?? "gpt-5-mini",
	// A call that a person has to sign off is waited for, ten minutes at most.
	tools: await hivekeyTools(hk, { wait: { timeoutSeconds: 600 } }),
	messages: [
		{ role: "system", content: "You help with mail. Where a call was denied, say so and why; do not try another way." },
		{ role: "user", content: process.argv[2] ?? "What is in the inbox?" },
	],
});
console.log(await run.finalContent());
