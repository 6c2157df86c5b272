#include <resdyn/learning/record.hpp>

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <string>

#include <resdyn/core/error.hpp>
#include <resdyn/depth/depth_rule.hpp>

namespace resdyn {

namespace {

struct Column {
    std::string name;
    double& (*value)(EpochRecord&);
};

/// Every column but the epoch.
const std::vector<Column>& columns() {
    static const std::vector<Column> all = {
        {"learning_rate", [](EpochRecord& r) -> double& { return r.learning_rate; }},
        {"loss", [](EpochRecord& r) -> double& { return r.loss; }},
        {"penalty", [](EpochRecord& r) -> double& { return r.penalty; }},
        {"train_accuracy", [](EpochRecord& r) -> double& { return r.train_accuracy; }},
        {"held_out_loss", [](EpochRecord& r) -> double& { return r.held_out_loss; }},
        {"held_out_accuracy", [](EpochRecord& r) -> double& { return r.held_out_accuracy; }},
        {"test_accuracy", [](EpochRecord& r) -> double& { return r.test_accuracy; }},
        {"gradient_norm", [](EpochRecord& r) -> double& { return r.gradient_norm; }},
        {"weight_norm", [](EpochRecord& r) -> double& { return r.weight_norm; }},
        {"settle_mean", [](EpochRecord& r) -> double& { return r.settle.mean; }},
        {"settle_q95", [](EpochRecord& r) -> double& { return r.settle.q95; }},
        {"settle_max", [](EpochRecord& r) -> double& { return r.settle.max; }},
        {"energy_work", [](EpochRecord& r) -> double& { return r.energy_work; }},
        {"energy_injection", [](EpochRecord& r) -> double& { return r.energy_injection; }},
        {"depth", [](EpochRecord& r) -> double& { return r.depth; }},
        {"criterion", [](EpochRecord& r) -> double& { return r.criterion; }},
        {"depth_next", [](EpochRecord& r) -> double& { return r.depth_next; }},
        {"depth_change", [](EpochRecord& r) -> double& { return r.depth_change; }},
        {"seconds", [](EpochRecord& r) -> double& { return r.seconds; }},
    };
    return all;
}

}  // namespace

std::vector<double> to_numbers(const EpochRecord& record) {
    EpochRecord copy = record;
    std::vector<double> numbers{static_cast<double>(record.epoch)};
    for (const Column& column : columns()) {
        numbers.push_back(column.value(copy));
    }
    return numbers;
}

EpochRecord record_from_numbers(const std::vector<double>& numbers, const std::string& where) {
    if (numbers.size() != columns().size() + 1) {
        reject_input(where, fmt::format("{} columns of a training record", columns().size() + 1),
                     fmt::format("{}", numbers.size()));
    }
    const auto is_whole = [](double value, double largest) {
        return value >= 0.0 && value <= largest && value == std::trunc(value);
    };
    constexpr double largest_epoch = 9007199254740992.0;  // 2^53: up to here doubles hold all
    if (!is_whole(numbers[0], largest_epoch)) {
        reject_input(where + ", epoch", "a whole number from 0", fmt::format("{}", numbers[0]));
    }
    EpochRecord record;
    record.epoch = static_cast<Index>(numbers[0]);
    for (std::size_t i = 0; i < columns().size(); ++i) {
        columns()[i].value(record) = numbers[i + 1];
    }
    constexpr auto last_change = static_cast<double>(DepthChange::Doubled);
    if (!std::isnan(record.depth_change) && !is_whole(record.depth_change, last_change)) {
        reject_input(where + ", depth_change",
                     fmt::format("a whole number from 0 to {}, or none", last_change),
                     fmt::format("{}", record.depth_change));
    }
    return record;
}

const std::vector<std::string>& record_columns() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all{"epoch"};
        for (const Column& column : columns()) {
            all.push_back(column.name);
        }
        return all;
    }();
    return names;
}

}  // namespace resdyn
