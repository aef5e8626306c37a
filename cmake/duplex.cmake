# Two verbs for every folder: duplex_library(NAME SOURCES … LINKS …) and duplex_test(NAME SOURCES … LINKS …).
find_package(Threads REQUIRED)

# Options that hold for every target: warnings are errors, sanitizers come from one cache variable. A project that
# adds this one links the same options, and its code is not ours to judge: there nothing is said.
add_library(duplex_options INTERFACE)
target_compile_features(duplex_options INTERFACE cxx_std_20)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(duplex_options INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion
    -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(duplex_options INTERFACE -Wno-missing-field-initializers)
  else()
    # g++ warns about designated initializers that leave defaults in place; they are how options are passed here.
    target_compile_options(duplex_options INTERFACE -Wno-missing-field-initializers)
    # g++ 12 takes `"a" + std::string(…)` for an overlapping copy when it optimizes (GCC bug 105651).
    target_compile_options(duplex_options INTERFACE -Wno-restrict)
  endif()
endif()
if(DUPLEX_SANITIZE)
  target_compile_options(duplex_options INTERFACE -fsanitize=${DUPLEX_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(duplex_options INTERFACE -fsanitize=${DUPLEX_SANITIZE})
endif()
target_include_directories(duplex_options INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(duplex_options INTERFACE Threads::Threads)

# For what no fuzzer looks at: takes the instrumentation back, so it has to be linked last. clang 14 cannot even
# instrument coroutines at -O0.
add_library(duplex_uninstrumented INTERFACE)
if(DUPLEX_SANITIZE MATCHES "fuzzer")
  target_compile_options(duplex_uninstrumented INTERFACE -fno-sanitize=fuzzer-no-link)
endif()

# A folder of src/ or apps/ as a static library named duplex_NAME.
function(duplex_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  if(arg_SOURCES)
    add_library(duplex_${name} STATIC ${arg_SOURCES})
    target_link_libraries(duplex_${name} PUBLIC duplex_options ${arg_LINKS})
  else()
    add_library(duplex_${name} INTERFACE)
    target_link_libraries(duplex_${name} INTERFACE duplex_options ${arg_LINKS})
  endif()
endfunction()

# Programs in which ThreadSanitizer has nothing to see. tests/hygiene keeps threads and locks out of the pure
# folders; the other tests here start none.
set(duplex_single_threaded base deflate protocol http handshake chat_domain cli bench)

# The unit tests of one folder as one GoogleTest program, build/<preset>/bin/NAME_test; ctest knows it as NAME.
function(duplex_test name)
  if(NOT DUPLEX_TESTS)
    return()
  endif()
  if(DUPLEX_SANITIZE STREQUAL "thread" AND name IN_LIST duplex_single_threaded)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${arg_LINKS} duplex_options GTest::gmock GTest::gtest_main
    duplex_uninstrumented)
  # Whatever the preset does with the code under test: optimizing the tests doubles the time to build them.
  target_compile_options(${name}_test PRIVATE -O0)
  add_test(NAME ${name} COMMAND ${name}_test)
  set_property(GLOBAL APPEND PROPERTY duplex_test_programs ${name}_test)
endfunction()

if(DUPLEX_TESTS)
  enable_testing()
endif()
