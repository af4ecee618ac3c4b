/** `@hivekey/sdk/ai-sdk`: the actions that an agent sees, as tools of the Vercel AI SDK. */
import { dynamicTool, jsonSchema, type Tool } from "ai";
import type { HiveKey } from "../hivekey.ts";
import { actionTools, type ToolOptions } from "./tool-set.ts";

export type { ToolOptions } from "./tool-set.ts";

/**
 * Tools for `generateText`, `streamText` and agents. A denied or held call is a tool result that says why; a token that the gateway
 * does not take, or a gateway that is away, is an error.
 * @example
 * const tools = await hivekeyTools(new HiveKey(process.env.HK_AGENT_TOKEN));
 * await generateText({ model, tools, stopWhen: isStepCount(5), prompt: "Answer Jordan's mail." });
 */
export async function hivekeyTools(hk: HiveKey, options: ToolOptions = {}): Promise<Record<string, Tool<unknown, unknown>>> {
	const tools = await actionTools(hk, options);
	return Object.fromEntries(
		tools.map(({ name, description, inputSchema, run }) => [
			name,
			dynamicTool({
				description,
				inputSchema: jsonSchema(inputSchema),
				execute: (input, { abortSignal }) => run(input, { signal: abortSignal }),
			}) as Tool<unknown, unknown>,
		]),
	);
}
