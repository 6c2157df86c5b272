#include <resdyn/data/dataset.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "core/stratified_sample.hpp"

namespace resdyn {

namespace {

constexpr double pi = std::numbers::pi;

struct Point {
    double x;
    double y;
};

Point polar(double radius, double angle) {
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// Class 0: the disc of radius 0.5. Class 1: the ring 0.75 < r < 1. Uniform in area.
Point rings_point(int label, Random& random) {
    constexpr double disc = 0.5;
    constexpr double inner = 0.75;
    const double low = label == 0 ? 0.0 : inner * inner;
    const double high = label == 0 ? disc * disc : 1.0;
    const double radius = std::sqrt(random.uniform(low, high));
    return polar(radius, random.uniform(0.0, 2.0 * pi));
}

/// Two interleaved half circles with Gaussian noise, centred.
Point moons_point(int label, Random& random) {
    constexpr double noise = 0.08;
    const double angle = random.uniform(0.0, pi);
    const double x = label == 0 ? std::cos(angle) - 0.5 : 0.5 - std::cos(angle);
    const double y = label == 0 ? std::sin(angle) - 0.25 : 0.25 - std::sin(angle);
    return {x + noise * random.normal(), y + noise * random.normal()};
}

/// Two arms of 1.5 turns, r from 0.1 to 1, with Gaussian noise.
Point spirals_point(int label, Random& random) {
    constexpr double noise = 0.02;
    constexpr double turns = 1.5;
    // sqrt: even density along the arm.
    const double along = std::sqrt(random.uniform());
    const Point arm = polar(0.1 + 0.9 * along, 2.0 * pi * turns * along + (label == 0 ? 0.0 : pi));
    return {arm.x + noise * random.normal(), arm.y + noise * random.normal()};
}

/// The quadrants of [−1, 1]² by the sign of xy, a gap of 0.1 on either side of the axes.
Point xor_point(int label, Random& random) {
    constexpr double gap = 0.1;
    const double x = random.uniform(gap, 1.0) * (random.uniform() < 0.5 ? -1.0 : 1.0);
    const double y = random.uniform(gap, 1.0) * (x > 0 ? 1.0 : -1.0) * (label == 0 ? 1.0 : -1.0);
    return {x, y};
}

using Draw = Point (*)(int label, Random& random);

Draw draw_of(std::string_view name) {
    return name == "rings"     ? rings_point
           : name == "moons"   ? moons_point
           : name == "spirals" ? spirals_point
           : name == "xor"     ? xor_point
                               : nullptr;
}

}  // namespace

Dataset Dataset::select(std::span<const Index> columns) const {
    const auto count = static_cast<Index>(columns.size());
    Dataset some;
    some.name = name;
    some.classes = classes;
    some.class_labels = class_labels;
    some.image_rows = image_rows;
    some.image_cols = image_cols;
    some.scaling = scaling;
    some.inputs.resize(width(), count);
    some.labels.resize(count);
    for (Index j = 0; j < count; ++j) {
        const Index column = columns[static_cast<std::size_t>(j)];
        some.inputs.col(j) = inputs.col(column);
        some.labels[j] = labels[column];
        some.source.push_back(source_of(column));
    }
    return some;
}

Dataset Dataset::draw(Index count, std::uint64_t seed) const {
    return count >= size() ? *this : select(stratified_sample(labels, count, seed));
}

std::vector<std::string> class_remarks(const Dataset& data, Index classes) {
    std::vector<bool> seen(static_cast<std::size_t>(std::max(classes, data.classes)), false);
    for (const int label : data.labels) {
        seen[static_cast<std::size_t>(label)] = true;
    }
    std::vector<std::size_t> missing;
    for (std::size_t c = 0; c < seen.size(); ++c) {
        if (!seen[c]) {
            missing.push_back(c);
        }
    }
    if (missing.size() + 1 == seen.size() && data.size() > 1) {
        return {
            fmt::format("{}: all {} samples are of one class ({}), so accuracies say nothing; are "
                        "the labels in "
                        "another column (--label)?",
                        data.name, data.size(), data.labels[0])};
    }
    if (missing.empty()) {
        return {};
    }
    constexpr std::size_t most_named = 10;
    const std::span<const std::size_t> named(missing.data(), std::min(most_named, missing.size()));
    return {fmt::format(
        "{}: no sample of {} {}{} among the {} used; of {} nothing was measured.", data.name,
        missing.size() == 1 ? "class" : "classes", fmt::join(named, ", "),
        missing.size() > most_named ? fmt::format(" and {} more", missing.size() - most_named) : "",
        data.size(), missing.size() == 1 ? "it" : "them")};
}

Split split(const Dataset& data, double share, std::uint64_t seed) {
    if (!(share > 0.0 && share < 1.0)) {
        reject_argument("held-out share", "a number between 0 and 1", fmt::format("{}", share));
    }
    if (data.size() < 2) {
        reject_argument(data.name, "at least 2 samples to hold some out",
                        fmt::format("{}", data.size()));
    }
    constexpr std::uint64_t split_stream = 2;  // 0 draws data, 1 initial weights
    const std::vector<Index> order = Random(seed, split_stream).permutation(data.size());
    const Index wished = std::lround(share * static_cast<double>(data.size()));
    const auto held = static_cast<std::size_t>(std::clamp<Index>(wished, 1, data.size() - 1));
    const std::span<const Index> columns(order);
    return {data.select(columns.subspan(held)), data.select(columns.first(held))};
}

void validate(const Dataset& data) {
    if (data.size() < 1 || data.width() < 1) {
        reject_input(data.name, "at least one sample of at least one number",
                     fmt::format("{} samples of width {}", data.size(), data.width()));
    }
    if (data.labels.size() != data.size()) {
        reject_input(data.name, fmt::format("{} labels, one a sample", data.size()),
                     fmt::format("{}", data.labels.size()));
    }
    if (!data.inputs.allFinite()) {
        reject_input(data.name, "finite numbers in float32", "NaN or infinity");
    }
    if (data.classes < 1 || data.labels.minCoeff() < 0 || data.labels.maxCoeff() >= data.classes) {
        reject_input(
            data.name, fmt::format("labels from 0 to {}", data.classes - 1),
            fmt::format("labels from {} to {}", data.labels.minCoeff(), data.labels.maxCoeff()));
    }
}

bool is_builtin_dataset(std::string_view name) {
    return draw_of(name) != nullptr;
}

Dataset builtin_dataset(std::string_view name, Index count, std::uint64_t seed) {
    const Draw draw = draw_of(name);
    if (draw == nullptr) {
        reject_argument("data", builtin_dataset_names, name);
    }
    require_at_least("samples", count, 2);
    Dataset data;
    data.name = name;
    data.scaling = "none";
    data.classes = 2;
    data.inputs.resize(2, count);
    data.labels.resize(count);
    Random random(seed);
    const std::vector<Index> order = random.permutation(count);
    for (Index i = 0; i < count; ++i) {
        const int label = static_cast<int>(order[static_cast<std::size_t>(i)] % 2);
        const Point point = draw(label, random);
        data.inputs(0, i) = static_cast<float>(point.x);
        data.inputs(1, i) = static_cast<float>(point.y);
        data.labels[i] = label;
    }
    return data;
}

}  // namespace resdyn
