/** Completion of `ovskit` itself; behind `vsctl`, that of ovs-vsctl does the work. */
import { bashCompletion as vsctlBash } from '../vsctl/document/completion.js';
import { commands, words } from './words.js';

/** How the words that may stand for a name of a help are listed; a name that isn't here is a file, or anything. */
const CANDIDATES: Readonly<Record<string, string>> = {
  BRIDGE: `"\${tool[@]}" vsctl -t 2 list-br`,
  DEV: 'ls /sys/class/net',
  RELEASE: "printf '%s\\n' icehouse newton",
  NAME: `"\${tool[@]}" netdev features "$first" | sed 's/ .*//'`,
  WHAT: "printf '%s\\n' up down mtu mac speed duplex autoneg",
};

/** The shell command that lists what may stand for a word of a usage. */
function listing(word: string): string | undefined {
  if (/^[a-z]/.test(word)) return `printf '%s\\n' ${word.replaceAll('|', ' ')}`;
  return CANDIDATES[word];
}

const branch = (pattern: string, command: string) => `    '${pattern}') ${command} ;;`;

function wordCases(): string {
  return [...words]
    .map(([name, { subcommands, options }]) => {
      const valued = [...options].filter(([, value]) => value !== undefined).map(([option]) => option);
      const lists = `subcommands='${[...subcommands.keys()].join(' ')}' flags='${[...options.keys()].join(' ')}'`;
      return branch(name, `${lists} valued='${valued.join(' ')}'`);
    })
    .join('\n');
}

function valueCases(): string {
  const lines: string[] = [];
  for (const [name, { options }] of words) {
    for (const [option, value = ''] of options) {
      const list = listing(option === '--bridge' ? 'BRIDGE' : value);
      if (list !== undefined) lines.push(branch(`${name} ${option}`, list));
    }
  }
  return lines.join('\n');
}

function placeCases(): string {
  const lines: string[] = [];
  for (const [name, { subcommands }] of words) {
    for (const [subcommand, places] of subcommands) {
      for (const [index, word] of places.entries()) {
        const list = listing(word);
        // What stands last may stand again.
        const last = index === places.length - 1 && index > 0 ? '*' : index;
        if (list !== undefined) lines.push(`    '${name} ${subcommand} '${last}) ${list} ;;`);
      }
    }
  }
  return lines.join('\n');
}

/**
 * Functions that bash and zsh both understand. The caller has `tool`, the words of ovskit itself, and `current`, the word that is
 * begun.
 */
const shared = () => `_ovskit_words() {
  subcommands='' flags='' valued=''
  case "$1" in
${wordCases()}
  esac
}

# What may be the value of option $2 of command $1.
_ovskit_values() {
  case "$1 $2" in
${valueCases()}
  esac 2>/dev/null
}

# What may stand behind command $1, subcommand $2 and as many words as $3 says; the first of them is $first.
_ovskit_places() {
  case "$1 $2 $3" in
${placeCases()}
  esac 2>/dev/null
}

# What may come behind these words of a command line, which begin with ovskit's command; nothing for files.
_ovskit_candidates() {
  local command="$1" previous='' sub='' first='' place=0 each subcommands flags valued
  _ovskit_words "$command"
  shift
  for each in "$@"; do
    [[ $each == -- ]] && return
    if [[ -n $previous && " $valued " == *" $previous "* ]]; then
      previous=''
      continue
    fi
    previous=$each
    [[ $each == -* ]] && continue
    if [[ -z $sub ]]; then
      [[ " $subcommands " == *" $each "* ]] && sub=$each
    else
      [[ -z $first ]] && first=$each
      place=$((place + 1))
    fi
  done
  if [[ -n $previous && " $valued " == *" $previous "* ]]; then
    _ovskit_values "$command" "$previous"
  elif [[ $current == -* ]]; then
    printf '%s\\n' "$flags"
  elif [[ -z $sub ]]; then
    printf '%s\\n' "$subcommands"
  else
    _ovskit_places "$command" "$sub" "$place"
  fi
}`;

/** Completion for bash, with that of ovs-vsctl, which `ovskit vsctl` takes. */
export function bashCompletion(): string {
  return `${vsctlBash().trimEnd()}

# bash completion for ovskit, from what its commands tell with --help.
${shared()}

_ovskit() {
  local current=\${COMP_WORDS[COMP_CWORD]} at
  local -a tool=("\${COMP_WORDS[0]}") before=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${[...commands.keys()].join(' ')} --help --version' -- "$current"))
    return
  fi
  if [[ \${COMP_WORDS[1]} == vsctl ]]; then
    _ovskit_vsctl
    return
  fi
  # bash takes --option=value for three words, and the one that is begun may be the sign.
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ \${COMP_WORDS[at]} == = ]] || before+=("\${COMP_WORDS[at]}")
  done
  [[ $current == = ]] && current=''
  COMPREPLY=($(compgen -W "$(_ovskit_candidates "\${before[@]}")" -- "$current"))
}

complete -o default -F _ovskit ovskit
`;
}

/** Completion for zsh; that of \`ovskit vsctl\` is in _ovs-vsctl. */
export function zshCompletion(): string {
  const quote = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:');
  const list = [...commands].map(([name, about]) => `    '${name}:${quote(about)}'`).join('\n');
  return `#compdef ovskit
# zsh completion for ovskit, from what its commands tell with --help. Generated by tools/documents.mjs.
${shared()}

_ovskit() {
  local current=\${words[CURRENT]}
  local -a tool=("\${words[1]}") commands found
  if ((CURRENT == 2)); then
    commands=(
${list}
    )
    _describe command commands
    compadd -- --help --version
    return
  fi
  if [[ \${words[2]} == vsctl ]]; then
    _ovs-vsctl
    return
  fi
  found=($(_ovskit_candidates "\${(@)words[2,CURRENT-1]}"))
  if (($#found)); then
    compadd -- $found
  else
    _default
  fi
}

_ovskit "$@"
`;
}
