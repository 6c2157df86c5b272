#include "cube_program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "exact_rational.hpp"

namespace resdyn::exact {

namespace {

/// value · unit, where that is a whole number.
Integer times(const Rational& value, const Integer& unit) {
    return numerator(value) * (unit / denominator(value));
}

void widen(Integer& unit, const Rational& value) {
    if (unit % denominator(value) != 0) {
        unit = lcm(unit, denominator(value));
    }
}

/// Powers of two that bring each column's largest entry near 1.
std::vector<int> column_exponents(const CubeProgram& program) {
    std::vector<int> exponents(program.k, 0);
    for (std::size_t j = 0; j < program.k; ++j) {
        double largest = 0.0;
        for (std::size_t i = 0; i < program.A.size(); ++i) {
            largest = std::max(largest, std::abs(std::ldexp(quotient(program.A[i][j], program.unit),
                                                            -program.row_exponents[i])));
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
    DoubleProgram(const CubeProgram& program, std::vector<int> exponents)
        : k_(program.k),
          m_(static_cast<Index>(program.A.size())),
          n_(static_cast<Index>(2 * program.k + 1)),
          exponents_(std::move(exponents)),
          a_(m_ + 1, n_ + 1) {
        start_ = 0.0;
        for (Index i = 0; i < m_; ++i) {
            const auto row = static_cast<std::size_t>(i);
            const int shift = program.row_exponents[row];
            for (std::size_t j = 0; j < k_; ++j) {
                const double value =
                    std::ldexp(quotient(program.A[row][j], program.unit), -exponents_[j] - shift);
                a_(i, static_cast<Index>(j)) = value;
                a_(i, static_cast<Index>(k_ + j)) = -value;
            }
            a_(i, n_ - 1) = 1.0;
            a_(i, n_) = std::ldexp(quotient(program.c[row], program.room_unit), -shift);
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

    CubeGuess solve() {
        CubeGuess guess;
        guess.exponents = exponents_;
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

    void describe(CubeGuess& guess) const {
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

/// Σ A_ij T_j against c_i, t_j = T_j / 2^bits: exact.
bool satisfies(const CubeProgram& program, const std::vector<Rational>& t) {
    Integer unit = 1;
    for (const Rational& value : t) {
        widen(unit, value);
    }
    std::vector<Integer> whole;
    for (const Rational& value : t) {
        whole.push_back(times(value, unit) * program.room_unit);
    }
    unit *= program.unit;
    for (std::size_t i = 0; i < program.A.size(); ++i) {
        Integer room = program.c[i] * unit;
        for (std::size_t j = 0; j < program.k; ++j) {
            room -= program.A[i][j] * whole[j];
        }
        if (room < 0 || (room == 0 && !program.closed[i])) {
            return false;
        }
    }
    return true;
}

/// The power of two near the largest of these over `unit`.
int size_of(const std::vector<Integer>& row, const Integer& unit) {
    double largest = 0.0;
    for (const Integer& value : row) {
        largest = std::max(largest, std::abs(quotient(value, unit)));
    }
    return largest > 0 && std::isfinite(largest) ? std::ilogb(largest) : 0;
}

}  // namespace

CubeProgram cube_program(const std::vector<std::vector<Rational>>& directions,
                         const std::vector<Rational>& base, const Rational& lower,
                         const Rational& upper, const std::vector<HalfSpace>& closed) {
    CubeProgram program;
    program.k = directions.size();
    for (const std::vector<Rational>& direction : directions) {
        for (const Rational& value : direction) {
            widen(program.unit, value);
        }
    }
    widen(program.room_unit, lower);
    widen(program.room_unit, upper);
    for (const Rational& value : base) {
        widen(program.room_unit, value);
    }
    std::vector<std::vector<Integer>> moves;  // the directions, times unit
    for (const std::vector<Rational>& direction : directions) {
        moves.emplace_back();
        for (const Rational& value : direction) {
            moves.back().push_back(times(value, program.unit));
        }
    }
    std::vector<Integer> start;  // base, times room_unit
    for (const Rational& value : base) {
        start.push_back(times(value, program.room_unit));
    }
    const auto add = [&](std::vector<Integer> row, Integer room, bool is_closed, int exponent) {
        program.A.push_back(std::move(row));
        program.c.push_back(std::move(room));
        program.closed.push_back(is_closed);
        program.row_exponents.push_back(exponent);
    };
    const Integer low = times(lower, program.room_unit);
    const Integer high = times(upper, program.room_unit);
    for (std::size_t i = 0; i < base.size(); ++i) {
        std::vector<Integer> below;
        std::vector<Integer> above;
        for (const std::vector<Integer>& move : moves) {
            above.push_back(move[i]);
            below.emplace_back(-move[i]);
        }
        add(std::move(below), start[i] - low, false, 0);
        add(std::move(above), high - start[i], false, 0);
    }
    for (const HalfSpace& half : closed) {
        std::vector<Integer> row;
        for (const std::vector<Integer>& move : moves) {
            Integer slope = 0;
            for (std::size_t i = 0; i < move.size(); ++i) {
                slope -= half.normal[i] * move[i];
            }
            row.push_back(std::move(slope));
        }
        Integer room = half.offset * program.room_unit;
        for (std::size_t i = 0; i < start.size(); ++i) {
            room += half.normal[i] * start[i];
        }
        const int exponent = size_of(row, program.unit);
        add(std::move(row), std::move(room), true, exponent);
    }
    return program;
}

CubeGuess guess_point(const CubeProgram& program) {
    return DoubleProgram(program, column_exponents(program)).solve();
}

std::optional<std::vector<Rational>> verified_point(const CubeProgram& program,
                                                    const CubeGuess& guess) {
    for (const int bits : {8, 20, 40, 60}) {
        std::vector<Rational> t;
        for (std::size_t j = 0; j < program.k; ++j) {
            if (!std::isfinite(guess.t[j])) {
                return std::nullopt;
            }
            const double unit = std::ldexp(1.0, -guess.exponents[j] - bits);
            t.push_back(rational(unit > 0 && std::isfinite(1.0 / unit)
                                     ? std::nearbyint(guess.t[j] / unit) * unit
                                     : guess.t[j]));
        }
        if (satisfies(program, t)) {
            return t;
        }
    }
    return std::nullopt;
}

bool is_refuted(const CubeProgram& program, const CubeGuess& guess) {
    const std::size_t size = guess.tight.size();
    if (!guess.optimal || size != guess.columns.size() + 1) {
        return false;
    }
    // z on the tight rows: A z = 0 in the basic columns, Σ z = 1.
    const auto n = static_cast<Index>(size);
    IntegerMatrix M(n, n);
    for (Index row = 0; row < n; ++row) {
        for (Index i = 0; i < n; ++i) {
            M(row, i) = row + 1 < n ? program.A[guess.tight[static_cast<std::size_t>(i)]]
                                               [guess.columns[static_cast<std::size_t>(row)]]
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
    for (std::size_t j = 0; j < program.k; ++j) {
        Integer sum = 0;
        for (std::size_t i = 0; i < size; ++i) {
            sum += z->numerators[i] * program.A[guess.tight[i]][j];
        }
        if (sum != 0) {
            return false;
        }
    }
    Integer room = 0;
    bool is_strict = false;
    for (std::size_t i = 0; i < size; ++i) {
        room += z->numerators[i] * program.c[guess.tight[i]];
        is_strict = is_strict || (z->numerators[i] > 0 && !program.closed[guess.tight[i]]);
    }
    return room < 0 || (room == 0 && is_strict);
}

}  // namespace resdyn::exact
