/** `@hivekey/sdk/openai`: the actions that an agent sees, as tools of the OpenAI API. Needs no package of its own. */
import type { HiveKey } from "../hivekey.ts";
import { actionTools, type ToolOptions } from "./tool-set.ts";

export type { ToolOptions } from "./tool-set.ts";

/** A tool of Chat Completions that `client.chat.completions.runTools` runs by itself. */
export interface RunnableTool {
	type: "function";
	function: {
		name: string;
		description: string;
		parameters: Record<string, unknown>;
		parse(text: string): object;
		/** @returns the JSON that the model is told */
		function(input: object): Promise<string>;
	};
}

/** A tool of the Responses API. */
export interface ResponseTool {
	type: "function";
	name: string;
	description: string;
	parameters: Record<string, unknown>;
	strict: false;
}

/** A function call among the output items of a response. */
export interface FunctionCall {
	type: "function_call";
	name: string;
	arguments: string;
	call_id: string;
}

/** What the model is told in return, as an input item. */
export interface FunctionCallOutput {
	type: "function_call_output";
	call_id: string;
	output: string;
}

/**
 * Tools for Chat Completions. A denied or held call is told to the model; a token that the gateway does not take is an error.
 * @example
 * const tools = await hivekeyTools(new HiveKey(process.env.HK_AGENT_TOKEN));
 * await client.chat.completions.runTools({ model, messages, tools }).finalContent();
 */
export async function hivekeyTools(hk: HiveKey, options: ToolOptions = {}): Promise<RunnableTool[]> {
	return (await actionTools(hk, options)).map(({ name, description, inputSchema, run }) => ({
		type: "function",
		function: {
			name,
			description,
			parameters: inputSchema,
			parse: (text) => JSON.parse(text === "" ? "{}" : text) as object,
			function: async (input) => textOf(await run(input)),
		},
	}));
}

/**
 * Tools for the Responses API, and the function that answers the calls among a response's output.
 * @example
 * const hivekey = await hivekeyResponseTools(hk);
 * const { id, output } = await client.responses.create({ model, input, tools: hivekey.tools });
 * await client.responses.create({ model, previous_response_id: id, input: await hivekey.answer(output), tools: hivekey.tools });
 */
export async function hivekeyResponseTools(hk: HiveKey, options: ToolOptions = {}) {
	const tools = await actionTools(hk, options);
	return {
		tools: tools.map(
			({ name, description, inputSchema }): ResponseTool => ({
				type: "function",
				name,
				description,
				parameters: inputSchema,
				strict: false,
			}),
		),
		/** Runs the calls that are for these tools, one after the other. Other items are left alone. */
		async answer(output: readonly { type: string }[]): Promise<FunctionCallOutput[]> {
			const answers: FunctionCallOutput[] = [];
			for (const item of output) {
				const call = item as FunctionCall;
				const tool = call.type === "function_call" ? tools.find(({ name }) => name === call.name) : undefined;
				if (tool === undefined) continue;
				const input = call.arguments === "" ? {} : (JSON.parse(call.arguments) as object);
				answers.push({ type: "function_call_output", call_id: call.call_id, output: textOf(await tool.run(input)) });
			}
			return answers;
		},
	};
}

function textOf(value: unknown): string {
	return JSON.stringify(value ?? null);
}
