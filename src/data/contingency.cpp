#include <resdyn/data/contingency.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// Σ −p log₂ p of counts.
double entropy(const std::vector<Index>& counts) {
    const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), Index{0}));
    double bits = 0.0;
    for (const Index count : counts) {
        if (count > 0) {
            const double p = static_cast<double>(count) / total;
            bits -= p * std::log2(p);
        }
    }
    return bits;
}

Index occurring(const std::vector<Index>& counts) {
    return std::count_if(counts.begin(), counts.end(), [](Index c) { return c > 0; });
}

}  // namespace

Contingency contingency(const std::vector<std::vector<Index>>& members,
                        const Eigen::VectorXi& labels, Index classes) {
    Contingency result;
    std::vector<Index> by_class(static_cast<std::size_t>(classes), 0);
    std::vector<Index> by_group;
    std::vector<Index> joint;
    Index majority = 0;
    for (const std::vector<Index>& group : members) {
        GroupClasses counts;
        counts.by_class.assign(static_cast<std::size_t>(classes), 0);
        for (const Index member : group) {
            if (member < 0 || member >= labels.size() || labels[member] < 0 ||
                labels[member] >= classes) {
                reject_argument("contingency",
                                fmt::format("inputs below {} with a label in 0 … {}", labels.size(),
                                            classes - 1),
                                fmt::format("input {}", member));
            }
            ++counts.by_class[static_cast<std::size_t>(labels[member])];
        }
        const auto size = static_cast<Index>(group.size());
        const Index largest =
            size == 0 ? 0 : *std::max_element(counts.by_class.begin(), counts.by_class.end());
        counts.purity = size == 0 ? 0.0 : static_cast<double>(largest) / static_cast<double>(size);
        counts.share = proportion(size, labels.size());
        majority += largest;
        result.inputs += size;
        result.lone_inputs += size == 1 ? 1 : 0;
        by_group.push_back(size);
        for (std::size_t c = 0; c < by_class.size(); ++c) {
            by_class[c] += counts.by_class[c];
        }
        joint.insert(joint.end(), counts.by_class.begin(), counts.by_class.end());
        result.groups.push_back(std::move(counts));
    }
    if (result.inputs > 0) {
        const auto n = static_cast<double>(result.inputs);
        result.purity = static_cast<double>(majority) / n;
        result.class_entropy = entropy(by_class);
        // I = H(group) + H(class) − H(group, class), never below 0 but for rounding.
        result.mutual_information =
            std::max(0.0, entropy(by_group) + result.class_entropy - entropy(joint));
        const auto bias =
            static_cast<double>((occurring(by_group) - 1) * (occurring(by_class) - 1)) /
            (2 * n * std::numbers::ln2);
        result.mutual_information_corrected = std::max(0.0, result.mutual_information - bias);
    }
    return result;
}

}  // namespace resdyn
