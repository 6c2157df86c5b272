#include <resdyn/interaction/sign_changes.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/interaction/sign_graph.hpp>

namespace resdyn {

SignChanges sign_changes(const Matrix& W, const Matrix& next) {
    if (W.rows() != W.cols() || next.rows() != W.rows() || next.cols() != W.cols()) {
        reject_argument(
            "sign_changes", "two square matrices of one size",
            fmt::format("{}x{} and {}x{}", W.rows(), W.cols(), next.rows(), next.cols()));
    }
    SignChanges result;
    double weight = 0.0;
    double changed = 0.0;
    for (Index j = 0; j < W.cols(); ++j) {
        for (Index i = 0; i < W.rows(); ++i) {
            const bool flips = (W(i, j) > 0 && next(i, j) < 0) || (W(i, j) < 0 && next(i, j) > 0);
            if (i == j) {
                result.changed_self += flips ? 1 : 0;
                continue;
            }
            if (W(i, j) != 0 && next(i, j) != 0) {
                const double size = 0.5 * (std::abs(W(i, j)) + std::abs(next(i, j)));
                ++result.entries;
                result.changed_entries += flips ? 1 : 0;
                weight += size;
                changed += flips ? size : 0.0;
            }
            if (i < j && (W(i, j) != 0 || W(j, i) != 0 || next(i, j) != 0 || next(j, i) != 0)) {
                ++result.pairs;
                result.pairs_of_other_type +=
                    pair_type(W(i, j), W(j, i)) != pair_type(next(i, j), next(j, i)) ? 1 : 0;
            }
        }
    }
    result.changed_weight = weight > 0 ? changed / weight : 0.0;
    return result;
}

double camp_overlap(const std::vector<int>& a, const std::vector<int>& b) {
    if (a.size() != b.size()) {
        reject_argument("camp_overlap", fmt::format("{} units", a.size()),
                        fmt::format("{}", b.size()));
    }
    if (a.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    std::size_t alike = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        alike += a[k] == b[k] ? 1 : 0;
    }
    return static_cast<double>(std::max(alike, a.size() - alike)) / static_cast<double>(a.size());
}

}  // namespace resdyn
