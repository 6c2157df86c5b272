#include <resdyn/interaction/sign_graph.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

/// Counts off-diagonal entries that break `allowed` and names the largest of them.
template <typename Allowed>
void test_entries(const Matrix& W, const Allowed& allowed, SignVerdict& verdict) {
    double worst = 0.0;
    for (Index j = 0; j < W.cols(); ++j) {
        for (Index i = 0; i < W.rows(); ++i) {
            if (i != j && !allowed(i, j)) {
                ++verdict.violations;
                if (std::abs(W(i, j)) > worst) {
                    worst = std::abs(W(i, j));
                    verdict.witness = entry(W, i, j);
                }
            }
        }
    }
    verdict.holds = verdict.violations == 0;
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

    SignVerdict& cooperative = report.verdicts[0];
    cooperative.name = "cooperative";
    cooperative.test = "w_ij >= 0 for all i != j";
    cooperative.consequence = "the flow is monotone and has no attracting cycle";
    cooperative.reference =
        "Hirsch, SIAM J. Math. Anal. 13 (1982) 167; Hadeler & Glas, J. Math. "
        "Anal. Appl. 95 (1983) 297";
    test_entries(
        W, [&](Index i, Index j) { return W(i, j) >= 0; }, cooperative);

    SignVerdict& competitive = report.verdicts[1];
    competitive.name = "competitive";
    competitive.test = "w_ij <= 0 for all i != j";
    competitive.consequence =
        W.rows() == 2   ? "N = 2: every trajectory of the flow converges to an equilibrium"
        : W.rows() == 3 ? "N = 3: the theorem of Poincare and Bendixson holds for the flow"
                        : "the flow run backwards is monotone; for N > 3 nothing more follows here";
    competitive.reference = "Hirsch, SIAM J. Math. Anal. 21 (1990) 1225";
    test_entries(
        W, [&](Index i, Index j) { return W(i, j) <= 0; }, competitive);

    SignVerdict& balanced = report.verdicts[2];
    balanced.name = "balanced";
    balanced.test = "signs s with s_i s_j w_ij >= 0 for all i != j";
    balanced.consequence =
        "two camps that cooperate inside and compete across; the flow is "
        "monotone for their order and has no attracting cycle";
    balanced.reference = "Harary, Michigan Math. J. 2 (1953) 143; Smith, SIAM Review 30 (1988) 87";
    const std::vector<int> camp = two_camps(W);
    test_entries(
        W,
        [&](Index i, Index j) {
            return camp[static_cast<std::size_t>(i)] * camp[static_cast<std::size_t>(j)] *
                       sign_of(W(i, j)) >=
                   0;
        },
        balanced);
    if (balanced.holds) {
        report.camps = camp;
    }
    return report;
}

}  // namespace resdyn
