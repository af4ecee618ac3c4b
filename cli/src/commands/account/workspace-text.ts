/** How a workspace is named to people: `acme-corp · workspace prod`. */
export function workspaceText(organization: string, workspace: string): string {
	return `${organization} · workspace ${workspace}`;
}
