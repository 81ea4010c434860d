/**
 * What shells are told so that they ask this program what can stand next.
 *
 * @module
 */

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** Evaluated by each shell; files are its own business where the program knows nothing. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: String.raw`_bigdata() {
  local IFS=$'\n'
  COMPREPLY=($(bigdata complete -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _bigdata bigdata
`,
  zsh: String.raw`_bigdata() {
  local -a found
  found=(${'$'}{(f)"$(bigdata complete -- "${'$'}{words[@]:1:$((CURRENT-1))}" 2>/dev/null)"})
  if (( ${'$'}{#found} )); then compadd -- $found; else _files; fi
}
compdef _bigdata bigdata
`,
  fish: String.raw`function __bigdata_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (bigdata complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\n' $found
  else
    __fish_complete_path $words[-1]
  end
end
complete -c bigdata -f -a '(__bigdata_complete)'
`,
};
