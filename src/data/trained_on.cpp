#include <resdyn/data/trained_on.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include <resdyn/core/error.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn {

namespace {

/// Labels in a message are cut behind these.
constexpr std::size_t most_said = 10;

std::string listed(const std::vector<std::string>& labels) {
    const auto end = labels.begin() + static_cast<long>(std::min(most_said, labels.size()));
    return fmt::format("{}{}", fmt::join(labels.begin(), end, ", "),
                       labels.size() > most_said ? ", ..." : "");
}

/// What the source calls a class.
std::string label_of(const Dataset& data, Index k) {
    return data.class_labels.empty() ? fmt::format("{}", k)
                                     : data.class_labels[static_cast<std::size_t>(k)];
}

/// The classes that occur, in their order.
std::vector<Index> occurring(const Dataset& data) {
    const std::set<int> found(data.labels.begin(), data.labels.end());
    return {found.begin(), found.end()};
}

/// Gives every label its number in `labels`, which holds all that occur.
void renumber(Dataset& data, const std::vector<std::string>& labels) {
    std::vector<int> number(static_cast<std::size_t>(data.classes), 0);
    for (const Index k : occurring(data)) {
        const auto found = std::find(labels.begin(), labels.end(), label_of(data, k));
        number[static_cast<std::size_t>(k)] = static_cast<int>(found - labels.begin());
    }
    for (int& label : data.labels) {
        label = number[static_cast<std::size_t>(label)];
    }
    data.classes = static_cast<Index>(labels.size());
    const bool plain = std::all_of(labels.begin(), labels.end(), [&](const std::string& label) {
        return label == fmt::format("{}", &label - labels.data());
    });
    data.class_labels = plain ? std::vector<std::string>() : labels;
}

std::vector<std::string> labels_of(const Dataset& data, const std::vector<Index>& classes) {
    std::vector<std::string> labels(classes.size());
    std::transform(classes.begin(), classes.end(), labels.begin(),
                   [&](Index k) { return label_of(data, k); });
    return labels;
}

double largest_input(const Dataset& data) {
    return static_cast<double>(data.inputs.cwiseAbs().maxCoeff());
}

/// Whether all inputs are whole numbers as pixels are: from 0 to 255, and some beyond 1/4 of that.
bool looks_like_pixels(const Dataset& data) {
    return data.scaling != pixel_scaling && data.inputs.minCoeff() >= 0.0F &&
           data.inputs.maxCoeff() <= largest_pixel && data.inputs.maxCoeff() > largest_pixel / 4 &&
           (data.inputs.array() == data.inputs.array().floor()).all();
}

/// The larger end of "LOW to HIGH" in magnitude.
std::optional<double> largest_of_range(const std::string& text) {
    const std::size_t at = text.find(" to ");
    if (at == std::string::npos) {
        return std::nullopt;
    }
    const auto number = [](std::string_view part) {
        double value = std::nan("");
        std::from_chars(part.data(), part.data() + part.size(), value);
        return value;
    };
    const std::string_view view(text);
    const double largest =
        std::max(std::abs(number(view.substr(0, at))), std::abs(number(view.substr(at + 4))));
    return std::isfinite(largest) ? std::optional(largest) : std::nullopt;
}

}  // namespace

TrainedOn trained_on(const Dataset& data) {
    std::vector<Index> all(static_cast<std::size_t>(data.classes));
    std::iota(all.begin(), all.end(), Index{0});
    return {data.classes, labels_of(data, all), data.scaling, largest_input(data)};
}

TrainedOn trained_on(const ModelFile& model) {
    TrainedOn result;
    result.classes = shape_of(model.network).classes;
    const auto text = [&](const char* key) {
        const auto found = model.metadata.find(key);
        return found == model.metadata.end() ? std::string() : found->second;
    };
    result.scaling = text("scaling");
    result.largest = largest_of_range(text("input_range"));
    if (!result.largest && result.scaling == pixel_scaling) {
        result.largest = 1.0;
    }
    const std::string labels = text("class_labels");
    if (labels.empty()) {
        return result;
    }
    try {
        result.class_labels = nlohmann::json::parse(labels).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
        reject_input("metadata \"class_labels\"", "a JSON list of texts", "something else");
    }
    if (static_cast<Index>(result.class_labels.size()) != result.classes) {
        reject_input("metadata \"class_labels\"",
                     fmt::format("{} labels, one a class", result.classes),
                     fmt::format("{}", result.class_labels.size()));
    }
    return result;
}

std::map<std::string, std::string> training_metadata(const Dataset& data) {
    const nlohmann::json labels = trained_on(data).class_labels;
    return {
        {"scaling", data.scaling},
        {"input_range", fmt::format("{} to {}", data.inputs.minCoeff(), data.inputs.maxCoeff())},
        {"class_labels", labels.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}};
}

std::vector<std::string> settle_classes(Dataset& data, const TrainedOn& expected) {
    const std::vector<Index> found = occurring(data);
    std::vector<std::string> notes;
    if (!expected.class_labels.empty()) {
        for (const std::string& label : labels_of(data, found)) {
            if (std::find(expected.class_labels.begin(), expected.class_labels.end(), label) ==
                expected.class_labels.end()) {
                reject_input(data.name,
                             fmt::format("labels that the network knows ({})",
                                         listed(expected.class_labels)),
                             label.substr(0, 60));
            }
        }
        renumber(data, expected.class_labels);
        return notes;
    }
    const bool named = !data.class_labels.empty();
    if (expected.classes > 0) {
        if (named && static_cast<Index>(found.size()) != expected.classes) {
            reject_input(data.name,
                         fmt::format("labels 0 to {}, since the network does not say what its "
                                     "classes are called",
                                     expected.classes - 1),
                         fmt::format("{} names", found.size()));
        }
        const bool from_one = !named && found.front() >= 1 && found.back() == expected.classes;
        if (from_one) {
            data.labels.array() -= 1;
            data.classes = expected.classes;
            notes.push_back(fmt::format(
                "{}: labels count from 1; they are taken for the network's classes 0 to {}.",
                data.name, expected.classes - 1));
        }
        return notes;
    }
    if (found.front() == 0 && found.back() + 1 == static_cast<Index>(found.size())) {
        return notes;
    }
    const std::vector<std::string> labels = labels_of(data, found);
    renumber(data, labels);
    notes.push_back(
        fmt::format("{}: the labels found are {}; they are classes 0 to {}, in this "
                    "order.",
                    data.name, listed(labels), labels.size() - 1));
    return notes;
}

std::vector<std::string> scale_notes(const Dataset& data, const TrainedOn& expected) {
    // Beyond these ratios no test half is of its training half.
    constexpr double too_large = 4.0;
    constexpr double too_small = 1.0 / 16.0;
    const double largest = largest_input(data);
    if (!expected.largest) {
        if (expected.classes > 0 || !looks_like_pixels(data)) {
            return {};
        }
        return {
            fmt::format("{}: inputs are whole numbers from 0 to {:g} and stay as they are; "
                        "--scaling {} divides pixels by 255.",
                        data.name, largest, pixel_scaling)};
    }
    const double ratio = largest / *expected.largest;
    if (!(ratio > too_large || ratio < too_small) || *expected.largest == 0.0) {
        return {};
    }
    const bool unscaled = expected.scaling == pixel_scaling && data.scaling != pixel_scaling;
    const bool scaled = expected.scaling != pixel_scaling && data.scaling == pixel_scaling;
    return {fmt::format(
        "{}: inputs reach {:.4g} (scaling {}), but the network was trained on inputs up to {:.4g} "
        "(scaling {}), so what it answers means little: {}.",
        data.name, largest, data.scaling, *expected.largest,
        expected.scaling.empty() ? "unknown" : expected.scaling,
        unscaled ? fmt::format("--scaling {} divides them by 255", pixel_scaling)
        : scaled ? std::string("--scaling none leaves pixels as they are")
                 : std::string("rescale the file"))};
}

}  // namespace resdyn
