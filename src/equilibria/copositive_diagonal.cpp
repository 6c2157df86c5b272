#include "copositive_diagonal.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "numerics/decompositions.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

constexpr int cut_bits = 16;
constexpr int p_bits = 24;  ///< P is searched among multiples of 2^−24.

using Diagonal = std::vector<Integer>;

/// −(PW + WᵀP) · 2^p_bits.
IntegerMatrix falling_form(const IntegerMatrix& W, const Diagonal& p) {
    IntegerMatrix M(W.rows(), W.cols());
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            M(i, j) = -(p[static_cast<std::size_t>(i)] * W(i, j) +
                        p[static_cast<std::size_t>(j)] * W(j, i));
        }
    }
    return M;
}

Vector in_doubles(const Diagonal& p) {
    Vector P(static_cast<Index>(p.size()));
    for (Index i = 0; i < P.size(); ++i) {
        P[i] = std::ldexp(exact::quotient(p[static_cast<std::size_t>(i)], Integer(1)), -p_bits);
    }
    return P;
}

Diagonal rounded(const std::vector<Rational>& p) {
    Diagonal result;
    for (const Rational& value : p) {
        result.emplace_back(numerator(value) * (Integer(1) << p_bits) / denominator(value));
        result.back() = std::max<Integer>(result.back(), 1);
    }
    return result;
}

/// W over its largest entry, each entry rounded once.
Matrix scaled(const IntegerMatrix& W) {
    Integer largest = 1;
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            largest = std::max<Integer>(largest, abs(W(i, j)));
        }
    }
    Matrix result(W.rows(), W.cols());
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            result(i, j) = exact::quotient(W(i, j), largest);
        }
    }
    return result;
}

/// The scaling of the M-matrix in −W, where it is one to double precision.
std::optional<Diagonal> m_matrix_diagonal(const Matrix& W) {
    Matrix A = (-W).cwiseMin(0.0);
    A.diagonal() = -W.diagonal();
    const Matrix R = Lu(A).inverse();
    const Vector x = R.rowwise().sum();
    const Vector z = R.colwise().sum().transpose();
    if (!R.allFinite() || !(x.minCoeff() > 0) || !(z.minCoeff() > 0)) {
        return std::nullopt;
    }
    Vector P = z.cwiseQuotient(x);
    P /= P.maxCoeff();
    Diagonal p;
    for (const double value : P) {
        p.emplace_back(std::max(1.0, std::nearbyint(std::ldexp(value, p_bits))));
    }
    return p;
}

/// What the violation y asks of the next P: Σ p_i c_i < 0. Nothing if no P can satisfy it or
/// doubles cannot hold it.
std::optional<std::vector<Rational>> cut_at(const Vector& y, const Matrix& W) {
    Vector cut = y.cwiseProduct(W * y);
    const double size = cut.lpNorm<1>();
    if (size == 0 || !std::isfinite(size)) {
        return std::nullopt;
    }
    // Few bits keep the linear programs small; P itself is then proved or refuted exactly.
    // (Divided first: of a denormal size the reciprocal is infinite.)
    cut = (cut / size * std::ldexp(0.5, cut_bits)).array().round() * std::ldexp(1.0, -cut_bits);
    return std::vector<Rational>(cut.begin(), cut.end());
}

}  // namespace

std::optional<std::vector<Rational>> separating_weights(
    const std::vector<std::vector<Rational>>& rows, Index n) {
    // Slack s = −Cp in (0, 1): unknowns (p, s) on the affine space spanned by p. Rows are scaled so
    // that s < 1 is no constraint.
    exact::AffineSpace space;
    const std::size_t size = static_cast<std::size_t>(n) + rows.size();
    space.origin.assign(size, Rational(0));
    for (Index j = 0; j < n; ++j) {
        std::vector<Rational> direction(size, Rational(0));
        direction[static_cast<std::size_t>(j)] = 1;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            direction[static_cast<std::size_t>(n) + k] = -rows[k][static_cast<std::size_t>(j)];
        }
        space.directions.push_back(std::move(direction));
    }
    auto point = exact::point_inside(space, Rational(0), Rational(1));
    if (point) {
        point->resize(static_cast<std::size_t>(n));
    }
    return point;
}

std::optional<Vector> copositive_diagonal(const IntegerMatrix& W, const DiagonalLimits& limits) {
    const Index n = W.rows();
    const Matrix W_double = scaled(W);
    // yᵀMy = −2 p_i w_ii at a unit vector.
    if (!(W_double.diagonal().maxCoeff() < 0)) {
        return std::nullopt;
    }
    CopositivityLimits judged = limits.copositivity;
    if (n > limits.max_cut_dimension) {
        judged.max_blocks = 1;  // the sufficient conditions alone
    }
    std::optional<Diagonal> p(Diagonal(static_cast<std::size_t>(n), Integer(1) << p_bits));
    Copositivity verdict = copositivity(falling_form(W, *p), true, judged);
    if (verdict.status == CopositivityStatus::Holds) {
        return in_doubles(*p);
    }
    if (const auto candidate = m_matrix_diagonal(W_double)) {
        if (copositivity(falling_form(W, *candidate), true, judged).status ==
            CopositivityStatus::Holds) {
            return in_doubles(*candidate);
        }
    }
    std::vector<std::vector<Rational>> cuts;
    for (Index k = 0; k < limits.max_cuts && verdict.status == CopositivityStatus::Violated; ++k) {
        auto cut = cut_at(verdict.y, W_double);
        if (!cut) {
            return std::nullopt;
        }
        cuts.push_back(std::move(*cut));
        const auto next = separating_weights(cuts, n);
        if (!next) {
            return std::nullopt;
        }
        p = rounded(*next);
        verdict = copositivity(falling_form(W, *p), true, judged);
        if (verdict.status == CopositivityStatus::Holds) {
            return in_doubles(*p);
        }
    }
    return std::nullopt;
}

}  // namespace resdyn
