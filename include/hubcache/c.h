/* The C interface of hubcache, for programs in any language: a request in JSON goes in, a report in JSON comes out.
 * Link libhubcache_c.so, or load it at run time. It exports the four functions below and nothing else.
 *
 *     const char* request = "{\"operation\": \"adopt\", \"arguments\":"
 *                           " {\"repo_id\": \"owner/name\", \"folder\": \"my-model\"}}";
 *     char* report;
 *     if (hubcache_call(request, NULL, &report) == HUBCACHE_OK) use(report);
 *     else complain(report);
 *     hubcache_free(report);
 *
 * The report is {"schema": 1, "repo_id": "owner/name", "files": 12, ...}, or if the call fails
 * {"schema": 1, "error": {"code": 5, "message": "...", "hint": "...", ...}}.
 *
 * REQUEST. An object in UTF-8 with at most 8 MiB. An unknown member is an error, and so is a member that occurs twice.
 *   "operation"       string: a name from the table below
 *   "arguments"       object: see the table below; null means the same as absence
 *   "environment"     object: the environment variables that count, by name; default: those of this process
 *   "working_folder"  path: the absolute folder of relative paths; default: that of this process
 * A path, and the value of an environment variable, is a string; if it is not UTF-8, an object with all its bytes in
 * lower-case hexadecimal digits: {"bytes": "6d6f64656cff"}. No string may contain NUL.
 *
 * OPERATIONS. "!" marks arguments that are required. The defaults of flags are false if not named here.
 *   adopt                makes a client take the files of a folder as a repo's
 *       repo_id! string      "owner/name", or "prefix:owner/name" with the prefix of a hub
 *       folder! path         the user's folder
 *       target string        a name that the operation targets lists; default: the default target of the id's hub
 *       place path           for a target whose callers pass the folder at each call: that folder
 *       repo_type string     "model" (default) or "dataset"
 *       revision string      branch, tag or commit; default: that of the hub's clients
 *       link string          "auto" (default), "symlink", "hardlink", "reflink" or "copy"
 *       pin flag             (default true) the files stay accepted after a push to the hub
 *       offline flag         does not ask the hub
 *       require_complete flag  code 3 if the client would still download a file
 *       match, partial flags   adopt only if all files equal the hub's; with partial, skip those that differ
 *       include, exclude lists of strings  patterns in .gitignore syntax
 *       take string          "mine" or "hub": version to keep of files that a client has replaced in place
 *       dry_run flag         changes nothing
 *       trust_owner flag     also continues from a record that another user may have written
 *   release, restore     undo an adoption; put the user's files back after an adoption in place
 *       repo_id!, target, place, repo_type, trust_owner; without target, code 2 if the repo is adopted for several
 *   status               reports cached repos, and predicts what the clients will do
 *       repo_ids list of strings (default: all), target, place, offline
 *   predict              predicts what a client will do with each file of a repo
 *       repo_id!, target, place, repo_type, revision, offline
 *   refresh              adopts again, after a push or a change of the folder
 *       repo_ids (default: all), target, place, offline, check flag (changes nothing), trust_owner
 *   verify               compares files with the hub's by content
 *       repo_ids (default: all), target, place, local_dir path, repo_type, offline, trust_owner
 *   hash_files           computes digests; if no kind is named, SHA-256
 *       paths! list of paths; git, sha256, lfs flags
 *   list_cached          lists the cached repos of all clients (the command ls)
 *       target, filter list of strings ("size>1G"), sort string: "size" (default), "used" or "name"
 *   disk_usage           sums up what they occupy, by hub and owner (the command du)
 *       target
 *   remove_cached        removes cached repos (the command rm); calls ask with the plan, if there is such a callback
 *       repo_ids! list of strings as list_cached has them under "name", target, repo_type string, dry_run
 *   prune                removes what clients and killed commands have left over; calls ask as remove_cached does
 *       repo_ids list of strings (default: all), target, dry_run
 *   dedupe               lets equal files of the caches and of folders share their disk space; calls ask, too
 *       folders list of paths (default: none), target, hardlink, dry_run
 *   targets              lists the targets
 *       python path: the interpreter whose packages are listed; default: the first python3 in PATH
 *   doctor               finds what is wrong on this machine; code 0 also if something is wrong: see "wrong"
 *       offline flag: asks no hub
 *   publish              puts a repo into a store, from which other machines get it
 *       repo_id!; store! string: "s3://bucket/prefix" or a folder; folder path (default: the adopted folder), revision,
 *       repo_type, verify flag, expect string (a commit, or "none"), dry_run, trust_owner
 *   list_store, check_store   store!
 *   show_in_store, remove_from_store   store!, repo_id!, revision (default: the hub's; for removal all), repo_type
 *   collect_garbage      removes contents that no published repo uses: store!, dry_run
 *   cache_stats, clear_cache   report and delete the digest cache; no arguments
 *   sha256_of_file       file! path
 *   place_of             the folder in which a client looks for a repo: target!, repo_id!, repo_type
 *   run                  runs a command with a local hub
 *       command! list of paths; offline, deny_all, allow_other_users, trust_owner flags; upstream string
 *       (not with offline)
 *   serve                serves the local hub until SIGTERM or SIGINT
 *       port number (default 8477; 0: any), offline, allow_other_users, upstream, trust_owner; for other machines:
 *       stores list of strings (as --from), listen string, token_file path, no_token flag, public_url,
 *       store_public_url strings, redirect flag (default true), redirect_via string
 *   local_hub_variables  the variables that point clients at the local hub: port
 *
 * The headers of the C++ API beside this file describe each in detail. run and serve change the
 * signal mask and the limit of open files: call them only in a process that does nothing else.
 *
 * REPORTS are UTF-8. They are the JSON of the command with the same name and --json, for one target: docs/json.md says
 * what may change, and docs/json has a strict schema for each. predict.schema.json describes predict, and
 * call.schema.json the operations whose command has no --json. Sizes are in bytes, times in UTC (ISO 8601), folders are
 * absolute.
 *
 * THREADS. Any number of threads may call at the same time. A call may start threads, which end before it returns; all
 * of them have the signal mask of the caller. The variables of the process must not change while it starts: if another
 * thread may call setenv, pass "environment".
 */
#ifndef HUBCACHE_C_H
#define HUBCACHE_C_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HUBCACHE_EXPORT __attribute__((visibility("default")))

/* Rises by 1 whenever a caller of the previous interface could notice a difference, except for new operations, new
 * optional arguments, new members at the end of hubcache_callbacks, and what docs/json.md allows in reports. */
#define HUBCACHE_INTERFACE_VERSION 1

/* What hubcache_call returns; the values are the command's exit codes. */
enum hubcache_code {
  HUBCACHE_OK = 0,
  HUBCACHE_FAILED = 1,       /* a file, a folder or the system caused the failure; also: out of memory */
  HUBCACHE_USAGE = 2,        /* the request is wrong; nothing was done */
  HUBCACHE_DIFFERENCE = 3,   /* a check found a download, a loss or a difference */
  HUBCACHE_HUB = 4,          /* the hub or the credentials for it */
  HUBCACHE_CONFLICT = 5,     /* locked by another process, or the user must decide first */
  HUBCACHE_INTERRUPTED = 130 /* is_cancelled returned non-zero, or (serve) SIGINT */
};

/* Functions that hubcache_call calls. Each may be null. Texts are UTF-8 as far as the names in them are, end with NUL,
 * and are valid during the call of the function only. A function must return normally: no exception, no longjmp. */
typedef struct hubcache_callbacks {
  size_t size; /* sizeof(hubcache_callbacks) */
  void* data;  /* passed to each function */

  /* A line for people before a long step. For run and serve: the hub's log, from another thread. */
  void (*tell)(void* data, const char* line);

  /* adopt with match, verify (restarts for each repo), hash_files, publish (restarts for each step): bytes read, and
   * bytes to read in all. About ten times a second and at the end, in the thread of the call. */
  void (*progress)(void* data, uint64_t done_bytes, uint64_t all_bytes);

  /* adopt, before a copy of more than 1 GiB. Non-zero: copy. Zero: code 5, and nothing is changed. If null: copy. */
  int (*ask)(void* data, const char* question);

  /* Non-zero ends the operation soon (usually within 0.1 s) with code 130. Polled at most every 20 ms, in the thread of
   * the call. An operation that has begun to change a place completes the change first: then its report is the usual
   * one. refresh may end between two repos. Not polled by run and serve after their start. */
  int (*is_cancelled)(void* data);

  /* run, serve: clients can connect to this URL. serve answers after the function returns. */
  void (*ready)(void* data, const char* url);
} hubcache_callbacks;

/* Does what the request says. `callbacks` may be null. Returns a hubcache_code. Sets *report to the report, or to the
 * error if the code is not 0 (docs/json/error.schema.json); to null only if there is no memory for it. hubcache_free
 * frees it. */
HUBCACHE_EXPORT int hubcache_call(const char* request, const hubcache_callbacks* callbacks, char** report);

/* Frees a report; null is allowed. */
HUBCACHE_EXPORT void hubcache_free(char* report);

/* HUBCACHE_INTERFACE_VERSION of the library. A program that loads the library at run time compares it with its own. */
HUBCACHE_EXPORT int hubcache_interface_version(void);

/* The version of hubcache, such as "0.1.0" (https://semver.org). Valid as long as the library is loaded. */
HUBCACHE_EXPORT const char* hubcache_version(void);

#ifdef __cplusplus
}
#endif

#endif
