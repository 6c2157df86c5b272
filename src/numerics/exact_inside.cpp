// A point of an affine space inside the cube, or the proof that there is none (exact.hpp).
//
// With A = (−D; D), c = (base − lower; upper − base) the question is whether A t < c for some t.
// Motzkin: there is none iff some z ≥ 0, z ≠ 0 has Aᵀz = 0 and cᵀz ≤ 0. The linear program
// max e, A t + e ≤ c, is solved in doubles first. Its t, rounded to few bits, is a point if it
// verifies exactly; its optimal basis names the rows that z lives on, and z then follows from one
// exact solve and is verified exactly. Only where both fail is the program solved by the simplex
// method in rationals, whose pivots cost a thousand times as much.
// Reference: T. S. Motzkin, Beiträge zur Theorie der linearen Ungleichungen (1936); exact answers
// from a basis found in floating point: D. G. Applegate, W. Cook, S. Dash, D. G. Espinoza, Oper.
// Res. Lett. 35 (2007) 693–699.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <resdyn/numerics/exact.hpp>
#include <resdyn/numerics/exact_rational.hpp>

#include "exact_simplex.hpp"

namespace resdyn::exact {

namespace {

using Rows = std::vector<std::vector<Rational>>;

/// The constraints A t < c, a row each. k: size of t.
struct Constraints {
    Rows A;
    std::vector<Rational> c;
    std::size_t k = 0;
};

/// What double arithmetic makes of max e, A t + e ≤ c: the point, and the basis it ended with.
struct Guess {
    bool optimal = false;
    double e = 0.0;
    std::vector<double> t;
    std::vector<std::size_t> tight;    ///< rows with no slack.
    std::vector<std::size_t> columns;  ///< components of t that are basic, |tight| − 1 of them.
};

/// Powers of two that bring each column's largest entry near 1.
std::vector<int> column_exponents(const Constraints& constraints) {
    std::vector<int> exponents(constraints.k, 0);
    for (std::size_t j = 0; j < constraints.k; ++j) {
        double largest = 0.0;
        for (const std::vector<Rational>& row : constraints.A) {
            largest = std::max(largest, std::abs(nearest(row[j])));
        }
        if (largest > 0 && std::isfinite(largest)) {
            exponents[j] = std::ilogb(largest);
        }
    }
    return exponents;
}

/// The simplex method on a dictionary in doubles: t = p − q, columns scaled, largest coefficient
/// first and Bland's rule once that has taken long.
class DoubleProgram {
  public:
    DoubleProgram(const Constraints& constraints, std::vector<int> exponents)
        : k_(constraints.k),
          m_(static_cast<Index>(constraints.A.size())),
          n_(static_cast<Index>(2 * constraints.k + 1)),
          exponents_(std::move(exponents)),
          a_(m_ + 1, n_ + 1) {
        start_ = 0.0;
        for (Index i = 0; i < m_; ++i) {
            const auto row = static_cast<std::size_t>(i);
            for (std::size_t j = 0; j < k_; ++j) {
                const double value = std::ldexp(nearest(constraints.A[row][j]), -exponents_[j]);
                a_(i, static_cast<Index>(j)) = value;
                a_(i, static_cast<Index>(k_ + j)) = -value;
            }
            a_(i, n_ - 1) = 1.0;
            a_(i, n_) = nearest(constraints.c[row]);
            start_ = std::min(start_, a_(i, n_));
        }
        // Start from t = 0, e = min c, so that every slack is ≥ 0.
        a_.col(n_).head(m_).array() -= start_;
        a_.row(m_).setZero();
        a_(m_, n_ - 1) = 1.0;
        for (Index j = 0; j < n_; ++j) {
            nonbasic_.push_back(j);
        }
        for (Index i = 0; i < m_; ++i) {
            basic_.push_back(n_ + i);
        }
    }

    Guess solve() {
        Guess guess;
        const Index limit = 20 * (m_ + n_);
        for (Index step = 0; step < limit && a_.allFinite(); ++step) {
            const Index enter = entering(step > limit / 2);
            if (enter < 0) {
                guess.optimal = true;
                break;
            }
            const Index leave = leaving(enter);
            if (leave < 0) {
                break;  // unbounded: rounding has spoilt the dictionary
            }
            pivot(leave, enter);
        }
        describe(guess);
        return guess;
    }

  private:
    static constexpr double tolerance = 1e-10;

    Index entering(bool bland) const {
        Index enter = -1;
        for (Index j = 0; j < n_; ++j) {
            if (a_(m_, j) > tolerance &&
                (enter < 0 || (bland ? name(nonbasic_, j) < name(nonbasic_, enter)
                                     : a_(m_, j) > a_(m_, enter)))) {
                enter = j;
            }
        }
        return enter;
    }

    Index leaving(Index enter) const {
        Index leave = -1;
        double best = std::numeric_limits<double>::infinity();
        for (Index i = 0; i < m_; ++i) {
            if (a_(i, enter) <= tolerance) {
                continue;
            }
            const double ratio = std::max(0.0, a_(i, n_)) / a_(i, enter);
            if (ratio < best ||
                (ratio == best && leave >= 0 && name(basic_, i) < name(basic_, leave))) {
                best = ratio;
                leave = i;
            }
        }
        return leave;
    }

    void pivot(Index leave, Index enter) {
        const double p = a_(leave, enter);
        a_.row(leave) /= p;
        a_(leave, enter) = 1.0 / p;
        for (Index i = 0; i <= m_; ++i) {
            const double factor = a_(i, enter);
            if (i == leave || factor == 0) {
                continue;
            }
            a_.row(i) -= factor * a_.row(leave);
            a_(i, enter) = -factor * a_(leave, enter);
        }
        std::swap(basic_[static_cast<std::size_t>(leave)],
                  nonbasic_[static_cast<std::size_t>(enter)]);
    }

    void describe(Guess& guess) const {
        std::vector<double> x(static_cast<std::size_t>(n_), 0.0);
        for (Index i = 0; i < m_; ++i) {
            const Index variable = name(basic_, i);
            if (variable < n_) {
                x[static_cast<std::size_t>(variable)] = a_(i, n_);
                if (variable < n_ - 1) {
                    guess.columns.push_back(static_cast<std::size_t>(variable) % k_);
                }
            }
        }
        for (const Index variable : nonbasic_) {
            if (variable >= n_) {
                guess.tight.push_back(static_cast<std::size_t>(variable - n_));
            }
        }
        std::sort(guess.tight.begin(), guess.tight.end());
        guess.e = start_ + x.back();
        for (std::size_t j = 0; j < k_; ++j) {
            guess.t.push_back(std::ldexp(x[j] - x[k_ + j], -exponents_[j]));
        }
    }

    static Index name(const std::vector<Index>& names, Index at) {
        return names[static_cast<std::size_t>(at)];
    }

    std::size_t k_;
    Index m_;
    Index n_;
    std::vector<int> exponents_;
    /// basic_i = a(i, n) − Σ a(i, j) nonbasic_j; the last row: the objective's coefficients.
    Matrix a_;
    std::vector<Index> nonbasic_;
    std::vector<Index> basic_;
    double start_ = 0.0;
};

bool satisfies(const Constraints& constraints, const std::vector<Rational>& t) {
    for (std::size_t i = 0; i < constraints.A.size(); ++i) {
        Rational sum = 0;
        for (std::size_t j = 0; j < constraints.k; ++j) {
            if (t[j] != 0 && constraints.A[i][j] != 0) {
                sum += constraints.A[i][j] * t[j];
            }
        }
        if (sum >= constraints.c[i]) {
            return false;
        }
    }
    return true;
}

/// t rounded to as few bits below its scale as verify, or nothing.
std::optional<std::vector<Rational>> verified_point(const Constraints& constraints,
                                                    const Guess& guess,
                                                    const std::vector<int>& exponents) {
    for (const int bits : {8, 20, 40, 60}) {
        std::vector<Rational> t;
        for (std::size_t j = 0; j < constraints.k; ++j) {
            if (!std::isfinite(guess.t[j])) {
                return std::nullopt;
            }
            const double unit = std::ldexp(1.0, -exponents[j] - bits);
            t.push_back(rational(unit > 0 && std::isfinite(1.0 / unit)
                                     ? std::nearbyint(guess.t[j] / unit) * unit
                                     : guess.t[j]));
        }
        if (satisfies(constraints, t)) {
            return t;
        }
    }
    return std::nullopt;
}

/// z ≥ 0, z ≠ 0, on the tight rows with Aᵀz = 0 and cᵀz ≤ 0: proved that no point exists.
bool is_refuted(const Constraints& constraints, const Guess& guess) {
    const std::size_t size = guess.tight.size();
    if (!guess.optimal || size != guess.columns.size() + 1) {
        return false;
    }
    // A row times a positive number changes z by its inverse only: whole numbers do.
    Rows rows;
    for (const std::size_t i : guess.tight) {
        Integer common = denominator(constraints.c[i]);
        for (const Rational& value : constraints.A[i]) {
            common = lcm(common, denominator(value));
        }
        rows.push_back(constraints.A[i]);
        rows.back().push_back(constraints.c[i]);
        for (Rational& value : rows.back()) {
            value *= common;
        }
    }
    const auto n = static_cast<Index>(size);
    IntegerMatrix M(n, n);
    for (Index row = 0; row < n; ++row) {
        for (Index i = 0; i < n; ++i) {
            M(row, i) = row + 1 < n ? numerator(rows[static_cast<std::size_t>(i)]
                                                    [guess.columns[static_cast<std::size_t>(row)]])
                                    : Integer(1);
        }
    }
    std::vector<Integer> right(size, Integer(0));
    right.back() = 1;
    const auto z = exact::solve(M, right);
    if (!z || std::any_of(z->numerators.begin(), z->numerators.end(),
                          [](const Integer& value) { return value < 0; })) {
        return false;
    }
    for (std::size_t j = 0; j <= constraints.k; ++j) {
        Integer sum = 0;
        for (std::size_t i = 0; i < size; ++i) {
            sum += z->numerators[i] * numerator(rows[i][j]);
        }
        if (j < constraints.k ? sum != 0 : sum > 0) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<std::vector<Rational>> point_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper) {
    const std::size_t n = space.origin.size();
    const std::size_t k = space.directions.size();
    const Rational middle = (lower + upper) / 2;
    // Start the free variables at the middle of the cube: for loose faces that is inside already.
    // (solution_space makes each direction a unit vector on its own free variable.)
    std::vector<Rational> base = space.origin;
    for (const std::vector<Rational>& direction : space.directions) {
        for (std::size_t i = 0; i < n; ++i) {
            if (direction[i] != 0) {
                base[i] += middle * direction[i];
            }
        }
    }
    Rational slack = upper - lower;
    for (const Rational& z : base) {
        slack = std::min({slack, Rational(z - lower), Rational(upper - z)});
    }
    if (slack > 0) {
        return base;
    }
    if (k == 0) {
        return std::nullopt;
    }
    const auto moved = [&](const std::vector<Rational>& t) {
        std::vector<Rational> point = base;
        for (std::size_t j = 0; j < k; ++j) {
            for (std::size_t i = 0; i < n; ++i) {
                if (space.directions[j][i] != 0) {
                    point[i] += t[j] * space.directions[j][i];
                }
            }
        }
        return point;
    };
    Constraints constraints;
    constraints.k = k;
    for (std::size_t i = 0; i < n; ++i) {
        std::vector<Rational> below(k);
        std::vector<Rational> above(k);
        for (std::size_t j = 0; j < k; ++j) {
            above[j] = space.directions[j][i];
            below[j] = -above[j];
        }
        constraints.A.push_back(std::move(below));
        constraints.c.emplace_back(base[i] - lower);
        constraints.A.push_back(std::move(above));
        constraints.c.emplace_back(upper - base[i]);
    }
    const std::vector<int> exponents = column_exponents(constraints);
    const Guess guess = DoubleProgram(constraints, exponents).solve();
    if (guess.e > 0) {
        if (const auto t = verified_point(constraints, guess, exponents)) {
            return moved(*t);
        }
    }
    if (is_refuted(constraints, guess)) {
        return std::nullopt;
    }
    // Neither verifies: t = p − q, p, q ≥ 0, in rationals from the slack at t = 0 on.
    Rows T;
    std::vector<Rational> s;
    for (std::size_t i = 0; i < constraints.A.size(); ++i) {
        T.push_back(constraints.A[i]);
        for (std::size_t j = 0; j < k; ++j) {
            T.back().emplace_back(-constraints.A[i][j]);
        }
        s.emplace_back(constraints.c[i] - slack);
    }
    const Margin margin = largest_margin(T, s, -slack);
    if (margin.e + slack <= 0) {
        return std::nullopt;
    }
    std::vector<Rational> t;
    for (std::size_t j = 0; j < k; ++j) {
        t.emplace_back(margin.x[j] - margin.x[k + j]);
    }
    return moved(t);
}

}  // namespace resdyn::exact
