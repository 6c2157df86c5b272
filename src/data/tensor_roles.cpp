#include <resdyn/data/tensor_roles.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <resdyn/core/error.hpp>

#include "role_search.hpp"
#include "tensor_names.hpp"

namespace resdyn {

namespace {

constexpr const char* left_out = "-";

bool is_role(std::string_view role) {
    static constexpr std::string_view of_layers = "WBAba";
    static constexpr std::string_view of_the_network = "VcUe";
    if (role == left_out) {
        return true;
    }
    const std::size_t dot = role.find('.');
    const bool has_layer = dot != std::string_view::npos;
    const bool whole_layer =
        has_layer && (role.substr(dot + 1) == "*" || is_whole_number(role.substr(dot + 1)));
    return (has_layer ? dot == 1 : role.size() == 1) && !role.empty() &&
           (of_layers.find(role[0]) != std::string_view::npos
                ? !has_layer || whole_layer
                : !has_layer && of_the_network.find(role[0]) != std::string_view::npos);
}

/// The number that `*` stands for where the name is of the pattern; -1 where the pattern has none.
std::optional<long> matched(const std::string& pattern, const std::string& name) {
    const std::size_t star = pattern.find('*');
    if (star == std::string::npos) {
        return pattern == name ? std::optional<long>(-1) : std::nullopt;
    }
    const std::string before = pattern.substr(0, star);
    const std::string after = pattern.substr(star + 1);
    if (name.size() <= before.size() + after.size() || !name.starts_with(before) ||
        !name.ends_with(after)) {
        return std::nullopt;
    }
    const std::string middle =
        name.substr(before.size(), name.size() - before.size() - after.size());
    return is_whole_number(middle) ? std::optional(std::stol(middle)) : std::nullopt;
}

void take_said(std::vector<TensorRole>& rows, const SaidRoles& said) {
    for (const auto& [pattern, role] : said) {
        constexpr std::size_t longest_name = 60;
        const std::string shown = "the role of " + pattern.substr(0, longest_name);
        bool found = false;
        for (TensorRole& row : rows) {
            const std::optional<long> number = matched(pattern, row.tensor.name);
            if (!number) {
                continue;
            }
            found = true;
            row.role = role;
            if (const std::size_t star = role.find('*'); star != std::string::npos) {
                if (*number < 0) {
                    reject_input(shown, fmt::format("a * in the name, as in its role {}", role),
                                 "none");
                }
                row.role.replace(star, 1, fmt::format("{}", *number));
            }
            row.reason = "said";
        }
        if (!found) {
            reject_input(shown, "the name of a tensor", "none of this name");
        }
    }
}

/// The role of a matrix's bias.
std::string bias_role(const std::string& role) {
    static const std::map<char, char> bias = {
        {'W', 'b'}, {'B', 'b'}, {'A', 'a'}, {'V', 'c'}, {'U', 'e'}};
    std::string result = role;
    result[0] = bias.at(role[0]);
    return result;
}

/// Biases beside their matrices, in what has no role yet.
void take_biases(std::vector<TensorRole>& rows) {
    std::map<std::string, std::pair<std::string, std::string>> matrices;  // module: role, tensor
    for (const TensorRole& row : rows) {
        if (row.tensor.shape.size() == 2 && !row.role.empty() && row.role != left_out) {
            matrices[module_of(row.tensor.name)] = {row.role, row.tensor.name};
        }
    }
    for (TensorRole& row : rows) {
        const auto found = matrices.find(module_of(row.tensor.name));
        if (row.role.empty() && is_bias(row.tensor) && found != matrices.end()) {
            row.role = bias_role(found->second.first);
            row.reason = "beside " + found->second.second;
        }
    }
}

/// Layers 0, 1, … in the order of their numbers: nn.Sequential counts activations too.
void number_layers(std::vector<TensorRole>& rows) {
    std::set<long> numbers;
    const auto layer = [](const std::string& role) {
        return role.size() > 2 && role[1] == '.' ? std::optional(std::stol(role.substr(2)))
                                                 : std::nullopt;
    };
    for (const TensorRole& row : rows) {
        if (const auto number = layer(row.role)) {
            numbers.insert(*number);
        }
    }
    for (TensorRole& row : rows) {
        if (const auto number = layer(row.role)) {
            row.role = fmt::format("{}.{}", row.role[0],
                                   std::distance(numbers.begin(), numbers.find(*number)));
        }
    }
}

/// A role that two tensors have; empty: none.
std::string taken_twice(const std::vector<TensorRole>& rows) {
    std::map<std::string, std::string> holders;
    for (const TensorRole& row : rows) {
        if (row.role.empty() || row.role == left_out) {
            continue;
        }
        const auto [found, is_new] = holders.emplace(row.role, row.tensor.name);
        if (!is_new) {
            return fmt::format("one tensor for {}, got {} and {}", row.role, found->second,
                               row.tensor.name);
        }
    }
    return {};
}

/// Tensors without a role, and why nothing is taken then.
std::string without_role(std::vector<TensorRole>& rows) {
    std::vector<std::string> names;
    for (TensorRole& row : rows) {
        if (!row.role.empty()) {
            continue;
        }
        row.reason = row.tensor.shape.size() == 1 ? "no matrix beside it is part of the network"
                                                  : "no matrix: such a network has no place for it";
        names.push_back(row.tensor.name);
    }
    constexpr std::size_t most = 4;
    const std::size_t more = names.size() > most ? names.size() - most : 0;
    names.resize(names.size() - more);
    return names.empty()
               ? std::string()
               : fmt::format("tensors of a residual network alone, got beside them {}{}",
                             fmt::join(names, ", "),
                             more > 0 ? fmt::format(" and {} more", more) : std::string());
}

}  // namespace

SaidRoles parse_roles(std::string_view text, std::string_view where) {
    SaidRoles said;
    std::size_t line_number = 0;
    while (!text.empty()) {
        ++line_number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, std::min(line.find('#'), line.size()));
        std::vector<std::string> words;
        for (std::size_t at = 0; at < line.size();) {
            constexpr std::string_view blanks = " \t\r";
            const std::size_t begin = line.find_first_not_of(blanks, at);
            if (begin == std::string_view::npos) {
                break;
            }
            at = std::min(line.find_first_of(blanks, begin), line.size());
            words.emplace_back(line.substr(begin, at - begin));
        }
        if (words.empty()) {
            continue;
        }
        const std::string place = fmt::format("{}, line {}", where, line_number);
        if (words.size() != 2) {
            reject_input(place, "a tensor's name and its role",
                         fmt::format("{} words", words.size()));
        }
        if (!is_role(words[1])) {
            reject_input(place, "a role: W, B, A, b, a (or W.0, W.*, …), V, c, U, e, or -",
                         words[1].substr(0, 40));
        }
        said.emplace_back(std::move(words[0]), std::move(words[1]));
    }
    return said;
}

TensorRoles tensor_roles(const std::vector<NamedTensor>& tensors, const SaidRoles& said) {
    TensorRoles result;
    for (const NamedTensor& tensor : tensors) {
        result.tensors.push_back({tensor});
    }
    std::vector<TensorRole>& rows = result.tensors;
    std::stable_sort(rows.begin(), rows.end(), [](const TensorRole& a, const TensorRole& b) {
        return natural_order(a.tensor.name, b.tensor.name);
    });
    take_said(rows, said);
    for (TensorRole& row : rows) {
        if (row.role.empty() && row.tensor.name != left_out && is_role(row.tensor.name) &&
            row.tensor.name.find('*') == std::string::npos) {
            row.role = row.tensor.name;
            row.reason = "its own name";
        }
    }
    result.trouble = search_roles(rows);
    if (result.trouble.empty()) {
        take_biases(rows);
        number_layers(rows);
        result.trouble = without_role(rows);
    }
    if (result.trouble.empty()) {
        result.trouble = taken_twice(rows);
    }
    return result;
}

}  // namespace resdyn
