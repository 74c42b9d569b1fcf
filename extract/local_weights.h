#pragma once

// What local units weigh: data with a date and a source, never a fact of the law. Every Quantity that used one says
// so in `basis`.

#include <string_view>

namespace gasht {

struct LocalWeight {
  std::string_view unit;
  std::string_view grams;  // decimal
};

// As of 2026-11. The units of British India kept in the bazaar: 1 tola = 180 troy grains (Weights and Measures of
// Capacity Act, 1871, and the Standards of Weight Act, 1939); 1 ser = 80 tola, 1 pao = 20 tola, 1 chhatank = 5 tola,
// 1 maund = 40 ser, 1 masha = 1/12 tola, 1 ratti = 1/8 masha. Trade rounds (tola 10 g, pao 250 g, ser 1 kg), and Kabul
// has other ones.
constexpr LocalWeight kLocalWeights[] = {
    {"tola", "11.6638"}, {"masha", "0.97198"}, {"ratti", "0.1215"},   {"chhatank", "58.319"},
    {"pao", "233.276"},  {"ser", "933.104"},   {"maund", "37324.16"},
};

}  // namespace gasht
