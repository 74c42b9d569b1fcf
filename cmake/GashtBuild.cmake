# How every target is compiled, and the three functions the rooms use.

option(GASHT_WERROR "Warnings are errors" OFF)
option(GASHT_FUZZ "Build fuzz targets with libFuzzer (clang)" OFF)
option(GASHT_BENCH "Build the benchmarks" ON)
option(GASHT_COVERAGE "Instrument for gcov" OFF)
set(GASHT_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

# Linking forty static programs is a third of a rebuild with ld; mold makes it seconds.
find_program(MOLD mold)

add_library(gasht_build INTERFACE)
if(MOLD)
  target_link_options(gasht_build INTERFACE -fuse-ld=mold)
endif()
target_include_directories(gasht_build INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_options(gasht_build INTERFACE
  -Wall -Wextra -Wpedantic $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -fno-omit-frame-pointer -fstack-protector-strong
  $<$<BOOL:${GASHT_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wno-implicit-int-float-conversion>)
if(GASHT_SANITIZE)
  target_compile_options(gasht_build INTERFACE -fsanitize=${GASHT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(gasht_build INTERFACE -fsanitize=${GASHT_SANITIZE})
  if(GASHT_SANITIZE MATCHES thread)
    # ThreadSanitizer does not model the fences inside Boost.Asio; gcc says so in every file that includes it.
    target_compile_options(gasht_build INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
endif()
if(GASHT_COVERAGE)
  target_compile_options(gasht_build INTERFACE --coverage)
  target_link_options(gasht_build INTERFACE --coverage)
endif()
if(GASHT_FUZZ)
  target_compile_options(gasht_build INTERFACE -fsanitize=fuzzer-no-link)
endif()

# gasht_room(NAME ROOMS lower... LIBS third-party...)
# A folder is a library: every .cc beside the CMakeLists (and in its subfolders) that is not a *_test.cc
# belongs to gasht::NAME (main.cc does not: it is a program's); the *_test.cc files become the program NAME_test, run by ctest with label "unit".
function(gasht_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBS;SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(APPEND sources ${ROOM_SOURCES})
  list(TRANSFORM ROOM_ROOMS PREPEND "gasht::")
  if(sources)
    add_library(gasht_${name} STATIC ${sources})
    target_link_libraries(gasht_${name} PUBLIC gasht_build ${ROOM_ROOMS} PRIVATE ${ROOM_LIBS})
  else()
    add_library(gasht_${name} INTERFACE)
    target_link_libraries(gasht_${name} INTERFACE gasht_build ${ROOM_ROOMS})
  endif()
  add_library(gasht::${name} ALIAS gasht_${name})
  if(tests AND BUILD_TESTING)
    gasht_test(${name}_test SOURCES ${tests} LINK gasht::${name} ${ROOM_LIBS} LABELS unit)
  endif()
endfunction()

# gasht_test(NAME SOURCES files LINK targets LABELS labels [TIMEOUT seconds] [SERIAL] [WHOLE])
# A GoogleTest program; every TEST in it is a ctest test, run from the repository's root (WHOLE: the program is one test;
# SERIAL: it has the machine for itself).
function(gasht_test name)
  cmake_parse_arguments(T "WHOLE;SERIAL" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE gasht_build ${T_LINK} GTest::gtest_main GTest::gmock)
  # The code under test is optimised; its tests are compiled once and run once, and -O0 halves the first.
  target_compile_options(${name} PRIVATE -O0)
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 60)
  endif()
  if(T_WHOLE)
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${T_LABELS}" TIMEOUT ${T_TIMEOUT} RUN_SERIAL ${T_SERIAL})
  else()
    gtest_discover_tests(${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS "${T_LABELS}" TIMEOUT ${T_TIMEOUT} RUN_SERIAL ${T_SERIAL})
  endif()
endfunction()
