/// @file
/// Names of tensors in a state dict: paths of words and numbers between dots.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/data/tensor_roles.hpp>

namespace resdyn {

/// Digits alone, few enough for a long.
inline bool is_whole_number(std::string_view text) {
    return !text.empty() && text.size() < 10 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "blocks.3.fc" of "blocks.3.fc.weight" and "blocks.3.fc.bias"; else the name itself.
inline std::string module_of(const std::string& name) {
    for (const std::string_view leaf : {".weight", ".bias"}) {
        if (name.ends_with(leaf)) {
            return name.substr(0, name.size() - leaf.size());
        }
    }
    return name == "weight" || name == "bias" ? std::string() : name;
}

inline bool is_bias(const NamedTensor& tensor) {
    return tensor.shape.size() == 1 && (tensor.name == "bias" || tensor.name.ends_with(".bias"));
}

/// Numbers by their size, all else by its characters.
inline bool natural_order(std::string_view a, std::string_view b) {
    const auto digits = [](std::string_view text) {
        return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
    };
    while (!a.empty() && !b.empty()) {
        std::string_view left = digits(a);
        std::string_view right = digits(b);
        if (left.empty() || right.empty()) {
            if (a.front() != b.front()) {
                return a.front() < b.front();
            }
            a.remove_prefix(1);
            b.remove_prefix(1);
            continue;
        }
        a.remove_prefix(left.size());
        b.remove_prefix(right.size());
        const auto significant = [](std::string_view text) {
            return text.substr(std::min(text.find_first_not_of('0'), text.size()));
        };
        left = significant(left);
        right = significant(right);
        if (left != right) {
            return left.size() != right.size() ? left.size() < right.size() : left < right;
        }
    }
    return a.size() < b.size();
}

}  // namespace resdyn
