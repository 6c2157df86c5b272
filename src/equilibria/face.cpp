#include <resdyn/equilibria/face.hpp>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/exact_polynomial.hpp>

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Polynomial;
using exact::Rational;

namespace {

/// The levels of a bounded activation are whole numbers.
struct WholeLevels {
    int low;
    int high;
};

WholeLevels whole_levels(Activation activation) {
    if (!is_bounded(activation)) {
        reject_argument("equilibria", "a bounded activation (logistic or tanh)",
                        to_string(activation));
    }
    const Levels range = levels(activation);
    return {static_cast<int>(range.low), static_cast<int>(range.high)};
}

/// A real part that is proved zero is printed as zero, a spectrum that is proved real as real.
void apply_verdict(std::vector<Complex>& values, const exact::RootCounts& roots) {
    if (roots.real == static_cast<Index>(values.size())) {
        for (Complex& value : values) {
            value = value.real();
        }
    }
    std::stable_sort(values.begin(), values.end(),
                     [](Complex a, Complex b) { return std::abs(a.real()) < std::abs(b.real()); });
    for (Index k = 0; k < roots.imaginary; ++k) {
        Complex& value = values[static_cast<std::size_t>(k)];
        value = {0.0, value.imag()};
    }
}

}  // namespace

/// The equilibrium over the common denominator d = determinant > 0: y_i = numerators[i] / d for
/// every unit, and (W y)_i = rates[i] · 2^exponent / d.
struct FaceSolver::ExactPoint {
    std::vector<Integer> numerators;
    std::vector<Integer> rates;
};

exact::BinaryMatrix exact_weights(const ResidualSystem& system) {
    if (const auto& factors = system.factors()) {
        const exact::BinaryMatrix B = exact::binary_matrix(factors->B);
        const exact::BinaryMatrix A = exact::binary_matrix(factors->A);
        return {exact::multiply(B.entries, A.entries), B.exponent + A.exponent};
    }
    return exact::binary_matrix(system.W());
}

FaceSolver::FaceSolver(const ResidualSystem& system)
    : system_(system),
      weights_(exact_weights(system)),
      low_(whole_levels(system.activation()).low),
      high_(whole_levels(system.activation()).high) {}

IntegerMatrix FaceSolver::free_block(const std::vector<Index>& free) const {
    const auto n = static_cast<Index>(free.size());
    IntegerMatrix block(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            block(i, j) = weights_.entries(free[static_cast<std::size_t>(i)],
                                           free[static_cast<std::size_t>(j)]);
        }
    }
    return block;
}

std::vector<Integer> FaceSolver::face_load(const Pattern& pattern,
                                           const std::vector<Index>& free) const {
    std::vector<Integer> load;
    for (const Index i : free) {
        Integer sum = 0;
        for (Index j = 0; j < pattern.size(); ++j) {
            if (pattern[j] != UnitState::Free) {
                sum -= weights_.entries(i, j) * (pattern[j] == UnitState::Low ? low_ : high_);
            }
        }
        load.push_back(std::move(sum));
    }
    return load;
}

FaceSolver::ExactPoint FaceSolver::exact_point(const Pattern& pattern,
                                               const exact::Solution& solution) const {
    ExactPoint point;
    std::size_t next_free = 0;
    for (Index i = 0; i < pattern.size(); ++i) {
        switch (pattern[i]) {
            case UnitState::Low:
                point.numerators.emplace_back(solution.determinant * low_);
                break;
            case UnitState::High:
                point.numerators.emplace_back(solution.determinant * high_);
                break;
            case UnitState::Free:
                point.numerators.push_back(solution.numerators[next_free++]);
                break;
        }
    }
    point.rates.resize(point.numerators.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::Free) {
            continue;  // zero by construction
        }
        Integer& rate = point.rates[static_cast<std::size_t>(i)];
        for (Index j = 0; j < pattern.size(); ++j) {
            const Integer& y = point.numerators[static_cast<std::size_t>(j)];
            if (y != 0) {
                rate += weights_.entries(i, j) * y;
            }
        }
    }
    return point;
}

/// Counts, decided exactly, and values at a point.
struct FaceSolver::Spectra {
    SpectralCounts all;
    SpectralCounts free;
    EquilibriumSpectrum values;
};

FaceSolver::Spectra FaceSolver::spectra(const Pattern& pattern, const std::vector<Index>& free,
                                        const ExactPoint& point, const Integer& d) const {
    Spectra spectra;
    SpectralCounts& counts = spectra.all;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::Free) {
            continue;
        }
        const Integer& rate = point.rates[static_cast<std::size_t>(i)];
        const double level = pattern[i] == UnitState::Low ? low_ : high_;
        const double slope = gain_slope(system_.activation(), level);
        const int sign = rate.sign() * (slope > 0 ? 1 : -1);
        (sign > 0 ? counts.unstable : sign < 0 ? counts.stable : counts.neutral) += 1;
        counts.zero += sign == 0 ? 1 : 0;
        // Zero as zero, not −0.
        spectra.values.saturated.push_back(
            sign == 0 ? 0.0 : slope * std::ldexp(exact::quotient(rate, d), weights_.exponent));
    }
    if (free.empty()) {
        return spectra;
    }
    // diag(g) W_FF up to a positive factor: g_i ∝ (n_i − a d)(b d − n_i), over d².
    std::vector<Integer> g;
    Integer common = 0;
    for (const Index i : free) {
        const Integer& n = point.numerators[static_cast<std::size_t>(i)];
        g.emplace_back((n - low_ * d) * (high_ * d - n));
        common = gcd(common, g.back());
    }
    const Integer d_squared = d * d;
    IntegerMatrix block = free_block(free);
    Matrix J = system_.W()(free, free);
    for (Index i = 0; i < block.rows(); ++i) {
        const Integer& gi = g[static_cast<std::size_t>(i)];
        J.row(i) *= exact::quotient(gi, d_squared);
        for (Index j = 0; j < block.cols(); ++j) {
            block(i, j) *= gi / common;
        }
    }
    const exact::RootCounts roots = exact::count_roots(exact::characteristic_polynomial(block));
    spectra.free = {roots.right, roots.left, roots.imaginary, roots.zero,
                    roots.real == block.rows()};
    counts.unstable += roots.right;
    counts.stable += roots.left;
    counts.neutral += roots.imaginary;
    counts.zero += roots.zero;
    counts.all_real = spectra.free.all_real;
    spectra.values.free = eigenvalues(J);
    apply_verdict(spectra.values.free, roots);
    return spectra;
}

Equilibrium FaceSolver::describe(const Pattern& pattern, const std::vector<Index>& free,
                                 const exact::Solution& solution) const {
    const ExactPoint point = exact_point(pattern, solution);
    const Spectra spectrum = spectra(pattern, free, point, solution.determinant);
    Equilibrium equilibrium;
    equilibrium.pattern = pattern;
    equilibrium.proved = true;
    equilibrium.y.resize(pattern.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        equilibrium.y[i] =
            exact::quotient(point.numerators[static_cast<std::size_t>(i)], solution.determinant);
    }
    equilibrium.spectrum = spectrum.all;
    equilibrium.free_spectrum = spectrum.free;
    equilibrium.type = equilibrium_type(spectrum.all);
    equilibrium.flow_eigenvalues = spectrum.values.flow_eigenvalues();
    equilibrium.multipliers = spectrum.values.multipliers(system_.step());
    equilibrium.residual = system_.residual_velocity(equilibrium.y).lpNorm<Eigen::Infinity>();
    return equilibrium;
}

Continuum FaceSolver::describe(const Pattern& pattern, const std::vector<Index>& free,
                               const std::vector<Rational>& inside, Index dimension) const {
    exact::Solution solution;  // the point over one denominator
    solution.determinant = 1;
    for (const Rational& z : inside) {
        solution.determinant = lcm(solution.determinant, denominator(z));
    }
    for (const Rational& z : inside) {
        solution.numerators.push_back(numerator(z) * (solution.determinant / denominator(z)));
    }
    const ExactPoint point = exact_point(pattern, solution);
    const Spectra spectrum = spectra(pattern, free, point, solution.determinant);
    Continuum continuum;
    continuum.pattern = pattern;
    continuum.dimension = dimension;
    continuum.point.resize(pattern.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        continuum.point[i] =
            exact::quotient(point.numerators[static_cast<std::size_t>(i)], solution.determinant);
    }
    continuum.flow_eigenvalues = spectrum.values.flow_eigenvalues();
    // The block has rank |F| − dimension: that many zeros are the continuum's own.
    continuum.transverse = spectrum.all;
    continuum.transverse.neutral -= dimension;
    continuum.transverse.zero -= dimension;
    return continuum;
}

Matrix FaceSolver::nearest_weights() const {
    if (!system_.factors()) {
        return system_.W();
    }
    const Index n = system_.dimension();
    Matrix W(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            W(i, j) = std::ldexp(exact::quotient(weights_.entries(i, j), 1), weights_.exponent);
        }
    }
    return W;
}

IntegerMatrix FaceSolver::face_columns(const std::vector<Index>& free,
                                       const std::vector<Index>& saturated) const {
    const auto k = static_cast<Index>(free.size());
    const auto m = static_cast<Index>(saturated.size());
    IntegerMatrix columns(k, m + 1);
    for (Index i = 0; i < k; ++i) {
        const Index row = free[static_cast<std::size_t>(i)];
        for (Index j = 0; j < m; ++j) {
            columns(i, j) = weights_.entries(row, saturated[static_cast<std::size_t>(j)]);
        }
        if (low_ + high_ != 0) {  // logistic: m/r = 1; tanh: 0
            for (Index j = 0; j < system_.dimension(); ++j) {
                columns(i, m) += weights_.entries(row, j);
            }
        }
    }
    return columns;
}

Matrix FaceSolver::affine_solution(const std::vector<Index>& free,
                                   const std::vector<Index>& saturated) const {
    const IntegerMatrix block = free_block(free);
    const IntegerMatrix columns = face_columns(free, saturated);
    Matrix X(columns.rows(), columns.cols());
    for (Index j = 0; j < columns.cols(); ++j) {
        std::vector<Integer> right;
        for (Index i = 0; i < columns.rows(); ++i) {
            right.emplace_back(-columns(i, j));
        }
        const auto solution = exact::solve(block, right);
        if (!solution) {
            reject_argument("affine_solution", "a free block that is not singular",
                            "a singular one");
        }
        for (Index i = 0; i < columns.rows(); ++i) {
            X(i, j) = exact::quotient(solution->numerators[static_cast<std::size_t>(i)],
                                      solution->determinant);
        }
    }
    return X;
}

Matrix FaceSolver::solvability(const std::vector<Index>& free,
                               const std::vector<Index>& saturated) const {
    const IntegerMatrix conditions =
        exact::solvability_conditions(free_block(free), face_columns(free, saturated));
    Matrix Q = Matrix::Zero(conditions.rows(), conditions.cols());
    for (Index i = 0; i < conditions.rows(); ++i) {
        Integer largest = 0;
        for (Index j = 0; j < conditions.cols(); ++j) {
            largest = std::max<Integer>(largest, abs(conditions(i, j)));
        }
        for (Index j = 0; largest != 0 && j < conditions.cols(); ++j) {
            Q(i, j) = exact::quotient(conditions(i, j), Integer(1) << msb(largest));
        }
    }
    return Q;
}

double FaceSolver::determinant(const std::vector<Index>& free, int exponent) const {
    const auto solution =
        exact::solve(free_block(free), std::vector<Integer>(free.size(), Integer(0)));
    if (!solution) {
        return 0.0;
    }
    const int shift = static_cast<int>(free.size()) * (exponent - weights_.exponent);
    const double magnitude = shift >= 0
                                 ? exact::quotient(solution->determinant, Integer(1) << shift)
                                 : exact::quotient(solution->determinant << -shift, 1);
    return solution->determinant_sign > 0 ? magnitude : -magnitude;
}

bool FaceSolver::is_singular(const std::vector<Index>& free) const {
    return exact::rank(free_block(free)) < static_cast<Index>(free.size());
}

FaceDecision FaceSolver::decide(const Pattern& pattern) const {
    const std::vector<Index> free = pattern.free_units();
    const IntegerMatrix block = free_block(free);
    const std::vector<Integer> load = face_load(pattern, free);
    if (const auto solution = exact::solve(block, load)) {
        for (const Integer& n : solution->numerators) {
            if (n <= low_ * solution->determinant || n >= high_ * solution->determinant) {
                return EmptyFace{};
            }
        }
        return describe(pattern, free, *solution);
    }
    const auto space = exact::solution_space(block, load);
    if (!space) {
        return EmptySingularFace{};
    }
    const auto inside = exact::point_inside(*space, low_, high_);
    if (!inside) {
        return EmptySingularFace{};
    }
    return describe(pattern, free, *inside, static_cast<Index>(space->directions.size()));
}

std::vector<Index> FaceSolver::ties(const Pattern& pattern) const {
    const std::vector<Index> free = pattern.free_units();
    std::vector<Index> tied;
    if (const auto solution = exact::solve(free_block(free), face_load(pattern, free))) {
        const ExactPoint point = exact_point(pattern, *solution);
        for (Index i = 0; i < pattern.size(); ++i) {
            if (pattern[i] != UnitState::Free && point.rates[static_cast<std::size_t>(i)] == 0) {
                tied.push_back(i);
            }
        }
    }
    return tied;
}

}  // namespace resdyn
