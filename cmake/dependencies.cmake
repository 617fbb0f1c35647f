# Every library is a Debian 12 package; docs/dependencies.md says what each is for.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(PostgreSQL 15 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
if(TILLCAST_BENCH)
  find_package(benchmark REQUIRED)
endif()

# libsodium ships no CMake package, only a pkg-config file.
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
