/** What `hivekey init` writes: a first role, what it has to decide, and the pipeline that checks and applies it. */

export interface FirstFile {
	/** From the folder that it is written in, with slashes. */
	path: string;
	text: string;
}

/**
 * @param cliVersion - the version that the pipeline installs
 * @param schema - what editors complete and check policy files with
 */
export function firstFiles(cliVersion: string, schema: string): FirstFile[] {
	return [
		{ path: "hivekey/support-agent.yaml", text: ROLE },
		{ path: "hivekey/support-agent.test.yaml", text: ROLE_TEST },
		// In a hidden folder, which no command takes for policy; with the files, so that it is there without a network.
		{ path: "hivekey/.schema/policy.schema.json", text: schema },
		{ path: ".github/workflows/hivekey.yml", text: workflow(cliVersion) },
	];
}

const MODELINE = "# yaml-language-server: $schema=.schema/policy.schema.json\n";

const ROLE = `${MODELINE}apiVersion: policy.hivekey.ai/v1
kind: Role
metadata:
  name: support-agent
  description: First-line support — read mail, reply only.
scope:
  # deny-by-default — only these actions are visible
  allow:
    - mail.read
    - mail.send
guards:
  # mail leaves the company only to these domains: put yours here
  - id: approved-domains
    action: mail.send
    when: { field: to.domain, in: [acme.com, acme-support.com] }
    effect: allow
    otherwise: deny
  # what goes beyond this waits for a person
  - id: daily-volume-cap
    action: mail.send
    when: { field: rate.per_day, lte: 500 }
    effect: allow
    otherwise: review
`;

const ROLE_TEST = `${MODELINE}apiVersion: policy.hivekey.ai/v1
kind: RoleTest
metadata:
  name: support-agent
role: support-agent
cases:
  - name: mail to an approved domain goes out
    action: mail.send
    input: { to: jordan@acme.com, subject: Hi, body: Hello }
    given: { rate.per_day: 12 }
    expect: { verdict: allow, guard: approved-domains }
  - name: strangers get no mail
    action: mail.send
    input: { to: eve@gmail.com, subject: Hi, body: Hello }
    given: { rate.per_day: 12 }
    expect: { verdict: deny, guard: approved-domains }
  - name: a flood waits for a person
    action: mail.send
    input: { to: jordan@acme.com, subject: Hi, body: Hello }
    given: { rate.per_day: 501 }
    expect: { verdict: review, guard: daily-volume-cap }
  - name: nothing else exists
    action: mail.delete
    input: {}
    expect: { verdict: deny }
`;

function workflow(cliVersion: string): string {
	return `# Checks the roles in every pull request, and applies them once they are on main.
# Secrets: HIVEKEY_KEY, a key with the scope policy (hivekey key create --owner ci --scope policy),
# and HIVEKEY_URL, the gateway's address, unless it is https://gateway.hivekey.ai.
name: HiveKey

on:
  pull_request:
    paths: ["hivekey/**", ".github/workflows/hivekey.yml"]
  push:
    branches: [main]
    paths: ["hivekey/**", ".github/workflows/hivekey.yml"]

permissions:
  contents: read

jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm install --global @hivekey/cli@${cliVersion}
      - run: hivekey role validate hivekey/
      - run: hivekey role test hivekey/

  apply:
    if: github.event_name == 'push'
    needs: validate
    runs-on: ubuntu-latest
    concurrency: hivekey-apply
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm install --global @hivekey/cli@${cliVersion}
      - run: hivekey role apply -f hivekey/
        env:
          HIVEKEY_KEY: \${{ secrets.HIVEKEY_KEY }}
          HIVEKEY_URL: \${{ secrets.HIVEKEY_URL }}
`;
}
