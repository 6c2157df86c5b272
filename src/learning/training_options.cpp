#include <resdyn/learning/training_options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>

#include "core/suggestion.hpp"
#include "training_option_rows.hpp"

namespace resdyn {

namespace {

std::string with(std::string_view name, char between) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', between);
    return text;
}

/// body(the field's reference or, of a choice, itself). Options are read as they are written: the
/// fields' functions take them mutable.
template <class Body>
decltype(auto) visit_field(const TrainingOption& option, TrainOptions& options, Body&& body) {
    return std::visit(
        [&](const auto& field) -> decltype(auto) {
            if constexpr (std::is_same_v<std::decay_t<decltype(field)>, OptionChoice>) {
                return body(field);
            } else {
                return body(field(options));
            }
        },
        option.field);
}

std::string default_text(const TrainingOption& option) {
    return text_of(option, TrainOptions{});
}

}  // namespace

bool OptionRange::contains(double value) const {
    return std::isfinite(value) && (above_low ? value > low : value >= low) &&
           (below_high ? value < high : value <= high);
}

std::string OptionRange::words(bool whole) const {
    if (std::isinf(high)) {
        return fmt::format("a {} number {} {:g}", whole ? "whole" : "finite",
                           above_low ? ">" : ">=", low);
    }
    return above_low    ? fmt::format("a number above {:g}, up to {:g}", low, high)
           : below_high ? fmt::format("a number from {:g} to below {:g}", low, high)
                        : fmt::format("a number from {:g} to {:g}", low, high);
}

bool TrainingOption::has_say(const TrainOptions& options) const {
    return applies == nullptr || applies(options);
}

std::string TrainingOption::option() const {
    const bool negated =
        std::holds_alternative<bool& (*)(TrainOptions&)>(field) && default_text(*this) == "true";
    return fmt::format("{}{}", negated ? "--no-" : "--", with(name, '-'));
}

const std::vector<TrainingOption>& training_options() {
    static const std::vector<TrainingOption> all = training_option_rows();
    return all;
}

std::string text_of(const TrainingOption& option, const TrainOptions& options) {
    TrainOptions copy = options;
    return visit_field(option, copy, [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, OptionChoice>) {
            return std::string(value.names.at(value.index(copy)));
        } else {
            return fmt::format("{}", value);
        }
    });
}

void choose(const TrainingOption& option, const std::string& text, TrainOptions& options) {
    const auto& choice = std::get<OptionChoice>(option.field);
    const auto found = std::find(choice.names.begin(), choice.names.end(), text);
    if (found == choice.names.end()) {
        std::string names;
        for (std::size_t k = 0; k < choice.names.size(); ++k) {
            names += k == 0 ? "" : (k + 1 == choice.names.size() ? " or " : ", ");
            names += choice.names[k];
        }
        reject_name(option.option(), names, text);
    }
    choice.choose(options, static_cast<std::size_t>(found - choice.names.begin()));
}

void copy_value(const TrainingOption& option, const TrainOptions& from, TrainOptions& to) {
    TrainOptions copy = from;
    std::visit(
        [&](const auto& field) {
            if constexpr (std::is_same_v<std::decay_t<decltype(field)>, OptionChoice>) {
                field.choose(to, field.index(copy));
            } else {
                field(to) = field(copy);
            }
        },
        option.field);
}

void require_ranges(const TrainOptions& options) {
    TrainOptions copy = options;
    for (const TrainingOption& option : training_options()) {
        visit_field(option, copy, [&](const auto& value) {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, Index> || std::is_same_v<Value, double>) {
                if (!option.range.contains(static_cast<double>(value))) {
                    reject_argument(option.name, option.range.words(std::is_same_v<Value, Index>),
                                    fmt::format("{}", value));
                }
            }
        });
    }
}

std::map<std::string, std::string> identity_of(const TrainOptions& options) {
    std::map<std::string, std::string> identity;
    for (const TrainingOption& option : training_options()) {
        if (option.shapes_result) {
            identity[with(option.name, ' ')] =
                option.has_say(options) ? text_of(option, options) : "not used";
        }
    }
    return identity;
}

std::string repeating_options(const TrainOptions& options) {
    std::string command;
    for (const TrainingOption& option : training_options()) {
        const std::string text = text_of(option, options);
        const bool named = option.usual != OptionDefault::Off || text != default_text(option);
        if (option.group.empty() || !option.shapes_result || !option.has_say(options) || !named) {
            continue;
        }
        command += fmt::format(" {}", option.option());
        if (!std::holds_alternative<bool& (*)(TrainOptions&)>(option.field)) {
            command += fmt::format(" {}", text);
        }
    }
    return command;
}

}  // namespace resdyn
