#include "path.hpp"

#include <cmath>

#include "equilibria/exact_point.hpp"
#include "numerics/exact_roots.hpp"
#include "path_numbers.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Polynomial;
using exact::Rational;

namespace {

int whole_level(Activation activation, UnitState state) {
    const Levels range = levels(activation);
    return static_cast<int>(state == UnitState::Low ? range.low : range.high);
}

IntegerMatrix block_at(const ParameterPath& path, const std::vector<Index>& rows,
                       const std::vector<Index>& cols, const Integer& alpha) {
    IntegerMatrix M(static_cast<Index>(rows.size()), static_cast<Index>(cols.size()));
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            const Index r = rows[static_cast<std::size_t>(i)];
            const Index c = cols[static_cast<std::size_t>(j)];
            M(i, j) = path.numbers->base(r, c) + alpha * path.numbers->slope(r, c);
        }
    }
    return M;
}

/// Whole numbers about 0, where values stay short: first = −(count − 1)/2.
Integer first_node(Index count) {
    return -((count - 1) / 2);
}

}  // namespace

FreeSetPath free_set_path(const ParameterPath& path, const std::vector<Index>& free) {
    FreeSetPath set;
    set.free = free;
    for (Index i = 0; i < path.dimension(); ++i) {
        if (std::find(free.begin(), free.end(), i) == free.end()) {
            set.saturated.push_back(i);
        }
    }
    const std::size_t k = free.size();
    const std::size_t m = set.saturated.size();
    const auto nodes = static_cast<Index>(k + 1);
    const Integer first = first_node(nodes);
    std::vector<Integer> determinants;
    std::vector<std::vector<std::vector<Integer>>> values(k, std::vector<std::vector<Integer>>(m));
    for (Index t = 0; t < nodes; ++t) {
        const Integer alpha = first + t;
        exact::Adjugate adjugate = exact::adjugate(block_at(path, free, free, alpha));
        const IntegerMatrix N =
            exact::multiply(adjugate.matrix, block_at(path, free, set.saturated, alpha));
        for (std::size_t f = 0; f < k; ++f) {
            for (std::size_t s = 0; s < m; ++s) {
                values[f][s].push_back(-N(static_cast<Index>(f), static_cast<Index>(s)));
            }
        }
        determinants.push_back(std::move(adjugate.determinant));
    }
    set.determinant = exact::interpolate(std::move(determinants), first);
    set.numerators.assign(k, std::vector<Polynomial>(m));
    for (std::size_t f = 0; f < k; ++f) {
        for (std::size_t s = 0; s < m; ++s) {
            set.numerators[f][s] = exact::interpolate(std::move(values[f][s]), first);
        }
    }
    set.rates.assign(m, std::vector<Polynomial>(m));
    for (std::size_t s = 0; s < m; ++s) {
        for (std::size_t t = 0; t < m; ++t) {
            Polynomial& rate = set.rates[s][t];
            rate = exact::product(path_entry(path, set.saturated[s], set.saturated[t]),
                                  set.determinant);
            for (std::size_t f = 0; f < k; ++f) {
                rate = exact::sum(rate, exact::product(path_entry(path, set.saturated[s], free[f]),
                                                       set.numerators[f][t]));
            }
        }
    }
    return set;
}

FacePath face_path(const FreeSetPath& set, const Pattern& pattern, Activation activation) {
    const int low = whole_level(activation, UnitState::Low);
    const int high = whole_level(activation, UnitState::High);
    const auto combine = [&](const std::vector<Polynomial>& columns) {
        Polynomial result;
        for (std::size_t s = 0; s < columns.size(); ++s) {
            const int level = whole_level(activation, pattern[set.saturated[s]]);
            if (level != 0) {
                result = exact::sum(result, exact::scaled(columns[s], level));
            }
        }
        return result;
    };
    FacePath face;
    face.pattern = pattern;
    face.determinant = set.determinant;
    for (const auto& columns : set.numerators) {
        const Polynomial n = combine(columns);
        face.above_low.push_back(exact::sum(n, exact::scaled(set.determinant, -low)));
        face.below_high.push_back(
            exact::sum(exact::scaled(n, -1), exact::scaled(set.determinant, high)));
    }
    for (const auto& columns : set.rates) {
        face.rates.push_back(combine(columns));
    }
    return face;
}

Polynomial free_block_test(const ParameterPath& path, const FacePath& face, FreeBlockTest test) {
    const std::vector<Index> free = face.pattern.free_units();
    const auto k = static_cast<Index>(free.size());
    const Index pairs = k * (k - 1) / 2;
    const Index degree = test == FreeBlockTest::OppositePair ? pairs * (2 * k + 1)
                         : test == FreeBlockTest::Flip       ? k * (2 * k + 1)
                                                             : 2 * pairs * (2 * k + 1);
    // h 2^exponent / divisor = top/bottom; the flow's block is 2^exponent M/(divisor D²),
    // M = diag(D²g) A_FF.
    Rational scale = exact::rational(path.step) / Rational(path.numbers->divisor);
    const Rational power(Integer(1) << std::abs(path.numbers->exponent));
    scale = path.numbers->exponent >= 0 ? Rational(scale * power) : Rational(scale / power);
    const Integer top = numerator(scale);
    const Integer bottom = denominator(scale);
    std::vector<Integer> values;
    const Integer first = first_node(degree + 1);
    for (Index t = 0; t <= degree; ++t) {
        const Integer alpha = first + t;
        IntegerMatrix M = block_at(path, free, free, alpha);
        for (Index i = 0; i < k; ++i) {
            const auto f = static_cast<std::size_t>(i);
            const Integer g = exact::value_at(face.above_low[f], alpha) *
                              exact::value_at(face.below_high[f], alpha);
            for (Index j = 0; j < k; ++j) {
                M(i, j) *= g;
            }
        }
        const Integer d = exact::value_at(face.determinant, alpha);
        const Integer shift = 2 * bottom * d * d;
        if (test == FreeBlockTest::Flip) {  // det(2 bottom D² + top M)
            for (Index i = 0; i < k; ++i) {
                for (Index j = 0; j < k; ++j) {
                    M(i, j) *= top;
                }
                M(i, i) += shift;
            }
            values.push_back(exact::adjugate(M).determinant);
            continue;
        }
        Polynomial characteristic = exact::characteristic_polynomial(M);
        if (test == FreeBlockTest::ReciprocalPair) {
            if (d == 0) {  // the leading term in 1/D alone: M's own pairs, μ_i μ_j
                Polynomial w(static_cast<std::size_t>(k + 1));
                for (Index c = 0; c <= k; ++c) {
                    w[static_cast<std::size_t>(c)] = 0;
                }
                // Σ c_k (2 q w)^k (p(1−w))^{n−k} with q = 0: c_0 pⁿ (1 − w)ⁿ
                Integer term = characteristic[0] * pow(top, static_cast<unsigned>(k));
                for (Index j = 0; j <= k; ++j) {
                    w[static_cast<std::size_t>(j)] = term;
                    term = -term * (k - j) / (j + 1);
                }
                characteristic = std::move(w);
            } else {
                const Integer q = bottom * d * d;
                const Rational ratio(top, q);
                const Integer common = top / numerator(ratio);
                characteristic = disc_to_half_plane(characteristic, ratio);
                const Integer factor = pow(common, static_cast<unsigned>(k));
                for (Integer& c : characteristic) {
                    c *= factor;
                }
            }
        }
        values.push_back(exact::hurwitz_determinant(characteristic));
    }
    return exact::interpolate(std::move(values), first);
}

}  // namespace resdyn
