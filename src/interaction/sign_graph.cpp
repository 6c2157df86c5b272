#include <resdyn/interaction/sign_graph.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

int sign_of(double w) {
    return w > 0 ? 1 : w < 0 ? -1 : 0;
}

std::string entry(const Matrix& W, Index i, Index j) {
    return fmt::format("w[{},{}] = {:.6g}", i, j, W(i, j));
}

/// Tests that value(i, j) >= 0 off the diagonal and names the largest entry that breaks it.
template <typename Value>
SignTest test_entries(const Matrix& W, const Value& value) {
    SignTest test;
    test.margin = std::numeric_limits<double>::infinity();
    for (Index j = 0; j < W.cols(); ++j) {
        for (Index i = 0; i < W.rows(); ++i) {
            const double v = i == j ? test.margin : value(i, j);
            if (v < test.margin) {
                test.margin = v;
                test.witness = v < 0 ? entry(W, i, j) : "";
            }
            test.violations += i != j && v < 0 ? 1 : 0;
        }
    }
    test.holds = test.violations == 0;
    return test;
}

/// Breadth-first two-colouring of every connected component, first unit +1. Consistent with all
/// signs iff W is balanced.
std::vector<int> two_camps(const Matrix& W) {
    const Index n = W.rows();
    std::vector<int> camp(static_cast<std::size_t>(n), 0);
    for (Index start = 0; start < n; ++start) {
        if (camp[static_cast<std::size_t>(start)] != 0) {
            continue;
        }
        camp[static_cast<std::size_t>(start)] = 1;
        std::queue<Index> queue({start});
        while (!queue.empty()) {
            const Index i = queue.front();
            queue.pop();
            for (Index j = 0; j < n; ++j) {
                const int link = W(i, j) != 0 ? sign_of(W(i, j)) : sign_of(W(j, i));
                int& other = camp[static_cast<std::size_t>(j)];
                if (j != i && link != 0 && other == 0) {
                    other = link * camp[static_cast<std::size_t>(i)];
                    queue.push(j);
                }
            }
        }
    }
    return camp;
}

}  // namespace

std::string_view to_string(PairType type) {
    switch (type) {
        case PairType::Mutualism:
            return "mutualism";
        case PairType::Competition:
            return "competition";
        case PairType::Exploitation:
            return "exploitation";
        case PairType::Commensalism:
            return "commensalism";
        case PairType::Amensalism:
            return "amensalism";
        case PairType::Neutral:
            return "neutral";
    }
    return "unknown";
}

PairType pair_type(double w_ij, double w_ji) {
    const int high = std::max(sign_of(w_ij), sign_of(w_ji));
    const int low = std::min(sign_of(w_ij), sign_of(w_ji));
    if (high > 0) {
        return low > 0    ? PairType::Mutualism
               : low == 0 ? PairType::Commensalism
                          : PairType::Exploitation;
    }
    return low == 0 ? PairType::Neutral : high == 0 ? PairType::Amensalism : PairType::Competition;
}

InteractionReport interaction_report(const Matrix& W) {
    if (W.rows() != W.cols() || !W.allFinite()) {
        reject_argument("interaction_report", "a square matrix of finite numbers",
                        fmt::format("{}x{}", W.rows(), W.cols()));
    }
    InteractionReport report;
    for (Index j = 0; j < W.cols(); ++j) {
        const int self = sign_of(W(j, j));
        (self > 0 ? report.self.positive : self < 0 ? report.self.negative : report.self.zero) += 1;
        for (Index i = 0; i < j; ++i) {
            PairTally& tally = report.pairs[static_cast<std::size_t>(pair_type(W(i, j), W(j, i)))];
            const double strength = 0.5 * (std::abs(W(i, j)) + std::abs(W(j, i)));
            ++tally.count;
            tally.mean_strength += strength;  // the sum until the end
            tally.max_strength = std::max(tally.max_strength, strength);
        }
    }
    for (PairTally& tally : report.pairs) {
        tally.mean_strength /= static_cast<double>(std::max<Index>(1, tally.count));
    }

    report.cooperative = test_entries(W, [&](Index i, Index j) { return W(i, j); });
    report.competitive = test_entries(W, [&](Index i, Index j) { return -W(i, j); });
    const std::vector<int> camp = two_camps(W);
    report.balanced = test_entries(W, [&](Index i, Index j) {
        return camp[static_cast<std::size_t>(i)] * camp[static_cast<std::size_t>(j)] * W(i, j);
    });
    if (report.balanced.holds) {
        report.camps = camp;
    }
    report.received = W.rowwise().sum() - W.diagonal();
    report.given = W.colwise().sum().transpose() - W.diagonal();
    return report;
}

}  // namespace resdyn
