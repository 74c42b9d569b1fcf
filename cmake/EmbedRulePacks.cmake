# Writes OUT, a C++ file that defines EmbeddedRulePacks() with the text of every pack below DIR.
# Run by the build: cmake -DDIR=... -DOUT=... -P EmbedRulePacks.cmake
file(GLOB_RECURSE packs RELATIVE ${DIR} ${DIR}/*.yaml)
list(SORT packs)
set(body "// Made by cmake/EmbedRulePacks.cmake from rules/packs/.\n#include \"rules/packs.h\"\n\nnamespace gasht {\n\n")
string(APPEND body "const std::vector<RulePackFile>& EmbeddedRulePacks() {\n")
string(APPEND body "  static const std::vector<RulePackFile> packs = {\n")
foreach(pack IN LISTS packs)
  file(READ ${DIR}/${pack} text)
  string(APPEND body "      {\"${pack}\", R\"~gasht~(${text})~gasht~\"},\n")
endforeach()
string(APPEND body "  };\n  return packs;\n}\n\n}  // namespace gasht\n")
file(WRITE ${OUT} "${body}")
