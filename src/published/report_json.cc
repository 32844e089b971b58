#include <hubcache/publish.h>

#include <fmt/format.h>

#include "adoption/json.h"
#include "base/time_text.h"

namespace hubcache {
namespace {

using adoption::dump;
using adoption::schema;
using adoption::text_or_null;
using nlohmann::json;

json identity_json(const PublishedRevision& revision) {
  return {{"repo_id", revision.repo_id},
          {"hub", revision.hub},
          {"repo_type", name_of(revision.type)},
          {"revision", revision.revision},
          {"commit", text_or_null(revision.commit)}};
}

json revision_json(const PublishedRevision& revision) {
  json value = identity_json(revision);
  value["published_at"] = iso_time(revision.time);
  value["published_by"] = text_or_null(revision.published_by);
  value["files"] = revision.files;
  value["bytes"] = revision.bytes;
  return value;
}

}  // namespace

std::string to_json(const PublishReport& report) {
  return dump({{"schema", schema},
               {"repo_id", report.repo_id},
               {"hub", report.hub},
               {"repo_type", name_of(report.type)},
               {"revision", report.revision},
               {"store", report.store},
               {"folder", report.folder.native()},
               {"commit", report.commit},
               {"previous", report.previous ? json(*report.previous) : json(nullptr)},
               {"files", report.files},
               {"bytes", report.bytes},
               {"uploaded", report.uploaded},
               {"uploaded_bytes", report.uploaded_bytes},
               {"verified", report.verified},
               {"dry_run", report.dry_run},
               {"warnings", report.warnings}});
}

std::string to_json(const StoreListReport& report) {
  json revisions = json::array();
  for (const PublishedRevision& one : report.revisions) revisions.push_back(revision_json(one));
  return dump({{"schema", schema},
               {"store", report.store},
               {"revisions", std::move(revisions)},
               {"unreadable", report.unreadable}});
}

std::string to_json(const StoreShowReport& report) {
  json value = revision_json(report.revision);
  value["schema"] = schema;
  value["store"] = report.store;
  value["listing"] = json::array();
  for (const PublishedFileInfo& file : report.files)
    value["listing"].push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  return dump(value);
}

std::string to_json(const StoreRemoveReport& report) {
  json removed = json::array();
  for (const PublishedRevision& one : report.removed) removed.push_back(identity_json(one));
  return dump({{"schema", schema}, {"store", report.store}, {"removed", std::move(removed)}});
}

std::string to_json(const StoreGcReport& report) {
  return dump({{"schema", schema},
               {"store", report.store},
               {"kept", report.kept},
               {"kept_bytes", report.kept_bytes},
               {"removed", report.removed},
               {"removed_bytes", report.removed_bytes},
               {"young", report.young},
               {"commits", report.commits},
               {"uploads", report.uploads},
               {"dry_run", report.dry_run}});
}

std::string to_json(const StoreCheckReport& report) {
  json checks = json::array();
  for (const StoreCheck& check : report.checks) {
    checks.push_back({{"what", check.what},
                      {"works", check.works},
                      {"needed", check.is_needed},
                      {"detail", check.works ? json(nullptr) : json(check.detail)},
                      {"consequence", check.consequence}});
  }
  return dump(
      {{"schema", schema}, {"store", report.store}, {"usable", report.is_usable()}, {"checks", std::move(checks)}});
}

}  // namespace hubcache
