#include "role_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "tensor_names.hpp"

namespace resdyn {

namespace {

/// Roles of a group; a Pair is two matrices that are numbered and could be B and A of one block.
struct GroupRole {
    static constexpr char U = 'U';
    static constexpr char V = 'V';
    static constexpr char W = 'W';
    static constexpr char B = 'B';
    static constexpr char A = 'A';
    static constexpr char Pair = 'P';
};

/// A name in which one number stands apart.
struct Reading {
    std::string family;  ///< the name with * for the number; without a number the name.
    long number = -1;    ///< -1: there is none.
};

/// Matrices that have one role in every layer, or one matrix.
struct Group {
    std::vector<std::size_t> rows;  ///< in the order of their numbers.
    std::vector<Index> shape;
    std::string family;
    std::vector<long> numbers;
    bool ends_words = false;  ///< the numbers end words ("fc1"), they are no parts of the path.
    char said = 0;            ///< its role where that is known already.

    bool is_layered() const { return rows.size() > 1; }
    bool is_square() const { return shape[0] == shape[1]; }
};

/// Of groups.
using Assignment = std::vector<char>;

std::vector<std::string> parts_of(const std::string& path) {
    std::vector<std::string> parts = {""};
    for (const char c : path) {
        if (c == '.') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

/// Where digits begin at the end of a word; its size: nowhere.
std::size_t trailing_digits(const std::string& word) {
    const std::size_t last = word.find_last_not_of("0123456789");
    return last == std::string::npos ? 0 : last + 1;
}

/// Every way to set a number of the path apart: parts that are numbers, or else those that end a
/// word.
std::vector<Reading> readings_of(const std::string& path) {
    std::vector<std::string> parts = parts_of(path);
    const bool has_numbers = std::any_of(parts.begin(), parts.end(), is_whole_number);
    std::vector<Reading> readings;
    for (std::string& part : parts) {
        const std::size_t begin = trailing_digits(part);
        const std::string digits = part.substr(begin);
        if (!is_whole_number(digits) || (begin > 0 && has_numbers)) {
            continue;
        }
        const std::string whole = part;
        part = part.substr(0, begin) + "*";
        readings.push_back({fmt::format("{}", fmt::join(parts, ".")), std::stol(digits)});
        part = whole;
    }
    if (readings.empty()) {
        readings.push_back({path});
    }
    return readings;
}

bool is_matrix(const TensorRole& row) {
    return row.tensor.shape.size() == 2 && row.role != "-";
}

std::vector<Group> groups_of(const std::vector<TensorRole>& rows) {
    using Key = std::pair<std::string, std::vector<Index>>;
    std::map<Key, int> members;
    for (const TensorRole& row : rows) {
        if (is_matrix(row) && row.role.empty()) {
            for (const Reading& reading : readings_of(module_of(row.tensor.name))) {
                ++members[{reading.family, row.tensor.shape}];
            }
        }
    }
    std::vector<Group> groups;
    std::map<Key, std::size_t> place;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        const TensorRole& row = rows[k];
        if (!is_matrix(row)) {
            continue;
        }
        Reading best;
        if (row.role.empty()) {
            const auto readings = readings_of(module_of(row.tensor.name));
            best = *std::max_element(readings.begin(), readings.end(),
                                     [&](const Reading& a, const Reading& b) {
                                         return members[{a.family, row.tensor.shape}] <
                                                members[{b.family, row.tensor.shape}];
                                     });
        } else {
            best.family = fmt::format("role {}", row.role[0]);
            best.number = row.role.size() > 2 ? std::stol(row.role.substr(2)) : -1;
        }
        const auto [found, is_new] =
            place.emplace(Key{best.family, row.tensor.shape}, groups.size());
        if (is_new) {
            Group& group = groups.emplace_back();
            group.shape = row.tensor.shape;
            group.family = best.family;
            group.said = row.role.empty() ? '\0' : row.role[0];
            const std::size_t star = best.family.find('*');
            group.ends_words =
                star != std::string::npos && star > 0 && best.family[star - 1] != '.';
        }
        groups[found->second].rows.push_back(k);
        groups[found->second].numbers.push_back(best.number);
    }
    return groups;
}

/// The role that a word of the name means, the last such word; 0: none.
char hint_of(const Group& group) {
    using Role = GroupRole;
    static const std::map<std::string, char> words = {
        {"readout", Role::V},   {"head", Role::V},    {"classifier", Role::V},
        {"output", Role::V},    {"out", Role::V},     {"decoder", Role::V},
        {"logits", Role::V},    {"final", Role::V},   {"embed", Role::U},
        {"embedding", Role::U}, {"encoder", Role::U}, {"input", Role::U},
        {"inp", Role::U},       {"stem", Role::U},    {"lift", Role::U},
        {"up", Role::B},        {"up_proj", Role::B}, {"expand", Role::B},
        {"c_fc", Role::B},      {"down", Role::A},    {"down_proj", Role::A},
        {"contract", Role::A},  {"c_proj", Role::A}};
    const std::vector<std::string> parts = parts_of(group.family);
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        std::string word;
        for (const char c : *part) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
        const auto found = words.find(word);
        if (found == words.end()) {
            continue;
        }
        const bool of_layers = found->second == Role::B || found->second == Role::A;
        if (of_layers || !group.is_layered()) {
            return found->second;
        }
    }
    return 0;
}

std::vector<char> roles_possible(const Group& group) {
    if (group.said != 0) {
        return {group.said};
    }
    using Role = GroupRole;
    std::vector<char> roles = {Role::B, Role::A};
    if (group.is_square()) {
        roles.push_back(Role::W);
    }
    if (!group.is_layered()) {
        roles.push_back(Role::U);
        roles.push_back(Role::V);
    }
    if (group.is_square() && group.ends_words && group.rows.size() == 2) {
        roles.push_back(Role::Pair);
    }
    return roles;
}

const Group* holder(const std::vector<Group>& groups, const Assignment& roles, char role) {
    const auto found = std::find(roles.begin(), roles.end(), role);
    return found == roles.end() ? nullptr
                                : &groups[static_cast<std::size_t>(found - roles.begin())];
}

bool same_numbers(const Group& one, const Group& other) {
    return std::is_permutation(one.numbers.begin(), one.numbers.end(), other.numbers.begin(),
                               other.numbers.end());
}

bool shapes_fit(const std::vector<Group>& groups, const Assignment& roles) {
    if (std::set<char>(roles.begin(), roles.end()).size() != roles.size()) {
        return false;
    }
    const auto of = [&](char role) { return holder(groups, roles, role); };
    const Group* w = of(GroupRole::W);
    const Group* b = of(GroupRole::B);
    const Group* a = of(GroupRole::A);
    const Group* pair = of(GroupRole::Pair);
    const int blocks = (w != nullptr) + (b != nullptr || a != nullptr) + (pair != nullptr);
    if (blocks != 1 || (b == nullptr) != (a == nullptr)) {
        return false;
    }
    if (b != nullptr &&
        (b->shape[0] != a->shape[1] || b->shape[1] != a->shape[0] ||
         b->rows.size() != a->rows.size() || (b->is_layered() && !same_numbers(*b, *a)))) {
        return false;
    }
    const Index width = b != nullptr ? b->shape[1] : (w != nullptr ? w : pair)->shape[1];
    const Group* u = of(GroupRole::U);
    const Group* v = of(GroupRole::V);
    return (w == nullptr || w->is_square()) && (u == nullptr || u->shape[0] == width) &&
           (v == nullptr || v->shape[1] == width);
}

/// Without its digits.
std::string words_of(const std::string& family) {
    std::string words;
    std::copy_if(family.begin(), family.end(), std::back_inserter(words),
                 [](char c) { return c != '*' && (c < '0' || c > '9'); });
    return words;
}

/// Whether the names allow `first` to come before `second` in the network; true where they say
/// nothing.
bool comes_before(const Group* first, const Group* second) {
    if (first == nullptr || second == nullptr || first->said != 0 || second->said != 0) {
        return true;
    }
    if (first->family == second->family) {
        return first->numbers.back() < second->numbers.front();
    }
    return words_of(first->family) != words_of(second->family) ||
           natural_order(first->family, second->family);
}

bool names_agree(const std::vector<Group>& groups, const Assignment& roles) {
    for (std::size_t k = 0; k < groups.size(); ++k) {
        const char hint = groups[k].said != 0 ? '\0' : hint_of(groups[k]);
        if (hint != 0 && hint != roles[k]) {
            return false;
        }
    }
    const auto of = [&](char role) { return holder(groups, roles, role); };
    for (const char block : {GroupRole::W, GroupRole::B, GroupRole::A, GroupRole::Pair}) {
        if (!comes_before(of(GroupRole::U), of(block)) ||
            !comes_before(of(block), of(GroupRole::V))) {
            return false;
        }
    }
    return comes_before(of(GroupRole::U), of(GroupRole::V)) &&
           comes_before(of(GroupRole::B), of(GroupRole::A));
}

std::vector<Assignment> fitting(const std::vector<Group>& groups) {
    std::vector<Assignment> all = {{}};
    for (const Group& group : groups) {
        std::vector<Assignment> longer;
        for (const Assignment& begun : all) {
            for (const char role : roles_possible(group)) {
                longer.push_back(begun);
                longer.back().push_back(role);
            }
        }
        all = std::move(longer);
    }
    std::erase_if(all, [&](const Assignment& one) { return !shapes_fit(groups, one); });
    return all;
}

/// The role of a group's k-th matrix.
std::string role_of(const Group& group, char role, std::size_t k) {
    if (role == GroupRole::Pair) {
        return k == 0 ? "B" : "A";
    }
    return group.is_layered() ? fmt::format("{}.{}", role, group.numbers[k]) : std::string(1, role);
}

void say_candidates(std::vector<TensorRole>& rows, const std::vector<Group>& groups,
                    const std::vector<Assignment>& candidates) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (std::size_t k = 0; groups[g].said == 0 && k < groups[g].rows.size(); ++k) {
            std::set<std::string> roles;
            for (const Assignment& one : candidates) {
                roles.insert(role_of(groups[g], one[g], k));
            }
            rows[groups[g].rows[k]].reason =
                roles.empty() ? "no role fits"
                              : fmt::format("could be {}", fmt::join(roles, " or "));
        }
    }
}

}  // namespace

std::string search_roles(std::vector<TensorRole>& rows) {
    const std::vector<Group> groups = groups_of(rows);
    constexpr std::size_t most_groups = 7;
    if (groups.empty()) {
        return "matrices, got none";
    }
    if (groups.size() > most_groups) {
        return fmt::format("at most {} kinds of matrices by shape and name, got {}", most_groups,
                           groups.size());
    }
    const std::vector<Assignment> by_shape = fitting(groups);
    std::vector<Assignment> by_name = by_shape;
    std::erase_if(by_name, [&](const Assignment& one) { return !names_agree(groups, one); });
    if (by_name.size() != 1) {
        say_candidates(rows, groups, by_name.empty() ? by_shape : by_name);
        return by_shape.empty() ? "matrices whose shapes fit one residual network, got others"
               : by_name.empty()
                   ? "names that agree with the shapes, got names that mean other roles"
                   : fmt::format("one way to read these tensors, got {}", by_name.size());
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (std::size_t k = 0; groups[g].said == 0 && k < groups[g].rows.size(); ++k) {
            TensorRole& row = rows[groups[g].rows[k]];
            row.role = role_of(groups[g], by_name.front()[g], k);
            row.reason = by_shape.size() == 1 ? "by the shapes" : "by shapes and names";
        }
    }
    return {};
}

}  // namespace resdyn
