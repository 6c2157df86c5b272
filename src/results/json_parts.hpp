/// @file
/// The parts that results of many kinds share, each as JSON in one shape: numbers, complex numbers,
/// proportions, means, spreads. doc/schema/common.schema.json describes the same parts to users.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/core/quantile.hpp>
#include <resdyn/core/types.hpp>
#include <resdyn/transient/decision.hpp>

#include "json_number.hpp"

namespace resdyn {

/// Every number as json_number writes it.
nlohmann::ordered_json json_numbers(const std::vector<double>& values);
nlohmann::ordered_json json_numbers(const Vector& values);
/// Pairs [real part, imaginary part].
nlohmann::ordered_json json_numbers(const std::vector<Complex>& values);

/// {value, standard_error, low, high, samples}.
nlohmann::ordered_json to_json(const Proportion& proportion);
/// {mean, standard_error}.
nlohmann::ordered_json to_json(const MeanWithError& mean);
/// {median, q05, q95, least, most}.
nlohmann::ordered_json to_json(const Spread& spread);

}  // namespace resdyn
