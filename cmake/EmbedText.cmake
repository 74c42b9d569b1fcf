# Writes OUT, a C++ file that includes HEADER and defines functions returning the texts of files.
# Run by the build: cmake -DOUT=... -DHEADER=... -DFILES="Function=path|Function=path" -P EmbedText.cmake
set(body "// Made by cmake/EmbedText.cmake.\n#include \"${HEADER}\"\n\nnamespace gasht {\n\n")
string(REPLACE "|" ";" FILES "${FILES}")
foreach(pair IN LISTS FILES)
  string(REGEX MATCH "^([A-Za-z]+)=(.+)$" _ "${pair}")
  set(function ${CMAKE_MATCH_1})
  file(READ ${CMAKE_MATCH_2} text)
  string(APPEND body "std::string_view ${function}() {\n  return R\"~gasht~(${text})~gasht~\";\n}\n\n")
endforeach()
string(APPEND body "}  // namespace gasht\n")
file(WRITE ${OUT} "${body}")
