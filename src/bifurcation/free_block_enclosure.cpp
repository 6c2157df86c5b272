#include "free_block_enclosure.hpp"

#include <algorithm>
#include <cmath>

#include "equilibria/rounding.hpp"
#include "numerics/decompositions.hpp"
#include "numerics/exact_roots.hpp"

namespace resdyn {

namespace {

constexpr double u = unit_roundoff;

/// ‖A‖, not below the exact one.
template <class Derived>
double norm(const Eigen::MatrixBase<Derived>& A) {
    return A.norm() * bound_slack + underflow_cover;
}

/// 2A ⊙ B, symmetric in A and B: on pairs p > q, r > s, ½ of the sum of the four 2×2 minors.
Matrix bialternate(const Matrix& A, const Matrix& B) {
    const Index k = A.rows();
    Matrix product(k * (k - 1) / 2, k * (k - 1) / 2);
    Index row = 0;
    for (Index p = 1; p < k; ++p) {
        for (Index q = 0; q < p; ++q, ++row) {
            Index col = 0;
            for (Index r = 1; r < k; ++r) {
                for (Index s = 0; s < r; ++s, ++col) {
                    product(row, col) = A(p, r) * B(q, s) - A(p, s) * B(q, r) + B(p, r) * A(q, s) -
                                        B(p, s) * A(q, r);
                }
            }
        }
    }
    return product;
}
/// ‖2A ⊙ B‖ ≤ 4 ‖A‖ ‖B‖ (four terms, each a part of a Kronecker product), and its rounding.
constexpr double bialternate_norm = 4.0;
const double bialternate_rounding = 4.0 * rounding_gamma(5);

/// An approximate inverse R of A and what is proved with it: ‖I − RA‖ ≤ left, ‖I − AR‖ ≤ right.
struct ProvedInverse {
    Matrix R;
    double left = 0.0;
    double right = 0.0;

    explicit ProvedInverse(const Matrix& A) : R(Lu(A).inverse()) {
        if (!R.allFinite()) {
            left = right = HUGE_VAL;
            return;
        }
        const Matrix I = Matrix::Identity(A.rows(), A.cols());
        const double rounding = rounding_gamma(A.rows() + 1) *
                                (norm(R) * norm(A) + std::sqrt(static_cast<double>(A.rows())));
        left = norm(I - R * A) + rounding;
        right = norm(I - A * R) + rounding;
    }
};

/// Any border will do for the proof; singular vectors of the smallest singular value keep the
/// inverse of the bordered matrix small.
struct Border {
    Vector column;
    Vector row;
};

/// By inverse iteration, or where B has no inverse by its singular values.
Border border_of(const Matrix& B) {
    const Index n = B.rows();
    constexpr int rounds = 2;
    const Lu lu(B);
    Border border{Vector(n), Vector::Ones(n).normalized()};
    for (int k = 0; k < rounds; ++k) {
        border.column = lu.solve_transposed(border.row).normalized();
        border.row = lu.solve(border.column).normalized();
    }
    if (border.column.allFinite() && border.row.allFinite()) {
        return border;
    }
    const SingularVectors svd = singular_vectors(B);
    return {svd.left.col(n - 1), svd.right.col(n - 1)};
}

}  // namespace

FreeBlockEnclosure::FreeBlockEnclosure(const ParameterPath& path, const Pattern& pattern)
    : activation_(path.activation),
      step_(path.step),
      free_(pattern.free_units()),
      W0_(path.W(0)),
      W1_(path.rate()),
      y_(Vector::Zero(W0_.rows())) {
    for (Index i = 0; i < W1_.rows(); ++i) {
        y_[i] = pattern[i] == UnitState::Low    ? levels(activation_).low
                : pattern[i] == UnitState::High ? levels(activation_).high
                                                : 0.0;
    }
}

/// J = diag(g(y_F)) W_FF about m. The point solves W_FF y_F = −W_FS y_S, so with E = W_FF⁻¹ W1_FF,
/// d = W_FF⁻¹ (W1 y)_F at m and δ = α − m: y_F(α) = y_F − δ (I + δE)⁻¹ d, y' = −(I + δE)⁻² d,
/// y'' = 2E (I + δE)⁻³ d. Without a load (the origin of a tanh system) the point does not move,
/// however singular W_FF comes.
std::optional<Expansion> FreeBlockEnclosure::jacobian(double m, double radius) const {
    const auto k = static_cast<Index>(free_.size());
    const Index n = W0_.rows();
    const Matrix W = W0_ + m * W1_;
    // Each stored W0, W1 is rounded once an entry, and so are the product and the sum.
    const double w_error = 4.0 * u * (norm(W0_) + std::abs(m) * norm(W1_));
    const Matrix block = W(free_, free_);
    const Matrix block_slope = W1_(free_, free_);
    const double block_norm = norm(block);
    const double slope_norm = norm(block_slope);
    const double level_norm = norm(y_);
    const Vector load = -(W * y_)(free_);
    const Vector level_sizes = y_.cwiseAbs();  // so that nothing cancels
    const bool at_rest = Vector((W.cwiseAbs() * level_sizes)(free_)).isZero(0.0) &&
                         Vector((W1_.cwiseAbs() * level_sizes)(free_)).isZero(0.0);
    Vector y = Vector::Zero(k);
    Vector d = Vector::Zero(k);
    double y_error = 0.0;
    double d_error = 0.0;
    double d_norm = 0.0;
    double y1 = 0.0;  // |y'| and |y''| on the interval
    double y2 = 0.0;
    if (!at_rest) {
        const ProvedInverse inverse(block);
        const double R_norm = norm(inverse.R);
        const double q = inverse.left + R_norm * w_error;
        if (!(q < 0.5)) {
            return std::nullopt;
        }
        const double inverse_norm = R_norm / (1.0 - q) * bound_slack;  // of the exact W_FF(m)
        const double gamma = rounding_gamma(k + 1);
        y = inverse.R * load;
        const double load_error = (rounding_gamma(n) * norm(W) + w_error) * level_norm;
        y_error = inverse_norm *
                  (norm(load - block * y) + gamma * (block_norm * norm(y) + norm(load)) +
                   load_error + w_error * norm(y)) *
                  bound_slack;
        Vector whole = y_;
        whole(free_) = y;
        const Vector rate = (W1_ * whole)(free_);
        d = inverse.R * rate;
        d_error = inverse_norm *
                  (norm(rate - block * d) + gamma * (block_norm * norm(d) + norm(rate)) +
                   (rounding_gamma(n) + u) * norm(W1_) * norm(whole) + norm(W1_) * y_error +
                   w_error * norm(d)) *
                  bound_slack;
        d_norm = norm(d) + d_error;
        const double e =
            (norm(inverse.R * block_slope) + (gamma + u) * R_norm * slope_norm) / (1.0 - q);
        const double shrink = 1.0 - radius * e * bound_slack;
        if (!(shrink > 0.5)) {
            return std::nullopt;
        }
        y1 = d_norm / (shrink * shrink) * bound_slack;
        y2 = 2.0 * e * d_norm / (shrink * shrink * shrink) * bound_slack;
    }
    // |g'| ≤ the value at the levels, and 2 more for every unit of length outside (some α of the
    // interval, no further than 2 radius, has its point in the closed cube); |g''| = 2; g ≤ 1.
    const double g1 = std::abs(gain_slope(activation_, levels(activation_).low)) +
                      2.0 * (y_error + 2.0 * radius * y1);
    const Vector g = gain(activation_, y);
    Vector g_slope(k);
    for (Index i = 0; i < k; ++i) {
        g_slope[i] = gain_slope(activation_, y[i]);
    }
    Expansion J;
    J.value = g.asDiagonal() * block;
    J.derivative = g.asDiagonal() * block_slope;
    J.derivative -= g_slope.cwiseProduct(d).asDiagonal() * block;
    const double g_error = g1 * y_error + 4.0 * u * (1.0 + 2.0 * norm(y) * norm(y));
    const double g_max = 1.0 + g_error + 2.0 * radius * y1 * g1;
    J.error = (g_error * block_norm + g_max * (w_error + 2.0 * u * block_norm)) * bound_slack;
    J.derivative_error =
        (g_error * slope_norm + g_max * 4.0 * u * slope_norm +
         (2.0 * y_error * d_norm + g1 * d_error + 8.0 * u * (g1 + 1.0) * d_norm) * block_norm +
         g1 * d_norm * w_error) *
        bound_slack;
    // J'' = (g'' y'² + g' y'') W_FF + 2 g' y' W1_FF
    J.curvature = ((2.0 * y1 * y1 + g1 * y2) * (block_norm + w_error + radius * slope_norm) +
                   2.0 * g1 * y1 * slope_norm) *
                  (1.0 + 4.0 * u) * bound_slack;
    return J;
}

std::optional<Expansion> FreeBlockEnclosure::tested(FreeBlockTest test, double m,
                                                    double radius) const {
    const std::optional<Expansion> J = jacobian(m, radius);
    if (!J) {
        return std::nullopt;
    }
    const Index k = J->value.rows();
    const Matrix I = Matrix::Identity(k, k);
    const double root_k = std::sqrt(static_cast<double>(k)) * bound_slack;
    const double h = step_;
    const double value_norm = norm(J->value);
    const double derivative_norm = norm(J->derivative);
    if (test == FreeBlockTest::Flip) {
        return Expansion{2.0 * I + h * J->value, h * J->derivative,
                         (h * J->error + 3.0 * u * (2.0 * root_k + h * value_norm)) * bound_slack,
                         (h * J->derivative_error + 2.0 * u * h * derivative_norm) * bound_slack,
                         h * J->curvature * bound_slack};
    }
    const double of_sum = bialternate_norm * root_k;
    const double rounding = bialternate_rounding * root_k;
    Expansion B{bialternate(J->value, I), bialternate(J->derivative, I),
                of_sum * J->error + rounding * value_norm,
                of_sum * J->derivative_error + rounding * derivative_norm, of_sum * J->curvature};
    if (test == FreeBlockTest::ReciprocalPair) {
        // h J ⊙ J = ½ h (2J ⊙ J), bilinear
        B.value += 0.5 * h * bialternate(J->value, J->value);
        B.derivative += h * bialternate(J->value, J->derivative);
        const double first =
            derivative_norm + J->derivative_error + radius * J->curvature;  // of J, on all of it
        const double zeroth = value_norm + J->error + radius * first;
        B.error += 0.5 * h *
                       (bialternate_norm * (2.0 * value_norm + J->error) * J->error +
                        2.0 * bialternate_rounding * value_norm * value_norm) +
                   2.0 * u * norm(B.value);
        B.derivative_error +=
            h * (bialternate_norm * (value_norm * J->derivative_error + first * J->error) +
                 2.0 * bialternate_rounding * value_norm * derivative_norm) +
            2.0 * u * norm(B.derivative);
        B.curvature += h * bialternate_norm * (zeroth * J->curvature + first * first);
    }
    B.error *= bound_slack;
    B.derivative_error *= bound_slack;
    B.curvature *= bound_slack;
    return B;
}

RootVerdict judge(const Expansion& B, double radius) {
    const Index n = B.value.rows();
    const Border border = border_of(B.value);
    Matrix bordered = Matrix::Zero(n + 1, n + 1);
    bordered.topLeftCorner(n, n) = B.value;
    bordered.topRightCorner(n, 1) = border.column;
    bordered.bottomLeftCorner(1, n) = border.row.transpose();
    const ProvedInverse inverse(bordered);
    const Matrix& R = inverse.R;
    const double R_norm = norm(R);
    // ‖B'‖ on the interval, ‖I − RM(α)‖ and ‖I − M(α)R‖ there and at m, M the bordered matrix.
    const double first = (norm(B.derivative) + B.derivative_error + radius * B.curvature);
    const double residual = std::max(inverse.left, inverse.right);
    const double at_m = (residual + R_norm * B.error) * bound_slack;
    const double q = (at_m + R_norm * radius * first) * bound_slack;
    if (!(q < 0.5)) {
        return RootVerdict::Unclear;
    }
    const Vector x = R.col(n).head(n);
    const Vector psi = R.row(n).head(n).transpose();
    const double x_norm = norm(R.col(n));
    const double psi_norm = norm(R.row(n));
    // ‖M⁻¹e − Re‖ ≤ q/(1 − q) ‖Re‖, and the same for rows.
    const double growth = q / (1.0 - q) * bound_slack;
    const double dx = growth * x_norm;
    const double dpsi = growth * psi_norm;
    const double slope = -psi.dot(B.derivative * x);
    const double spread =
        (dpsi * first * (x_norm + dx) +
         (psi_norm + dpsi) * (B.derivative_error + radius * B.curvature) * (x_norm + dx) +
         (psi_norm + dpsi) * first * dx +
         rounding_gamma(2 * n + 2) * psi_norm * norm(B.derivative) * x_norm) *
        bound_slack;
    // g(m) − R_nn = eᵀM⁻¹(I − MR)e, and eᵀM⁻¹ is within 1/(1 − at_m) of ψ.
    Vector last = -(bordered * R.col(n));
    last[n] += 1.0;
    const double g = R(n, n);
    const double g_error =
        psi_norm / (1.0 - at_m) *
        (norm(last) + rounding_gamma(n + 2) * (norm(bordered) * x_norm + 1.0) + B.error * x_norm) *
        bound_slack;
    if (std::abs(g) > (radius * (std::abs(slope) + spread) + g_error) * bound_slack) {
        return RootVerdict::NoRoot;
    }
    return std::abs(slope) > spread ? RootVerdict::AtMostOne : RootVerdict::Unclear;
}

}  // namespace resdyn
