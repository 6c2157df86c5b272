#include <resdyn/equilibria/growth_form.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>

#include "exact_weights.hpp"
#include "numerics/exact_half_spaces.hpp"
#include "numerics/exact_rational.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

/// Nearly optimal mixed strategies of the game with payoff W > 0: max min (pᵀW)_j, min max (Wq)_i.
struct Strategies {
    Vector p;
    Vector q;
};

/// max Σ q subject to W q ≤ 1, q ≥ 0, by the simplex method from q = 0; p is its dual.
Strategies solve_game(const Matrix& W) {
    const Index n = W.rows();
    // Rows: slack_i = 1 − Σ w_ij q_j, and last the objective; columns: the variables out of the
    // basis, and last the right side.
    Matrix table = Matrix::Ones(n + 1, n + 1);
    table.topLeftCorner(n, n) = W;
    table.row(n).head(n).setConstant(-1.0);
    table(n, n) = 0.0;
    std::vector<Index> basic(static_cast<std::size_t>(n));
    std::vector<Index> outside(static_cast<std::size_t>(n));
    for (Index i = 0; i < n; ++i) {
        outside[static_cast<std::size_t>(i)] = i;
        basic[static_cast<std::size_t>(i)] = n + i;
    }
    const Index most_pivots =
        50 * n + 100;  // Dantzig's rule may cycle: the candidates are then poor
    for (Index pivot = 0; pivot < most_pivots; ++pivot) {
        Index enter = 0;
        if (table.row(n).head(n).minCoeff(&enter) > -1e-12) {
            break;
        }
        Index leave = -1;
        for (Index i = 0; i < n; ++i) {
            if (table(i, enter) > 1e-12 && (leave < 0 || table(i, n) * table(leave, enter) <
                                                             table(leave, n) * table(i, enter))) {
                leave = i;
            }
        }
        if (leave < 0) {
            break;
        }
        const double head = table(leave, enter);
        const Vector column = table.col(enter);
        table.row(leave) /= head;
        for (Index i = 0; i <= n; ++i) {
            if (i != leave) {
                table.row(i) -= column[i] * table.row(leave);
                table(i, enter) = -column[i] / head;
            }
        }
        table(leave, enter) = 1.0 / head;
        std::swap(basic[static_cast<std::size_t>(leave)], outside[static_cast<std::size_t>(enter)]);
    }
    Strategies result{Vector::Zero(n), Vector::Zero(n)};
    for (Index i = 0; i < n; ++i) {
        if (const Index k = basic[static_cast<std::size_t>(i)]; k < n) {
            result.q[k] = std::max(0.0, table(i, n));
        }
        if (const Index k = outside[static_cast<std::size_t>(i)]; k >= n) {
            result.p[k - n] = std::max(0.0, table(n, i));
        }
    }
    return result;
}

/// Signs of W y (or Wᵀ y) are all `sign` or, where ties are allowed, 0; exactly.
bool has_signs(const IntegerMatrix& W, const Vector& y, bool transposed, int sign, bool ties) {
    const exact::BinaryMatrix point = exact::binary_matrix(y);
    for (Index i = 0; i < W.rows(); ++i) {
        Integer sum = 0;
        for (Index j = 0; j < W.cols(); ++j) {
            sum += (transposed ? W(j, i) : W(i, j)) * point.entries(j, 0);
        }
        if (sum.sign() != sign && !(ties && sum.sign() == 0)) {
            return false;
        }
    }
    return true;
}

/// p ≥ 0 with Σ p = 1 and pᵀW ≥ 0, in rationals.
std::optional<std::vector<Rational>> exact_form(const IntegerMatrix& W) {
    const auto n = static_cast<std::size_t>(W.rows());
    exact::AffineSpace simplex_plane;  // Σ p = 1
    simplex_plane.origin.assign(n, Rational(0));
    simplex_plane.origin[0] = 1;
    std::vector<exact::HalfSpace> closed;
    for (std::size_t j = 0; j < n; ++j) {
        exact::HalfSpace positive{std::vector<Integer>(n, Integer(0))};
        positive.normal[j] = 1;
        closed.push_back(std::move(positive));
        exact::HalfSpace grows;
        for (std::size_t i = 0; i < n; ++i) {
            grows.normal.push_back(W(static_cast<Index>(i), static_cast<Index>(j)));
        }
        closed.push_back(std::move(grows));
        if (j > 0) {
            std::vector<Rational> direction(n, Rational(0));
            direction[0] = -1;
            direction[j] = 1;
            simplex_plane.directions.push_back(std::move(direction));
        }
    }
    return exact::point_inside(simplex_plane, Rational(-1), Rational(2), closed);
}

}  // namespace

GrowthForm growth_form(const ResidualSystem& system, Index exact_up_to) {
    if (levels(system.activation()).low != 0.0) {
        reject_argument("growth_form", "residuals that are not negative (logistic)",
                        to_string(system.activation()));
    }
    const IntegerMatrix whole = exact_weights(system).entries;
    const Matrix& W = system.W();
    const double scale = W.cwiseAbs().maxCoeff();
    GrowthForm form;
    if (scale == 0.0) {
        form.exists = true;
        form.p = Vector::Constant(W.rows(), 1.0 / static_cast<double>(W.rows()));
        return form;
    }
    const Strategies candidates = solve_game((W / scale).array() - (W / scale).minCoeff() +
                                             1.0);  // the shift moves the value
    if (candidates.p.allFinite() && candidates.p.sum() > 0.0) {
        const Vector p = candidates.p / candidates.p.sum();
        if (has_signs(whole, p, true, 1, true)) {
            form.exists = true;
            form.p = p;
            return form;
        }
    }
    if (candidates.q.allFinite() && candidates.q.sum() > 0.0) {
        const Vector y = candidates.q / candidates.q.maxCoeff();
        if (has_signs(whole, y, false, -1, false)) {
            form.exists = false;
            form.y = y;
            return form;
        }
    }
    if (W.rows() <= exact_up_to) {
        const auto p = exact_form(whole);
        form.exists = p.has_value();
        if (p) {
            form.p.resize(W.rows());
            for (Index i = 0; i < W.rows(); ++i) {
                form.p[i] = exact::nearest((*p)[static_cast<std::size_t>(i)]);
            }
        }
    }
    return form;
}

}  // namespace resdyn
