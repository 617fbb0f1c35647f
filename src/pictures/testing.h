// Programs that stand where the child does, for tests of what its parent makes of them.
#pragma once

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <string_view>

namespace tillcast::pictures::testing {

/// A shell script in the working directory; gives its path.
inline std::string script(const std::string& name, std::string_view text) {
  const std::string path = "./" + name + ".sh";
  std::ofstream(path) << "#!/bin/sh\n" << text << '\n';
  chmod(path.c_str(), 0700);
  return path;
}

}  // namespace tillcast::pictures::testing
