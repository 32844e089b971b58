# Completes the words of hubcache in fish. `hubcache completion fish` prints this script.

# Prints the token up to the cursor without its quotes, of which the last may be open. Expands nothing.
function __hubcache_token
    set -l typed (commandline --cut-at-cursor --current-token | string collect --allow-empty)
    for quote in '' \\ \' '"'
        string unescape -- "$typed$quote"; and return
    end
end

# Prints what `hubcache completion --words` says about the line up to the cursor.
function __hubcache_lines
    # --tokenize removes quotes, and expands nothing; with --cut-at-cursor it omits the current token.
    set -l before (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (__hubcache_token | string collect --allow-empty)
    set -l program $before[1]
    type --query --no-functions -- $program; or set program hubcache
    $program completion --words $before[2..] "$current" 2>/dev/null
end

# True if fish itself completes the token: a path that may begin with a variable or '~', and that may have any name.
function __hubcache_has_path
    set -l names (__hubcache_lines)[-1]
    test "$names" = :files; and return
    contains -- "$names" :folders :commands; and string match --quiet --regex '[$~]' -- (commandline --cut-at-cursor --current-token)
end

function __hubcache_complete
    set -l lines (__hubcache_lines)
    set -l current (__hubcache_token | string collect --allow-empty)
    set -l option (string match --regex -- '^--[^=]*=' $current)
    set -l value (string replace --regex -- '^--[^=]*=' '' $current)
    switch "$lines[-1]"
        case :folders
            set -l folders $value*/
            # A name with a line end would be read as two.
            string match --invert --regex -- '\n' "$option"$folders
        case :commands
            string match --quiet --regex '[$~(]' -- $current
            or complete --do-complete=(string escape -- $current)
    end
    string match --invert --regex -- '^:' $lines
end

complete --command hubcache --no-files --keep-order --arguments '(__hubcache_complete)'
complete --command hubcache --force-files --condition __hubcache_has_path
