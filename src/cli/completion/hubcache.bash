# Completes the words of hubcache in bash 4.1 and later. `hubcache completion bash` prints this script.

# Sets `words` to the words of a line without their quotes, and `raw` to the last one as it is typed. The last word may
# be empty. COMP_WORDS is no help: it is also split at ':' and '='.
_hubcache_split() {
  local line=$1 quote= word= c i
  local -i start=0 in_word=0
  words=()
  for ((i = 0; i < ${#line}; ++i)); do
    c=${line:i:1}
    if [[ -z $quote && $c == [[:blank:]] ]]; then
      ((!in_word)) || words+=("$word")
      word= in_word=0 start=i+1
      continue
    fi
    in_word=1
    if [[ $c == "$quote" ]]; then
      quote=
    elif [[ -z $quote && $c == [\'\"] ]]; then
      quote=$c
    elif [[ $c == \\ && $quote != \' ]]; then
      i=$((i + 1))
      c=${line:i:1}
      [[ -z $quote || $c == [\\\"\$\`] ]] || word+=\\
      word+=$c
    else
      word+=$c
    fi
  done
  words+=("$word")
  raw=${line:start}
}

# Prints the paths that begin with a value: files and folders, or only folders. Each ends with a NUL.
_hubcache_paths() {
  local value=$1 kind=$2 path
  local GLOBIGNORE=
  set +f
  shopt -u failglob dotglob
  shopt -s nullglob
  [[ $(bind -v 2>/dev/null) != *'completion-ignore-case on'* ]] || shopt -s nocaseglob
  for path in "$value"*; do
    [[ $kind == folders && ! -d $path ]] || printf '%s\0' "$path"
  done
}

_hubcache() {
  local IFS=$' \t\n'
  local words raw
  _hubcache_split "${COMP_LINE:0:COMP_POINT}"
  local current=${words[${#words[@]} - 1]} program=${words[0]}
  type -P -- "$program" >/dev/null || program=hubcache

  local names= word help candidates=()
  while IFS=$'\t' read -r word help; do
    case $word in
      :*) names=${word#:} ;;
      *) candidates+=("$word") ;;
    esac
  done < <("$program" completion --words "${words[@]:1}" 2>/dev/null)

  # readline replaces $2: what follows the open quote, or else the last unquoted character of COMP_WORDBREAKS
  # (bash 5.2, lib/readline/complete.c, _rl_find_completion_word). The part of the word before it stays on the line.
  local typed=$raw kept option= value=$current
  _hubcache_split "${typed%"$2"}"
  kept=${words[0]}
  if [[ $current == --*=* && ${#candidates[@]} == 0 ]]; then
    option=${current%%=*}=
    value=${current#*=}
  fi

  COMPREPLY=()
  case $names in
    files | folders)
      compopt -o filenames
      if [[ $typed == *[\$\`]* || $value == '~'* ]]; then
        # bash itself expands variables and '~' and keeps them on the line.
        if [[ $names == files ]]; then compopt -o default; else compopt -o dirnames; fi
        return
      fi
      while IFS= read -r -d '' word; do
        # readline adds the '/' if what it inserts is the path of a folder.
        [[ ! -d $word || $option == "$kept" ]] || word+=/
        candidates+=("$option$word")
      done < <(_hubcache_paths "$value" "$names")
      [[ ${#candidates[@]} != 1 || $candidates != */ ]] || compopt -o nospace
      ;;
    commands)
      compopt -o filenames
      while IFS= read -r word; do candidates+=("$word"); done < <(compgen -c -- "$value")
      ;;
  esac
  for word in "${candidates[@]}"; do
    # Without -o filenames, bash inserts the words as they are.
    [[ -n $names && $names != none || $word != *[!a-zA-Z0-9_./:=,@%+-]* ]] || printf -v word %q "$word"
    COMPREPLY+=("${word:${#kept}}")
  done
}

complete -F _hubcache hubcache
