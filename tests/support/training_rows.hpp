/// @file
/// The rows of the training options for tests that go over all of them: options under which a row
/// has a say, another value in its range, and values outside.
#pragma once

#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <resdyn/learning/training_options.hpp>

namespace resdyn::test {

/// Options under which the row has a say; throws where none of these will do.
inline TrainOptions with_a_say(const TrainingOption& row) {
    TrainOptions other;
    other.optimizer.method = OptimizerMethod::Sgd;
    other.rate.schedule = RateSchedule::Step;
    other.regularizer.structure = WeightStructure::Antisymmetric;
    other.settling.weight = 1.0;
    other.depth_rule.enabled = true;
    other.depth_rule.max_depth = 12;
    TrainOptions growing;
    growing.growth.doublings = 1;
    for (const TrainOptions& options : {TrainOptions{}, other, growing}) {
        if (row.has_say(options)) {
            return options;
        }
    }
    throw std::logic_error(std::string(row.name) + ": no options under which it has a say");
}

/// Another value in range.
inline TrainOptions changed(const TrainingOption& row, TrainOptions options) {
    std::visit(
        [&](const auto& field) {
            if constexpr (std::is_same_v<std::decay_t<decltype(field)>, OptionChoice>) {
                field.choose(options, (field.index(options) + 1) % field.names.size());
            } else {
                auto& value = field(options);
                using Value = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<Value, bool>) {
                    value = !value;
                } else {
                    const Value before = value;
                    for (const double next : {before + 1.0, 0.5 * before, 0.25}) {
                        if (value == before && row.range.contains(next)) {
                            value = static_cast<Value>(next);
                        }
                    }
                }
            }
        },
        row.field);
    return options;
}

/// Numbers just outside the row's range, and those that are none; empty for a row without one.
inline std::vector<std::string> out_of_range(const TrainingOption& row) {
    const bool whole = std::holds_alternative<Index& (*)(TrainOptions&)>(row.field);
    if (!whole && !std::holds_alternative<double& (*)(TrainOptions&)>(row.field)) {
        return {};
    }
    std::vector<std::string> values;
    const auto add = [&](double value) {
        values.push_back(whole ? std::to_string(static_cast<Index>(value)) : std::to_string(value));
    };
    add(row.range.above_low ? row.range.low : row.range.low - 1);
    if (std::isfinite(row.range.high)) {
        add(row.range.below_high ? row.range.high : row.range.high + 1);
    }
    if (!whole) {
        values.insert(values.end(), {"nan", "inf"});
    }
    return values;
}

/// The options with a number of the row in place.
inline TrainOptions with_number(const TrainingOption& row, const std::string& text,
                                TrainOptions options) {
    if (const auto* whole = std::get_if<Index& (*)(TrainOptions&)>(&row.field)) {
        (*whole)(options) = std::stol(text);
    } else {
        std::get<double& (*)(TrainOptions&)>(row.field)(options) = std::stod(text);
    }
    return options;
}

}  // namespace resdyn::test
