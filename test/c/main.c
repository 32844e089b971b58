/* c_interface FOLDER: calls the C interface as a program in C does: adopts a model below FOLDER, asks for the status,
 * gets an error, gets callbacks, and cancels. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hubcache/c.h>

static void check(bool holds, const char* what, const char* report) {
  if (holds) return;
  fprintf(stderr, "not so: %s: %s\n", what, report ? report : "(no report)");
  exit(1);
}

static void check_has(const char* report, const char* text) {
  check(report && strstr(report, text) != NULL, text, report);
}

static void make_folder(const char* name) {
  check(mkdir(name, 0777) == 0 || errno == EEXIST, "a folder is made", name);
}

static void make_file(const char* name, size_t size) {
  FILE* file = fopen(name, "wb");
  check(file && (size == 0 || fseek(file, (long)size - 1, SEEK_SET) == 0), "a file is made", name);
  fputc('x', file);
  check(fclose(file) == 0, "a file is written", name);
}

/* The request has the place of FOLDER's own home: "%s" in it is the working folder. */
static int call(const char* format, const hubcache_callbacks* callbacks, char** report) {
  char folder[4096], request[16384];
  check(getcwd(folder, sizeof folder) != NULL, "the working folder is known", NULL);
  snprintf(request, sizeof request, format, folder);
  return hubcache_call(request, callbacks, report);
}

#define HOME "\"environment\": {\"HOME\": \"%s\", \"PATH\": \"/usr/bin:/bin\"}"
#define REPO "\"repo_id\": \"owner/name\""

static void adopt_and_release(void) {
  char* report;
  int code =
      call("{\"operation\": \"adopt\", " HOME ", \"arguments\": {" REPO ", \"folder\": \"model\", \"offline\": true}}",
           NULL, &report);
  check(code == HUBCACHE_OK, "the folder is adopted", report);
  check_has(report, "\"files\": 1");
  hubcache_free(report);

  code = call("{\"operation\": \"status\", " HOME ", \"arguments\": {\"offline\": true}}", NULL, &report);
  check(code == HUBCACHE_OK, "the status is reported", report);
  check_has(report, "\"state\": \"adopted\"");
  hubcache_free(report);

  code = call("{\"operation\": \"release\", " HOME ", \"arguments\": {" REPO "}}", NULL, &report);
  check(code == HUBCACHE_OK, "the repo is released", report);
  check_has(report, "\"removed\": 1");
  hubcache_free(report);
}

/* A folder with a symlink to the place cannot be adopted. */
static void get_a_conflict(void) {
  make_folder(".cache/aistudio");
  make_folder(".cache/aistudio/hub");
  make_folder(".cache/aistudio/hub/models");
  make_folder(".cache/aistudio/hub/models/owner");
  make_folder(".cache/aistudio/hub/models/owner/name");
  make_folder("linked");
  check(symlink("../.cache/aistudio/hub/models/owner/name", "linked/cache") == 0, "a symlink is made", NULL);
  char* report;
  const int code =
      call("{\"operation\": \"adopt\", " HOME ", \"arguments\": {" REPO ", \"folder\": \"linked\", \"offline\": true}}",
           NULL, &report);
  check(code == HUBCACHE_CONFLICT, "a link to the place is a conflict", report);
  check_has(report, "\"code\": 5");
  hubcache_free(report);
  check(rmdir(".cache/aistudio/hub/models/owner/name") == 0, "the place stays empty", NULL);
}

struct heard {
  int lines, steps, polls;
  uint64_t done_bytes, all_bytes;
};

static void tell(void* data, const char* line) {
  struct heard* heard = data;
  heard->lines += strncmp(line, "copying 1 file", 14) == 0;
}

static void progress(void* data, uint64_t done_bytes, uint64_t all_bytes) {
  struct heard* heard = data;
  ++heard->steps;
  heard->done_bytes = done_bytes;
  heard->all_bytes = all_bytes;
}

static int cancel_at_once(void* data) {
  struct heard* heard = data;
  ++heard->polls;
  return 1;
}

static void get_callbacks(void) {
  struct heard heard = {0};
  const hubcache_callbacks callbacks = {.size = sizeof callbacks, .data = &heard, .tell = tell, .progress = progress};
  char* report;
  int code = call("{\"operation\": \"adopt\", " HOME ", \"arguments\": {" REPO
                  ", \"folder\": \"model\", \"offline\": true, \"link\": \"copy\"}}",
                  &callbacks, &report);
  check(code == HUBCACHE_OK && heard.lines == 1, "a copy is told", report);
  hubcache_free(report);
  code = call("{\"operation\": \"release\", " HOME ", \"arguments\": {" REPO "}}", NULL, &report);
  check(code == HUBCACHE_OK, "the copy is released", report);
  hubcache_free(report);

  code =
      call("{\"operation\": \"hash_files\", " HOME ", \"arguments\": {\"paths\": [\"large\"]}}", &callbacks, &report);
  check(code == HUBCACHE_OK && heard.steps > 0, "the progress is reported", report);
  check(heard.done_bytes == heard.all_bytes && heard.all_bytes == 32u << 20, "all bytes are read in the end", report);
  hubcache_free(report);
}

static void cancel(void) {
  struct heard heard = {0};
  const hubcache_callbacks callbacks = {.size = sizeof callbacks, .data = &heard, .is_cancelled = cancel_at_once};
  char* report;
  const int code =
      call("{\"operation\": \"adopt\", " HOME ", \"arguments\": {" REPO ", \"folder\": \"model\", \"offline\": true}}",
           &callbacks, &report);
  check(code == HUBCACHE_INTERRUPTED, "the adoption is canceled", report);
  check(heard.polls == 1, "the function is not called again", report);
  check_has(report, "\"code\": 130");
  check(access(".cache/aistudio/hub/models/owner/name", F_OK) != 0, "nothing is adopted", report);
  hubcache_free(report);
}

/* A caller that was compiled with an earlier header has a shorter struct. */
static void call_with_an_older_struct(void) {
  struct heard heard = {0};
  hubcache_callbacks callbacks = {.data = &heard, .tell = tell, .is_cancelled = cancel_at_once};
  callbacks.size = offsetof(hubcache_callbacks, is_cancelled);
  char* report;
  const int code =
      call("{\"operation\": \"status\", " HOME ", \"arguments\": {\"offline\": true}}", &callbacks, &report);
  check(code == HUBCACHE_OK && heard.polls == 0, "members beyond the size are not used", report);
  hubcache_free(report);
}

static void pass_no_request(void) {
  char* report;
  check(hubcache_call(NULL, NULL, &report) == HUBCACHE_USAGE, "null is no request", report);
  check_has(report, "\"error\"");
  hubcache_free(report);
  check(hubcache_call("{}", NULL, NULL) == HUBCACHE_USAGE, "the report may be ignored", NULL);
  hubcache_free(NULL);
}

int main(int count, char** words) {
  check(count == 2 && (mkdir(words[1], 0777) == 0 || errno == EEXIST) && chdir(words[1]) == 0, "a folder is passed",
        NULL);
  check(hubcache_interface_version() == HUBCACHE_INTERFACE_VERSION, "the library is the header's", NULL);
  check(strchr(hubcache_version(), '.') != NULL, "the version is told", hubcache_version());
  make_folder("model");
  make_folder(".cache");
  make_file("model/a.txt", 1);
  make_file("large", 32u << 20);
  adopt_and_release();
  get_a_conflict();
  get_callbacks();
  cancel();
  call_with_an_older_struct();
  pass_no_request();
  return 0;
}
