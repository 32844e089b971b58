#compdef hubcache
# Completes the words of hubcache in zsh. `hubcache completion zsh` prints this script.

_hubcache() {
  local -a found shown
  # The word may be an alias, or a path with '~' or a variable, which is not expanded here.
  local word help names program=${(Q)words[1]}
  whence -p -- "$program" >/dev/null || program=hubcache
  while IFS=$'\t' read -r word help; do
    if [[ $word == :* ]]; then
      names=${word#:}
    else
      found+=("$word")
      shown+=("$word${help:+  -- $help}")
    fi
  done < <("$program" completion --words "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)

  # _files runs the command substitutions in a path.
  [[ $PREFIX != *('$('|'`')* ]] || return 1
  [[ $PREFIX == -*=* && $names != none ]] && compset -P '*='
  case $names in
    files) _files ;;
    folders) _files -/ ;;
    commands) _command_names -e ;;
    *) (( $#found )) && compadd -l -d shown -a found ;;
  esac
}

# zsh runs the file of an autoloaded function at its first call.
if [[ $funcstack[1] == _hubcache ]]; then
  _hubcache "$@"
elif (( $+functions[compdef] )); then
  compdef _hubcache hubcache
else
  print -u2 "hubcache: completion needs this line before it: autoload -U compinit && compinit"
fi
