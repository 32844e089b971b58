// The whole C++ API of hubcache: find_package(hubcache), link hubcache::hubcache.
#pragma once

#include <hubcache/adopt.h>
#include <hubcache/caches.h>
#include <hubcache/dedupe.h>
#include <hubcache/digest.h>
#include <hubcache/doctor.h>
#include <hubcache/environment.h>
#include <hubcache/hash.h>
#include <hubcache/link.h>
#include <hubcache/local_hub.h>
#include <hubcache/prune.h>
#include <hubcache/publish.h>
#include <hubcache/refresh.h>
#include <hubcache/remove.h>
#include <hubcache/repo.h>
#include <hubcache/report.h>
#include <hubcache/result.h>
#include <hubcache/status.h>
#include <hubcache/targets.h>
#include <hubcache/verdict.h>
#include <hubcache/verify.h>
#include <hubcache/version.h>
