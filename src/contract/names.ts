/** The grammars of names that people choose. Case counts; any other spelling names nothing. */
import * as z from "zod";

/** An action: `mail.send`, `crm.ticket.create`. At most {@link ACTION_NAME_MAX} characters. */
export const ACTION_NAME = /^[a-z][a-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/;
export const ACTION_NAME_MAX = 128;

/** A role, an agent, a connector, a guard id, a label's key. */
export const RESOURCE_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** Whether a text is spelled as an action's name must be. */
export function isActionName(text: string): boolean {
	return text.length <= ACTION_NAME_MAX && ACTION_NAME.test(text);
}

export const resourceNameSchema = z
	.string()
	.regex(RESOURCE_NAME, "a name starts with a lower-case letter and has at most 63 lower-case letters, digits and hyphens");

export const actionNameSchema = z.string().max(ACTION_NAME_MAX).regex(ACTION_NAME, "an action's name looks like mail.send");

/** Labels: at most 32, short texts. */
export const labelsSchema = z
	.record(resourceNameSchema, z.string().max(256))
	.refine((labels) => Object.keys(labels).length <= 32, "at most 32 labels")
	.meta({ maxProperties: 32 });
