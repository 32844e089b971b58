#compdef hubcache
# Completes the words of hubcache in zsh. `hubcache completion zsh` prints this script.

_hubcache() {
  local -a found shown
  local word help names
  while IFS=$'\t' read -r word help; do
    if [[ $word == :* ]]; then
      names=${word#:}
    else
      found+=("$word")
      shown+=("$word${help:+  -- $help}")
    fi
  done < <("${(Q)words[1]}" completion --words "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)

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
else
  compdef _hubcache hubcache
fi
