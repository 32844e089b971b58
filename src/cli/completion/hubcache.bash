# Completes the words of hubcache in bash 4.1 and later. `hubcache completion bash` prints this script.

_hubcache() {
  # bash splits words at ':' and '=' too, so the words are taken from the line. read removes backslashes.
  local line=${COMP_LINE:0:COMP_POINT} words=() word help names= current
  read -a words <<<"$line"
  [[ $line != *[[:blank:]] ]] || words+=("")
  current=${words[${#words[@]} - 1]}
  local program=${words[0]}
  type -P "$program" >/dev/null || program=hubcache
  COMPREPLY=()
  while IFS=$'\t' read -r word help; do
    case $word in
      :*) names=${word#:} ;;
      *) COMPREPLY+=("$word") ;;
    esac
  done < <("$program" completion --words "${words[@]:1}" 2>/dev/null)

  # The part of the word before the last ':' or '=' stays on the line.
  local kept=${current%"${current##*[:=]}"}
  [[ $COMP_WORDBREAKS == *:* ]] || kept=${kept%"${kept##*=}"}
  COMPREPLY=("${COMPREPLY[@]#"$kept"}")
  [[ $current == -*=* ]] && current=${current#*=}
  case $names in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    commands) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -c -- "$current") ;;
  esac
}

complete -F _hubcache hubcache
