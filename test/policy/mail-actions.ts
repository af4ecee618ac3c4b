/** The built-in mail actions, as the policy tests meet them. */
export { mailActions } from "../../src/contract/mail-actions.ts";
