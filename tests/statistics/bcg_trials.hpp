// The 13 trials of BCG vaccine against tuberculosis (G. A. Colditz et al., J. Amer. Med. Assoc.
// 271, 1994, 698–702), log risk ratios and their variances: the worked example of W. Viechtbauer,
// J. Stat. Softw. 36(3), 2010, whose results these tests repeat.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include <resdyn/statistics/meta_analysis.hpp>

namespace resdyn::test {

struct BcgTrial {
    double ill_treated, well_treated, ill_control, well_control, year, latitude;
};

inline constexpr std::array<BcgTrial, 13> bcg_trials = {
    BcgTrial{4, 119, 11, 128, 1948, 44},        BcgTrial{6, 300, 29, 274, 1949, 55},
    BcgTrial{3, 228, 11, 209, 1960, 42},        BcgTrial{62, 13536, 248, 12619, 1977, 52},
    BcgTrial{33, 5036, 47, 5761, 1973, 13},     BcgTrial{180, 1361, 372, 1079, 1953, 44},
    BcgTrial{8, 2537, 10, 619, 1973, 19},       BcgTrial{505, 87886, 499, 87892, 1980, 13},
    BcgTrial{29, 7470, 45, 7232, 1968, 27},     BcgTrial{17, 1699, 65, 1600, 1961, 42},
    BcgTrial{186, 50448, 141, 27197, 1974, 18}, BcgTrial{5, 2493, 3, 2338, 1969, 33},
    BcgTrial{27, 16886, 29, 17825, 1976, 33}};

inline std::vector<EffectEstimate> bcg_estimates() {
    std::vector<EffectEstimate> result;
    for (const BcgTrial& t : bcg_trials) {
        const double treated = t.ill_treated + t.well_treated;
        const double control = t.ill_control + t.well_control;
        result.push_back({std::log(t.ill_treated / treated) - std::log(t.ill_control / control),
                          1 / t.ill_treated - 1 / treated + 1 / t.ill_control - 1 / control, ""});
    }
    return result;
}

}  // namespace resdyn::test
