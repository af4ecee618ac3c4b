/** The scripts that make shells ask the CLI for what may come next. They know no commands, so they need no update. */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A candidate is never handed to the shell to be expanded. */
const BASH = `# hivekey completion for bash. In ~/.bashrc: source <(hivekey completion bash)
_hivekey() {
	local line current="\${COMP_WORDS[COMP_CWORD]}"
	COMPREPLY=()
	[ "$current" = "=" ] && current=""
	while IFS= read -r line; do
		if [ "$line" = ":files" ]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
			return
		fi
		COMPREPLY+=("\${line%%$'\\t'*}")
	done < <(hivekey __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _hivekey hivekey`;

const ZSH = `#compdef hivekey
# hivekey completion for zsh. In ~/.zshrc, behind compinit: source <(hivekey completion zsh)
_hivekey() {
	local line
	local -a candidates
	for line in "\${(@f)$(hivekey __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
		if [[ "$line" == ":files" ]]; then
			_files
			return
		fi
		[[ -n "$line" ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
	done
	(( \${#candidates} )) && _describe -t hivekey hivekey candidates
}
if [[ "\${funcstack[1]}" == "_hivekey" ]]; then
	_hivekey "$@"
else
	compdef _hivekey hivekey
fi`;

const FISH = `# hivekey completion for fish: hivekey completion fish > ~/.config/fish/completions/hivekey.fish
function __hivekey_complete
	set -l words (commandline -opc)
	set -l current (commandline -ct)
	set -l found (hivekey __complete -- $words[2..-1] "$current" 2>/dev/null)
	if test "$found[1]" = ":files"
		__fish_complete_path "$current"
	else if test (count $found) -gt 0
		printf '%s\\n' $found
	end
end
complete -c hivekey -f -a '(__hivekey_complete)'`;

export const SCRIPTS: Record<Shell, string> = { bash: BASH, zsh: ZSH, fish: FISH };
