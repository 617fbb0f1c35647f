#include "common/process_usage.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace tillcast::bench {

std::uint64_t cpu_ns(pid_t pid) {
  std::uint64_t sum = 0;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::uint64_t ns = 0;
    std::ifstream(task.path() / "schedstat") >> ns;
    sum += ns;
  }
  if (sum == 0) throw std::runtime_error("the kernel gives no /proc/PID/task/*/schedstat");
  return sum;
}

std::uint64_t anonymous_bytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("RssAnon:")) return std::stoull(line.substr(8)) * 1024;
  }
  throw std::runtime_error("the kernel gives no RssAnon in /proc/PID/status");
}

}  // namespace tillcast::bench
