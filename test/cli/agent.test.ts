import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, ContractGateway, problem } from "../sdk/contract-gateway.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const gateway = new ContractGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => gateway.agents.clear());

const cli = (line: string | string[], circumstances: Circumstances = {}) =>
	cliIn(freshFolder())(line, {
		...circumstances,
		env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url, ...circumstances.env },
	});

test("create prints the token alone on stdout, all else on stderr", async () => {
	const ran = await cli("agent create helpdesk-bot --role support-agent --label team=support --label note=a=b");
	expect(ran).toEqual({
		exit: 0,
		stdout: "hk_agt_fresh\n",
		stderr:
			"Agent helpdesk-bot created · role support-agent\nThe token is shown this once; keep it where the agent reads its secrets.\n",
	});
	expect(gateway.agents.get("helpdesk-bot")?.labels).toEqual({ team: "support", note: "a=b" });
});

test("create prints the whole agent as JSON", async () => {
	const ran = await cli("agent create helpdesk-bot --role support-agent -o json");
	expect(JSON.parse(ran.stdout)).toMatchObject({ name: "helpdesk-bot", token: "hk_agt_fresh" });
	expect(ran.stderr).toBe("");
});

test("a name that is taken is exit code 1, and points to the list", async () => {
	await cli("agent create helpdesk-bot --role support-agent");
	const ran = await cli("agent create helpdesk-bot --role support-agent");
	expect([ran.exit, ran.stdout]).toEqual([1, ""]);
	expect(ran.stderr).toContain("an agent helpdesk-bot exists already\n  `hivekey agent list` shows which agents there are.\n");
});

test("what is wrong with the only thing that is wrong is said once; programs get it by its path as well", async () => {
	const ran = await cli("agent create Helpdesk --role support-agent");
	expect([ran.exit, ran.stdout]).toEqual([1, ""]);
	expect(ran.stderr).toMatch(/^error: name: a name starts with a lower-case letter\n {2}request req_\d+\n$/);
	const { stderr } = await cli("agent create Helpdesk --role support-agent -o json");
	expect(JSON.parse(stderr).error.errors).toEqual([
		{ path: "name", code: "invalid_format", message: "a name starts with a lower-case letter" },
	]);
});

test.each([
	["agent create", "missing required argument 'name'"],
	["agent create bot", "--role <role> is missing"],
	["agent create bot --role r --label nolabel", "--label nolabel is not a label"],
	["agent create bot --role r --label a=1 --label a=2", "--label a is given twice"],
	["agent create bot --role r --expires soon", "--expires soon is not a time"],
	["agent create bot --role r --expires 2020-01-01T00:00:00Z", "--expires 2020-01-01T00:00:00Z is over already"],
	["agent rotate bot --overlap 1y", "--overlap 1y is not a length of time"],
	["agent label bot", "missing required argument 'labels'"],
	["agent label bot team", "team is not a label"],
	["agent label bot =x", "=x is not a label"],
	["agent label bot a=1 a-", "The label a is given twice"],
	["agent set-role bot", "missing required argument 'role'"],
	["key create --owner ann", "--scope <scope> is missing"],
	["key create --owner ann --scope root", "Allowed choices are admin, policy, review, audit."],
	["key create --scope audit", "--owner <owner> is missing"],
	["role rollback r --to first", "--to first is not a revision"],
	["role rollback r", "--to <rev> is missing"],
	["workspace create --organization o --workspace w --root-key secret", "--root-key takes - alone"],
	["agent create bot --rol r", "unknown option '--rol' (Did you mean --role?)"],
	["agent crate bot", "unknown command 'crate' (Did you mean create?)"],
	["agnet list", "unknown command 'agnet' (Did you mean agent?)"],
	["agent list -o csv", "-o csv is not a way to print `agent list`"],
	["agent show a b", "too many arguments"],
	["agent show ..", '".." names nothing'],
	["agent list --profile", "argument missing"],
])("%s is a usage error: %s", async (line, message) => {
	const ran = await cli(line);
	expect([ran.exit, ran.stdout]).toEqual([2, ""]);
	expect(ran.stderr).toContain(message);
});

test("a role that is not there points to the roles, an agent that is not there to the agents", async () => {
	gateway.once.push(problem(404, "not_found", "there is no role r"));
	expect((await cli("agent create bot --role r")).stderr).toContain("there is no role r\n  `hivekey role list`");
	expect((await cli("agent show bot")).stderr).toContain("there is no agent bot\n  `hivekey agent list`");
});

test("bad input names each path", async () => {
	const errors = [{ path: "labels.X", code: "pattern", message: "a name starts with a lower-case letter" }];
	gateway.once.push(problem(422, "invalid_request", "the request is not valid", { errors }));
	const ran = await cli("agent create bot --role r --label X=1");
	expect([ran.exit, ran.stdout]).toEqual([1, ""]);
	expect(ran.stderr).toContain("error: the request is not valid\n  labels.X: a name starts with a lower-case letter\n");
});

test("usage errors are JSON too", async () => {
	expect(JSON.parse((await cli("agent create -o json")).stderr).error.code).toBe("usage");
});

test("list, show and revoke", async () => {
	await cli("agent create helpdesk-bot --role support-agent --label team=support");
	expect((await cli("agent list")).stdout).toBe(
		"NAME          ROLE           STATUS  CREATED     LAST SEEN  LABELS\n" +
			"helpdesk-bot  support-agent  active  2026-11-22  never      team=support\n",
	);
	expect(await cli("agent revoke helpdesk-bot")).toEqual({ exit: 0, stdout: "Agent helpdesk-bot revoked\n", stderr: "" });
	expect((await cli("agent show helpdesk-bot")).stdout).toMatch(/^name +helpdesk-bot\n[\s\S]*\nstatus +revoked 2026-11-2/);
	expect(JSON.parse((await cli("agent show helpdesk-bot -o json")).stdout).revoked_at).toBe("2026-11-22T15:00:00Z");
	expect((await cli("agent revoke nobody")).exit).toBe(1);
	expect(JSON.parse((await cli("agent revoke helpdesk-bot -o json")).stdout)).toEqual({ name: "helpdesk-bot", revoked: true });
});
