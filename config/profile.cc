#include "config/profile.h"

#include "base/file.h"
#include "config/fields.h"

namespace gasht {

ExtractionProfile ReadProfile(const YamlNode& node, YamlErrors& errors) {
  YamlMap map(node, "profile", errors);
  ExtractionProfile profile;
  profile.name = map.String("name").value_or("");
  profile.item = RequireText(map, "item");
  profile.kind = map.OneOf("kind", {"offer", "post"}).value_or("");
  for (const auto& [key, selector] : {std::pair("title", &profile.title),
                                      {"price", &profile.price},
                                      {"currency", &profile.currency},
                                      {"quantity", &profile.quantity},
                                      {"vendor", &profile.vendor},
                                      {"url", &profile.url},
                                      {"site_id", &profile.site_id},
                                      {"text", &profile.text},
                                      {"ships_from", &profile.ships_from},
                                      {"ships_to", &profile.ships_to},
                                      {"category", &profile.category}}) {
    *selector = OptionalText(map, key);
  }
  map.Finish();
  return profile;
}

Result<ExtractionProfile> LoadProfile(const std::string& path) {
  GASHT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxConfigFileBytes));
  GASHT_ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
  YamlErrors errors(path);
  const YamlNode* nested = root.Find("profile");
  const ExtractionProfile profile = ReadProfile(nested == nullptr ? root : *nested, errors);
  GASHT_RETURN_IF_ERROR(errors.ToStatus());
  return profile;
}

}  // namespace gasht
