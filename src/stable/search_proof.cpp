#include <resdyn/stable/search_proof.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace resdyn {

namespace {

constexpr char low = 1;
constexpr char high = 2;
constexpr char free = 4;

char bit(UnitState state) {
    return state == UnitState::Low ? low : state == UnitState::High ? high : free;
}

char letter(UnitState state) {
    return state == UnitState::Low ? 'L' : state == UnitState::High ? 'H' : 'F';
}

/// The power of two that makes all multipliers whole numbers.
double whole_scale(const std::vector<std::pair<Index, double>>& multipliers) {
    int exponent = 0;
    for (const auto& [row, z] : multipliers) {
        for (double x = std::ldexp(z, exponent); x != std::trunc(x); x *= 2.0) {
            ++exponent;
        }
    }
    return std::ldexp(1.0, exponent);
}

/// "5H+12*0-7*3": unit 5 is not High, by 12 times row 0 less 7 times row 3. Without a unit: the
/// node is given up. "5Ft": by the trace.
std::string step_text(const ProofStep& step) {
    std::string text =
        step.unit < 0 ? std::string() : fmt::format("{}{}", step.unit, letter(step.removed));
    if (step.multipliers.empty()) {
        return text + 't';
    }
    const double scale = whole_scale(step.multipliers);
    for (const auto& [row, z] : step.multipliers) {
        const double whole = std::abs(z) * scale;
        text += z > 0 ? '+' : '-';
        if (whole != 1.0) {
            text += fmt::format("{:.0f}*", whole);
        }
        text += fmt::format("{}", row);
    }
    return text;
}

std::string line_of(const NodeProof& node) {
    std::string line;
    for (const ProofStep& step : node.steps) {
        line += step_text(step) + ' ';
    }
    switch (node.end) {
        case NodeProof::End::Excluded:
            return line + 'x';
        case NodeProof::End::Leaf:
            return line + '.';
        case NodeProof::End::Branch:
            return line + fmt::format("b{}", node.branch_unit);
    }
    return line;
}

std::string text_of(const std::vector<std::uint8_t>& states) {
    return {states.begin(), states.end()};
}

/// Units before the first that may be High: what tells the roots of a split apart.
std::ptrdiff_t before_high(const std::string& states) {
    return std::find_if(states.begin(), states.end(), [](char of) { return (of & high) != 0; }) -
           states.begin();
}

}  // namespace

std::vector<std::string> ProofTree::Node::children() const {
    std::vector<std::string> result;
    if (branch_unit < 0) {
        return result;
    }
    const auto unit = static_cast<std::size_t>(branch_unit);
    for (const char state : {low, high, free}) {
        if ((branching[unit] & state) != 0) {
            result.push_back(branching);
            result.back()[unit] = state;
        }
    }
    return result;
}

void ProofTree::add(const NodeProof& node) {
    if (too_large_) {
        return;
    }
    Node kept{line_of(node)};
    characters_ += kept.line.size();
    if (characters_ > max_characters_) {
        too_large_ = true;
        nodes_.clear();
        awaited_.clear();
        return;
    }
    if (node.end == NodeProof::End::Branch) {
        kept.branch_unit = node.branch_unit;
        kept.branching = text_of(node.states);
        for (const ProofStep& step : node.steps) {
            char& of_unit = kept.branching[static_cast<std::size_t>(step.unit)];
            of_unit = static_cast<char>(of_unit & ~bit(step.removed));
        }
        for (std::string& child : kept.children()) {
            awaited_.insert(std::move(child));
        }
    }
    std::string states = text_of(node.states);
    if (awaited_.erase(states) == 0) {
        roots_.push_back(states);
    }
    mirrored_ = mirrored_ || node.mirrored;
    nodes_.emplace(std::move(states), std::move(kept));
}

void ProofTree::append(const std::string& states, std::vector<std::string>& lines) const {
    const Node& node = nodes_.at(states);
    lines.push_back(node.line);
    for (const std::string& child : node.children()) {
        append(child, lines);
    }
}

std::optional<SearchProof> ProofTree::proof() const {
    if (nodes_.empty()) {
        return std::nullopt;
    }
    if (!awaited_.empty()) {
        throw std::logic_error("proof tree: the search did not run to its end");
    }
    std::vector<std::string> roots = roots_;
    std::sort(roots.begin(), roots.end(), [](const std::string& a, const std::string& b) {
        return before_high(a) < before_high(b);
    });
    SearchProof proof;
    proof.split = mirrored_ || roots.size() > 1;
    for (std::size_t i = 0; i < roots.front().size(); ++i) {
        int states = 0;
        for (const std::string& root : roots) {
            states |= root[i];
        }
        // Of a mirrored pair the one with the first saturated unit High stands for both.
        states |= mirrored_ && (states & high) != 0 ? low : 0;
        // A split by the first High unit ends without any, where a unit alone is not Free either.
        states |= proof.split && !mirrored_ && roots.front().size() == 1 ? free : 0;
        std::string letters;
        for (const UnitState state : {UnitState::Low, UnitState::High, UnitState::Free}) {
            if ((states & bit(state)) != 0) {
                letters += letter(state);
            }
        }
        proof.start.push_back(std::move(letters));
    }
    proof.lines.reserve(nodes_.size());
    for (const std::string& root : roots) {
        append(root, proof.lines);
    }
    return proof;
}

}  // namespace resdyn
