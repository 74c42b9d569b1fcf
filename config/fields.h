#pragma once

// Typed fields of configuration files, over base/yaml: each reports what is wrong at its place and gives back
// something harmless. Pure functions.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/yaml.h"
#include "model/source.h"

namespace gasht {

constexpr size_t kMaxConfigFileBytes = 4u << 20;

// Pakistan keeps one offset all year; dates in configuration are days there.
constexpr std::chrono::minutes kConfigUtcOffset = std::chrono::hours(5);

// Text that is not empty.
std::string RequireText(YamlMap& map, std::string_view key);
// Empty when absent; present and empty is an error.
std::string OptionalText(YamlMap& map, std::string_view key);

// "90s", "5m", ... in [min, max].
std::optional<std::chrono::microseconds> Duration(YamlMap& map, std::string_view key,
                                                  std::chrono::microseconds min,
                                                  std::chrono::microseconds max);
// "512KiB", "4MiB", "1GiB" in [min, max].
std::optional<size_t> ByteSize(YamlMap& map, std::string_view key, size_t min, size_t max);
// The first moment of a day "2026-11-22".
std::optional<UtcTime> Date(YamlMap& map, std::string_view key);
// "22:00-06:00", in Pakistan time; over midnight too. All day when absent.
DayWindow Hours(YamlMap& map, std::string_view key);
// "127.0.0.1:9050", "[::1]:9050", "localhost:9050" or "unix:/absolute/path"; empty when absent or wrong.
std::string EndpointText(YamlMap& map, std::string_view key);

// A list of them, or one; each at most once.
std::vector<std::string> EndpointTexts(YamlMap& map, std::string_view key);

// The scalars of a list (or the one scalar) with their places; other items are reported.
std::vector<const YamlNode*> Scalars(YamlMap& map, std::string_view key);

}  // namespace gasht
