#include "weight_reading.hpp"

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

#include "number_check.hpp"

namespace resdyn::cli {

void add_reading_options(CLI::App& verb, WeightReading& reading, const std::string& where) {
    verb.add_flag("--as-decimals", reading.as_decimals,
                  "Decide on the decimals that the weights stand for, 0.1 as 1/10, not on the "
                  "stored binary numbers" +
                      (where.empty() ? "" : " (" + where + ")"));
    verb.add_option("--tolerance", reading.rounding.tolerance,
                    "Verdicts whose margin is below this, relative to |W| (largest row sum of "
                    "|w_ij|), are named as hanging on rounding (default: N 2^-52; weights that "
                    "were float32: 1e-7)")
        ->check(not_negative());
    verb.add_option("--max-denominator", reading.rounding.max_denominator,
                    "Of the rationals that weights are compared with where verdicts hang on "
                    "rounding")
        ->check(CLI::Range(1L, 1000000000L))
        ->capture_default_str();
}

std::optional<WholeSystem> read_weights(const WeightReading& reading,
                                        const ResidualSystem& system) {
    if (!reading.as_decimals) {
        return std::nullopt;
    }
    auto whole = as_decimals(system);
    if (!whole) {
        reject_input("--as-decimals", "weights of at most some 30 decimal digits from end to end",
                     "weights that span more");
    }
    return whole;
}

}  // namespace resdyn::cli
