# Files become part of the binary: one file to copy, and a page that always fits its server.
#
#   duplex_embed(TARGET duplex_echo_page NAMESPACE duplex::cli FUNCTION echo_page_assets DIRECTORY echo_page)
#
# makes the library duplex_echo_page, whose header
#
#   #include <embedded/duplex_echo_page.hpp>      // std::vector<duplex::Asset> duplex::cli::echo_page_assets()
#
# gives every file below DIRECTORY with its path from there ("/index.html"). Left out: README.md and package.json,
# hidden files, and what lies in a folder named tests or node_modules.
#
# The assembler reads the files itself (.incbin): as string literals they would cost the compiler seconds and
# break its length limits.
function(duplex_embed)
  cmake_parse_arguments(arg "" "TARGET;NAMESPACE;FUNCTION;DIRECTORY" "" ${ARGN})
  get_filename_component(directory ${arg_DIRECTORY} ABSOLUTE)
  file(GLOB_RECURSE files RELATIVE ${directory} CONFIGURE_DEPENDS ${directory}/*)
  list(FILTER files EXCLUDE REGEX "(^|/)(README\\.md$|package\\.json$|\\.|tests/|node_modules/)")
  list(SORT files)

  set(embed_included "")
  set(embed_declared "")
  set(embed_assets "")
  set(index 0)
  foreach(file IN LISTS files)
    string(APPEND embed_included "asset_${index}_begin:\n.incbin \"${directory}/${file}\"\nasset_${index}_end:\n")
    string(APPEND embed_declared "extern \"C\" const char asset_${index}_begin[];\n")
    string(APPEND embed_declared "extern \"C\" const char asset_${index}_end[];\n")
    string(APPEND embed_assets
      "      {\"/${file}\", std::string(asset_${index}_begin, asset_${index}_end), {}},\n")
    math(EXPR index "${index} + 1")
  endforeach()

  set(embed_target ${arg_TARGET})
  set(embed_namespace ${arg_NAMESPACE})
  set(embed_function ${arg_FUNCTION})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET})
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed.hpp.in ${output}/embedded/${arg_TARGET}.hpp @ONLY)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed.cpp.in ${output}/${arg_TARGET}.cpp @ONLY)

  list(TRANSFORM files PREPEND ${directory}/)
  set_source_files_properties(${output}/${arg_TARGET}.cpp PROPERTIES OBJECT_DEPENDS "${files}")
  add_library(${arg_TARGET} STATIC ${output}/${arg_TARGET}.cpp)
  # Its symbols stand in assembly of their own, which link-time optimisation would put into one file with others'.
  set_target_properties(${arg_TARGET} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
  target_include_directories(${arg_TARGET} PUBLIC ${output})
  target_link_libraries(${arg_TARGET} PUBLIC duplex_options)
endfunction()
