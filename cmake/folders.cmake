# One static library a folder: tillcast_folder(NAME PATH DEPENDS … TEST_DEPENDS … EXCLUDE …).
#
#   NAME          the library, and NAME_test its test program
#   PATH          below src/; every *.cc under it belongs to the library, every *_test.cc to the test
#   DEPENDS       libraries that are ours (lower folders; skipped while they have no sources) or others'
#   TEST_DEPENDS  what only the tests link: they may use real drivers that the library may not know
#   EXCLUDE       names below PATH that belong to another target
#
# A folder that has no sources yet makes no target.
function(tillcast_folder name path)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "DEPENDS;TEST_DEPENDS;EXCLUDE")
  set(folder ${CMAKE_SOURCE_DIR}/src/${path})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cc)
  foreach(excluded IN LISTS arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "^${folder}/${excluded}")
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")

  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${name} PRIVATE tillcast_warnings)
  elseif(tests)
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  else()
    return()
  endif()
  target_include_directories(${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  tillcast_link(${name} ${scope} ${arg_DEPENDS})

  if(tests)
    tillcast_test(${name}_test unit "${tests}" ${name} ${arg_TEST_DEPENDS})
  endif()
endfunction()

# Our own folders may come in any order, and one without sources is left out when the build is generated.
function(tillcast_link target scope)
  foreach(dependency IN LISTS ARGN)
    target_link_libraries(${target} ${scope} $<TARGET_NAME_IF_EXISTS:${dependency}>)
  endforeach()
endfunction()

# A GoogleTest program and its one ctest entry. The test gets a folder of its own as working directory.
function(tillcast_test name label sources)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE tillcast_warnings)
  tillcast_link(${name} PRIVATE ${ARGN} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  set(work ${CMAKE_BINARY_DIR}/test-work/${name})
  file(MAKE_DIRECTORY ${work})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${work})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300)
  if(label STREQUAL unit)
    add_dependencies(unit_tests ${name})
  else()
    # A system test starts servers and measures time, so nothing runs beside it.
    set_tests_properties(${name} PROPERTIES TIMEOUT 900 RUN_SERIAL TRUE)
  endif()
endfunction()

# What the sanitizer builds make: the test programs of the folders and nothing else.
add_custom_target(unit_tests)
