#include "tensor_shelf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>

#include "formats/decimal_number.hpp"

namespace resdyn {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::string_view network_tensors =
    "tensors W (NxN), or A (NxM) and B (MxN); b, V, c, U, e; W.0, b.0, ... by layer";
constexpr std::string_view depth_range = "a whole number >= 1";

/// "fc.weight (F32, 2x2), fc.bias (F32, 2)", cut where it would be long.
std::string listed(const std::vector<std::pair<std::string, std::string>>& tensors) {
    constexpr std::size_t most = 12;
    constexpr std::size_t longest_name = 60;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, tensors.size()); ++i) {
        const auto& [name, what] = tensors[i];
        text += fmt::format("{}{} ({})", i > 0 ? ", " : "", name.substr(0, longest_name),
                            what.substr(0, longest_name));
    }
    return tensors.size() > most ? fmt::format("{} and {} more", text, tensors.size() - most)
                                 : text;
}

}  // namespace

bool is_network_name(const std::string& name) {
    static constexpr std::string_view of_the_network = "VcUe";
    static constexpr std::string_view of_a_layer = "WABb";
    if (name.empty()) {
        return false;
    }
    const bool by_layer = of_a_layer.find(name[0]) != std::string_view::npos;
    if (name.size() == 1) {
        return by_layer || of_the_network.find(name[0]) != std::string_view::npos;
    }
    return by_layer && name.size() > 2 && name[1] == '.' &&
           name.find_first_not_of("0123456789", 2) == std::string::npos;
}

Matrix TensorShelf::matrix(const std::string& name) {
    const Tensor& tensor = take(name, 2);
    return Eigen::Map<const RowMajor>(tensor.values.data(), tensor.shape[0], tensor.shape[1]);
}

Vector TensorShelf::bias(const std::string& name, Index size) {
    if (!has(name)) {
        return Vector::Zero(size);
    }
    const Tensor& tensor = take(name, 1);
    return Eigen::Map<const Vector>(tensor.values.data(), tensor.shape[0]);
}

std::string TensorShelf::metadata_or(const std::string& key, const std::string& otherwise) const {
    const auto found = content_.metadata.find(key);
    return found == content_.metadata.end() ? otherwise : found->second;
}

Activation TensorShelf::activation() {
    if (overrides_.activation) {
        note_override("activation", std::string(to_string(*overrides_.activation)));
        return *overrides_.activation;
    }
    const auto found = content_.metadata.find("activation");
    if (found == content_.metadata.end()) {
        reject_missing("activation", activation_names());
    }
    const std::optional<Activation> known = activation_from_name(found->second);
    if (!known) {
        reject("activation", activation_names(), found->second);
    }
    return *known;
}

Index TensorShelf::depth() {
    // A larger claim is a mistake, and would keep every verb busy without end.
    constexpr double largest_depth = 10'000'000;
    std::optional<double> given;
    if (overrides_.depth) {
        given = static_cast<double>(*overrides_.depth);
    }
    const double depth = number("depth", depth_range, given);
    if (depth < 1 || depth != std::floor(depth)) {
        reject("depth", depth_range, fmt::format("{}", depth));
    }
    if (depth > largest_depth) {
        reject("depth", fmt::format("at most {} layers", largest_depth), fmt::format("{}", depth));
    }
    return static_cast<Index>(depth);
}

double TensorShelf::step() {
    return number("step", "a finite number > 0", overrides_.step);
}

void TensorShelf::need_weights() const {
    for (const char* name : {"W", "A", "B", "W.0", "A.0", "B.0"}) {
        if (has(name)) {
            return;
        }
    }
    const auto found = unused();
    reject_input(
        where_, network_tensors,
        found.empty()
            ? "no tensor at all"
            : listed(found) +
                  " and no W; resdyn import --map reads a state dict (README, From PyTorch)");
}

std::vector<std::string> TensorShelf::leftovers() {
    std::vector<std::pair<std::string, std::string>> foreign;
    for (const auto& tensor : unused()) {
        if (is_network_name(tensor.first)) {
            reject_input(where_, "no tensor that the network read from it has no place for",
                         fmt::format("\"{}\" ({})", tensor.first, tensor.second));
        }
        foreign.push_back(tensor);
    }
    if (!foreign.empty()) {
        notes_.push_back(fmt::format("{}: not used: {}.", where_, listed(foreign)));
    }
    return std::move(notes_);
}

void TensorShelf::reject(const std::string& key, std::string_view expected,
                         const std::string& got) const {
    reject_input(fmt::format("{}, {}", where_, key), expected, got);
}

void TensorShelf::reject_missing(const std::string& key, std::string_view expected) const {
    reject_input(where_, fmt::format("metadata \"{}\" ({}), or --{}", key, expected, key), "none");
}

void TensorShelf::note_override(const std::string& key, const std::string& value) {
    const auto found = content_.metadata.find(key);
    notes_.push_back(
        found == content_.metadata.end()
            ? fmt::format("{}: {} {} as given; the file has none.", where_, key, value)
            : fmt::format("{}: {} {} as given, instead of {}.", where_, key, value, found->second));
}

double TensorShelf::number(const std::string& key, std::string_view expected,
                           std::optional<double> instead) {
    if (instead) {
        note_override(key, fmt::format("{}", *instead));
        return *instead;
    }
    const auto found = content_.metadata.find(key);
    if (found == content_.metadata.end()) {
        reject_missing(key, expected);
    }
    const DecimalNumber parsed = parse_decimal(found->second);
    if (parsed.kind != NumberKind::Finite) {
        reject(key, expected, found->second);
    }
    return parsed.value;
}

const Tensor& TensorShelf::take(const std::string& name, std::size_t dimensions) {
    const auto unread = content_.unread.find(name);
    if (unread != content_.unread.end()) {
        reject_input(fmt::format("{}, tensor {}", where_, name),
                     "numbers that a double holds exactly", unread->second);
    }
    if (!has(name)) {
        reject_input(where_, fmt::format("a tensor {}", name), "none");
    }
    const Tensor& tensor = content_.tensors.at(name);
    if (tensor.shape.size() != dimensions) {
        reject_input(where_, fmt::format("{} with {} dimensions", name, dimensions),
                     fmt::format("{}", tensor.shape.size()));
    }
    used_.insert(name);
    return tensor;
}

std::vector<std::pair<std::string, std::string>> TensorShelf::unused() const {
    std::vector<std::pair<std::string, std::string>> list;
    for (const auto& [name, tensor] : content_.tensors) {
        if (!used_.contains(name)) {
            list.emplace_back(name, fmt::format("{}, {}", tensor.stored, shape_text(tensor.shape)));
        }
    }
    for (const auto& [name, what] : content_.unread) {
        if (!used_.contains(name)) {
            list.emplace_back(name, what);
        }
    }
    return list;
}

}  // namespace resdyn
