# The web screens (npm builds them into web/dist) become part of the binary: library web_assets.
#
# tools/embed writes one table entry a file, with its hash and a gzip copy, and an assembler file that
# brings the bytes in by .incbin: no compiler ever parses them, so this takes no time.
set(web_dist ${CMAKE_SOURCE_DIR}/web/dist)
set(generated ${CMAKE_BINARY_DIR}/generated/web)
file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web_dist}/*)
if(web_files)
  list(LENGTH web_files count)
  message(STATUS "Web screens: ${count} files of web/dist become part of the binary")
else()
  message(STATUS "Web screens: web/dist does not exist, the binary serves none (./dev build makes it)")
endif()

# A file that disappears changes only this list, so the list is a dependency as well.
file(CONFIGURE OUTPUT ${generated}/files.txt CONTENT "${web_files}\n" @ONLY)
add_custom_command(
  OUTPUT ${generated}/web_assets.cc ${generated}/web_assets_data.S
  COMMAND embed ${web_dist} ${generated}
  DEPENDS embed ${web_files} ${generated}/files.txt
  COMMENT "Embedding web/dist"
  VERBATIM)
add_library(web_assets STATIC ${generated}/web_assets.cc ${generated}/web_assets_data.S)
target_link_libraries(web_assets PRIVATE tillcast_warnings)
target_include_directories(web_assets PUBLIC ${CMAKE_SOURCE_DIR}/src)
