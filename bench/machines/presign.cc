// Prints the time in µs that a presigned URL takes: the median of many thousands.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "store/store.h"

int main() {
  using Clock = std::chrono::steady_clock;
  constexpr int rounds = 51, urls = 2000;
  hubcache::Environment environment;
  environment.working_folder = "/";
  environment.variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLEAKIDEXAMP"},
                           {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
                           {"AWS_ENDPOINT_URL_S3", "http://store.example:7480"}};
  const auto store = hubcache::store::open(environment, "s3://models/team/a", hubcache::store::IfMissing::fail);
  if (!store) return 1;
  std::vector<double> micros;
  std::size_t length = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    for (int number = 0; number < urls; ++number) {
      const auto url =
          (*store)->url_for("blobs/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 3600);
      length += url ? url->size() : 0;
    }
    micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count() / urls);
  }
  std::ranges::sort(micros);
  std::printf("%.2f %.2f %.2f\n", micros[rounds / 2], micros.front(), micros.back());
  return length > 0 ? 0 : 1;
}
