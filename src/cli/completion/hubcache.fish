# Completes the words of hubcache in fish. `hubcache completion fish` prints this script.

function __hubcache_complete
    set -l before (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --cut-at-cursor --current-token)
    for line in ($before[1] completion --words $before[2..] "$current" 2>/dev/null)
        switch $line
            case ':commands'
                complete --do-complete="$current"
            case ':files'
                __fish_complete_path (string replace --regex '^-.*?=' '' -- "$current")
            case ':folders'
                __fish_complete_directories (string replace --regex '^-.*?=' '' -- "$current")
            case ':*'
            case '*'
                printf '%s\n' $line
        end
    end
end

complete --command hubcache --no-files --keep-order --arguments '(__hubcache_complete)'
