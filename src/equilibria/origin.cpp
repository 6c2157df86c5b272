#include <resdyn/equilibria/origin.hpp>

#include <fmt/format.h>

#include <Eigen/LU>
#include <cmath>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/exact_point.hpp>
#include <resdyn/equilibria/face.hpp>

#include "copositivity.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

constexpr Index largest_copositivity = 20;

std::vector<Index> members_of(std::size_t subset, Index n) {
    std::vector<Index> members;
    for (Index i = 0; i < n; ++i) {
        if ((subset >> i & 1U) != 0) {
            members.push_back(i);
        }
    }
    return members;
}

/// 2 sym(PW) · (power of two) in integers; p small dyadic numbers.
IntegerMatrix symmetric_form(const IntegerMatrix& W, const std::vector<Integer>& p, int sign) {
    IntegerMatrix M(W.rows(), W.cols());
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            M(i, j) = sign * (p[static_cast<std::size_t>(i)] * W(i, j) +
                              p[static_cast<std::size_t>(j)] * W(j, i));
        }
    }
    return M;
}

constexpr int cut_bits = 16;
constexpr int p_bits = 24;  ///< P is searched among multiples of 2^−24.

std::vector<Integer> rounded(const std::vector<Rational>& p) {
    std::vector<Integer> result;
    for (const Rational& value : p) {
        result.emplace_back(numerator(value) * (Integer(1) << p_bits) / denominator(value));
        if (result.back() < 1) {
            result.back() = 1;
        }
    }
    return result;
}

/// p in (0, 1)^N with Σ_i p_i c_i < 0 for every cut c, or nothing (then no P exists). Cuts are
/// scaled so that Σ |c_i| < 1.
std::optional<std::vector<Integer>> separating_diagonal(
    const std::vector<std::vector<Rational>>& cuts, Index n) {
    // Slack s = −Cp in (0, 1): unknowns (p, s) on the affine space spanned by p. Rows are scaled so
    // that s < 1 is no constraint.
    exact::AffineSpace space;
    const std::size_t size = static_cast<std::size_t>(n) + cuts.size();
    space.origin.assign(size, Rational(0));
    for (Index j = 0; j < n; ++j) {
        std::vector<Rational> direction(size, Rational(0));
        direction[static_cast<std::size_t>(j)] = 1;
        for (std::size_t k = 0; k < cuts.size(); ++k) {
            direction[static_cast<std::size_t>(n) + k] = -cuts[k][static_cast<std::size_t>(j)];
        }
        space.directions.push_back(std::move(direction));
    }
    const auto point = exact::point_inside(space, Rational(0), Rational(1));
    if (!point) {
        return std::nullopt;
    }
    return rounded({point->begin(), point->begin() + n});
}

/// Searches a diagonal P > 0 with −sym(PW) strictly copositive, by cutting planes.
std::optional<Vector> copositive_diagonal(const IntegerMatrix& W, const Matrix& W_double,
                                          Index max_cuts) {
    const Index n = W.rows();
    std::vector<Integer> p(static_cast<std::size_t>(n), Integer(1) << p_bits);
    std::vector<std::vector<Rational>> cuts;
    for (Index attempt = 0; attempt < max_cuts; ++attempt) {
        const auto y = copositive_violation(symmetric_form(W, p, -1), true);
        if (!y) {
            Vector P(n);
            for (Index i = 0; i < n; ++i) {
                P[i] = std::ldexp(exact::quotient(p[static_cast<std::size_t>(i)], Integer(1)),
                                  -p_bits);
            }
            return P;
        }
        Vector cut = y->cwiseProduct(W_double * *y);
        const double size = cut.lpNorm<1>();
        if (size == 0 || !std::isfinite(size)) {
            return std::nullopt;  // yᵀPWy = 0 for every P, or beyond doubles: no P is sought
        }
        // Few bits keep the linear programs small; P itself is then proved or refuted exactly.
        // (Divided first: of a denormal size the reciprocal is infinite.)
        cut = (cut / size * std::ldexp(0.5, cut_bits)).array().round() * std::ldexp(1.0, -cut_bits);
        cuts.emplace_back(cut.begin(), cut.end());
        const auto next = separating_diagonal(cuts, n);
        if (!next) {
            return std::nullopt;
        }
        p = *next;
    }
    return std::nullopt;
}

/// A face K with W_KK v = 1, v > 0: an invariant ray of the quadratic field that leads away. Faces
/// that double arithmetic clearly excludes are left out: at worst a ray is not seen, never a false
/// one.
std::optional<std::vector<Index>> repelling_ray(const IntegerMatrix& W, const Matrix& W_double) {
    const Index n = W.rows();
    for (std::size_t subset = 1; subset < (std::size_t{1} << n); ++subset) {
        const std::vector<Index> K = members_of(subset, n);
        const Vector guess =
            Matrix(W_double(K, K)).partialPivLu().solve(Vector::Ones(static_cast<Index>(K.size())));
        if (guess.allFinite() && guess.minCoeff() < -1e-6 * guess.maxCoeff() - 1e-300) {
            continue;
        }
        const std::vector<Integer> ones(K.size(), Integer(1));
        if (const auto solution = exact::solve(principal_block(W, K), ones)) {
            bool positive = true;
            for (const Integer& v : solution->numerators) {
                positive = positive && v > 0;
            }
            if (positive) {
                return K;
            }
        }
    }
    return std::nullopt;
}

/// A vertex other than the origin on the stable side of every unit, strictly.
std::optional<Pattern> stable_vertex(const IntegerMatrix& W) {
    const Index n = W.rows();
    for (std::size_t subset = 1; subset < (std::size_t{1} << n); ++subset) {
        bool stable = true;
        for (Index i = 0; i < n && stable; ++i) {
            Integer rate = 0;
            for (Index j = 0; j < n; ++j) {
                if ((subset >> j & 1U) != 0) {
                    rate += W(i, j);
                }
            }
            stable = (subset >> i & 1U) != 0 ? rate > 0 : rate < 0;
        }
        if (stable) {
            Pattern pattern;
            for (Index i = 0; i < n; ++i) {
                pattern.states.push_back((subset >> i & 1U) != 0 ? UnitState::High
                                                                 : UnitState::Low);
            }
            return pattern;
        }
    }
    return std::nullopt;
}

/// p ≥ 0, p ≠ 0 with pᵀW ≥ 0: named where it is plain to see (a row, all rows alike), else decided
/// by its alternative (Ville): a y > 0 with Wy < 0.
std::optional<std::string> rising_combination(const IntegerMatrix& W) {
    for (Index i = 0; i < W.rows(); ++i) {
        bool rises = true;
        for (Index j = 0; j < W.cols(); ++j) {
            rises = rises && W(i, j) >= 0;
        }
        if (rises) {
            return fmt::format("u_{} never falls: row {} of W has no negative entry", i, i);
        }
    }
    bool all_columns = true;
    for (Index j = 0; j < W.cols(); ++j) {
        Integer sum = 0;
        for (Index i = 0; i < W.rows(); ++i) {
            sum += W(i, j);
        }
        all_columns = all_columns && sum >= 0;
    }
    if (all_columns) {
        return "the sum of u never falls: no column of W has a negative sum";
    }
    std::vector<std::vector<Rational>> rows;
    for (Index i = 0; i < W.rows(); ++i) {
        Integer size = 1;
        for (Index j = 0; j < W.cols(); ++j) {
            size += abs(W(i, j));
        }
        rows.emplace_back();
        for (Index j = 0; j < W.cols(); ++j) {
            rows.back().emplace_back(W(i, j), size);
        }
    }
    if (separating_diagonal(rows, W.cols())) {
        return std::nullopt;
    }
    return "some sum of p u, p >= 0, never falls: no y > 0 has W y < 0 (Ville's alternative, "
           "exact)";
}

}  // namespace

std::string_view to_string(Decision decision) {
    switch (decision) {
        case Decision::Yes:
            return "yes";
        case Decision::No:
            return "no";
        case Decision::NotDecided:
            return "not_decided";
    }
    return "unknown";
}

std::optional<Vector> copositivity_violation(const Matrix& M, bool strict) {
    if (M.rows() != M.cols() || M.rows() < 1 || M.rows() > largest_copositivity ||
        M != M.transpose()) {
        reject_argument("copositivity_violation",
                        fmt::format("a symmetric matrix of 1 to {} rows", largest_copositivity),
                        fmt::format("{}x{}", M.rows(), M.cols()));
    }
    return copositive_violation(exact::binary_matrix(M).entries, strict);
}

OriginReport origin_report(const ResidualSystem& system, const OriginOptions& options) {
    if (system.activation() != Activation::Logistic) {
        reject_argument("origin_report", "a logistic system", to_string(system.activation()));
    }
    if (options.max_dimension < 1 || options.max_dimension > 16 || options.max_cuts < 1) {
        reject_argument("origin_report", "1 <= max_dimension <= 16 and max_cuts >= 1",
                        fmt::format("{} and {}", options.max_dimension, options.max_cuts));
    }
    const exact::BinaryMatrix weights = exact_weights(system);
    const IntegerMatrix& W = weights.entries;
    const Index n = W.rows();
    OriginReport report;
    if (n > options.max_dimension) {
        report.stable_reason = report.attracts_reason =
            fmt::format("2^N faces are not enumerated beyond N = {}", options.max_dimension);
        for (Index i = 0; i < n; ++i) {
            if (W(i, i) > 0) {
                report.stable = Decision::No;
                report.stable_reason = fmt::format("w_{},{} > 0: repels along axis {}", i, i, i);
                break;
            }
        }
    } else if (const auto P = copositive_diagonal(W, system.W(), options.max_cuts)) {
        report.P = P;
        report.stable = report.attracts = Decision::Yes;
        report.stable_reason = report.attracts_reason =
            "-PW is strictly copositive for a diagonal P > 0";
        return report;
    } else if (const auto ray = repelling_ray(W, system.W())) {
        report.stable = Decision::No;
        std::string units;
        for (const Index i : *ray) {
            units += fmt::format("{}{}", units.empty() ? "" : ", ", i);
        }
        report.stable_reason = fmt::format(
            "the quadratic field has a ray in the face of units {} that leads away", units);
    } else if (!copositive_violation(
                   symmetric_form(W, std::vector<Integer>(static_cast<std::size_t>(n), 1), -1),
                   false)) {
        report.stable = Decision::Yes;
        report.stable_reason = "-W is copositive: the sum of log(1 + exp u) never grows";
    } else {
        report.stable_reason = "no criterion applies";
    }
    if (const auto rising = rising_combination(W)) {
        report.attracts = Decision::No;
        report.attracts_reason = *rising;
    } else if (n <= options.max_dimension) {
        if (const auto vertex = stable_vertex(W)) {
            report.attracts = Decision::No;
            report.attracts_reason = fmt::format("{} is stable", to_string(*vertex));
        } else {
            report.attracts_reason = "no criterion applies";
        }
    }
    return report;
}

}  // namespace resdyn
