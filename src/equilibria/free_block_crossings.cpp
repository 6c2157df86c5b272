#include "free_block_crossings.hpp"

#include <Eigen/LU>
#include <Eigen/SVD>
#include <cmath>
#include <optional>

#include <resdyn/equilibria/exact_point.hpp>

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Polynomial;
using exact::Rational;
using exact::RealRoot;

namespace {

/// Allowance for rounding, relative to every norm computed in doubles: dimensions are below 30,
/// where a backward stable solution is good to about 1e-14.
constexpr double slack = 1e-12;
/// Shortest interval that is looked at in doubles, over the branch's length.
constexpr double shortest = 1e-10;
/// Degree of exact polynomials that are still affordable where doubles give up.
constexpr Index affordable_degree = 120;

/// A matrix along the path about m: value and derivative there, a bound (Frobenius norm) on the
/// second derivative over the interval, and one on the error of the value.
struct Expansion {
    Matrix value;
    Matrix derivative;
    double curvature = 0.0;
    double error = 0.0;
};

/// The path in doubles, for one face.
struct FaceInDoubles {
    FaceInDoubles(const ParameterPath& path, const Pattern& pattern)
        : activation(path.activation), free(pattern.free_units()), W0(path.W(0)) {
        W1 = Matrix(W0.rows(), W0.cols());
        y = Vector::Zero(W0.rows());
        for (Index i = 0; i < W1.rows(); ++i) {
            for (Index j = 0; j < W1.cols(); ++j) {
                W1(i, j) = std::ldexp(exact::quotient(path.slope(i, j), 1), path.exponent);
            }
            y[i] = pattern[i] == UnitState::Low    ? levels(activation).low
                   : pattern[i] == UnitState::High ? levels(activation).high
                                                   : 0.0;
        }
    }

    /// J = diag(g(y_F)) W_FF about `m`; nothing if the interval is too long for the bounds of y.
    std::optional<Expansion> jacobian(double m, double radius) const;

    Activation activation;
    std::vector<Index> free;
    Matrix W0;
    Matrix W1;
    Vector y;  ///< levels on the saturated units, 0 on the free ones.
};

std::optional<Expansion> FaceInDoubles::jacobian(double m, double radius) const {
    const Matrix W = W0 + m * W1;
    const double rounding = slack * (W0.norm() + std::abs(m) * W1.norm());
    const Matrix block = W(free, free);
    const Matrix block_slope = W1(free, free);
    const auto k = static_cast<Index>(free.size());
    // W_FF y_F = −W_FS y_S;  y' = −(I + δE)⁻² d with E = W_FF⁻¹ W1_FF, d = W_FF⁻¹ (W1 y)_F, δ = α −
    // m. Without a load (the origin of a tanh system) the point does not move, however singular
    // W_FF comes.
    const Vector load = -(W * y)(free);
    const bool at_rest = load.isZero(0.0) && Vector((W1 * y)(free)).isZero(0.0);
    Vector y_free = Vector::Zero(k);
    Vector d = Vector::Zero(k);
    double solve_error = 0.0;
    double y_error = 0.0;
    double d_norm = 0.0;
    double y1 = 0.0;
    double y2 = 0.0;
    if (!at_rest) {
        const double sigma = Eigen::JacobiSVD<Matrix>(block).singularValues().tail(1)[0];
        if (!(sigma > 1e-10 * block.norm())) {
            return std::nullopt;
        }
        // Solves are exact for a block that is off by `rounding`.
        solve_error = 2.0 * rounding / sigma;
        const Eigen::PartialPivLU<Matrix> solver(block);
        y_free = solver.solve(load);
        y_error = solve_error * (y_free.norm() + 1.0) + rounding * y.norm() / sigma;
        Vector whole = y;
        whole(free) = y_free;
        d = solver.solve(Vector((W1 * whole)(free)));
        const double e = Matrix(solver.solve(block_slope)).norm() * (1.0 + solve_error);
        d_norm = d.norm() * (1.0 + solve_error) + y_error * e + slack;
        const double shrink = 1.0 - radius * e;
        if (!(shrink > 0.5)) {
            return std::nullopt;
        }
        y1 = d_norm / (shrink * shrink);
        y2 = 2.0 * e * d_norm / (shrink * shrink * shrink);
    }
    const double slope_max = std::abs(gain_slope(activation, levels(activation).low));  // of g
    const Vector g = gain(activation, y_free);
    Vector g_slope(k);
    for (Index i = 0; i < k; ++i) {
        g_slope[i] = gain_slope(activation, y_free[i]);
    }
    Expansion J;
    J.value = g.asDiagonal() * block;
    J.derivative = g.asDiagonal() * block_slope;
    J.derivative -= g_slope.cwiseProduct(d).asDiagonal() * block;
    J.error = slope_max * y_error * block.norm() + rounding;
    const double block_max = block.norm() + radius * block_slope.norm();
    // J'' = (g'' y'² + g' y'') W + 2 g' y' W1, |g''| = 2
    J.curvature =
        (2.0 * y1 * y1 + slope_max * y2) * block_max + 2.0 * slope_max * y1 * block_slope.norm();
    if (radius > 0) {
        // The error of the derivative counts as curvature over the interval.
        const double derivative_error =
            slope_max * (solve_error * d_norm + y_error) * (block.norm() + block_slope.norm()) +
            2.0 * y_error * d_norm * block.norm() + rounding * (1.0 + d_norm);
        J.curvature += derivative_error / radius;
    }
    return J;
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

/// The matrix of the test from J. ‖2A ⊙ B‖_F ≤ 4‖A‖_F ‖B‖_F (four terms, each a part of a Kronecker
/// product), ‖I‖_F = √k.
Expansion tested(const Expansion& J, FreeBlockTest test, double h, double radius) {
    const Index k = J.value.rows();
    const Matrix I = Matrix::Identity(k, k);
    if (test == FreeBlockTest::Flip) {
        return {2.0 * I + h * J.value, h * J.derivative, h * J.curvature, h * J.error};
    }
    const double of_sum = 4.0 * std::sqrt(static_cast<double>(k));
    Expansion B{bialternate(J.value, I), bialternate(J.derivative, I), of_sum * J.curvature,
                of_sum * J.error};
    if (test == FreeBlockTest::ReciprocalPair) {
        B.value += 0.5 * h * bialternate(J.value, J.value);
        B.derivative += h * bialternate(J.value, J.derivative);
        const double first = J.derivative.norm() + radius * J.curvature;
        const double zeroth = J.value.norm() + radius * first;
        B.curvature += 4.0 * h * (zeroth * J.curvature + first * first);
        B.error += 4.0 * h * zeroth * J.error;
    }
    return B;
}

enum class Verdict { NoRoot, AtMostOne, Unclear };

Verdict judge(const Expansion& B, double radius) {
    const Index n = B.value.rows();
    const Eigen::JacobiSVD<Matrix> svd(B.value, Eigen::ComputeFullU | Eigen::ComputeFullV);
    Matrix bordered = Matrix::Zero(n + 1, n + 1);
    bordered.topLeftCorner(n, n) = B.value;
    bordered.topRightCorner(n, 1) = svd.matrixU().col(n - 1);
    bordered.bottomLeftCorner(1, n) = svd.matrixV().col(n - 1).transpose();
    const Matrix inverse = bordered.partialPivLu().inverse();
    const double inverse_norm = inverse.norm();
    const double first = B.derivative.norm() + radius * B.curvature;
    const double error = B.error + slack * bordered.norm();
    // ‖I − inverse · bordered(α)‖, its rounding included
    const double q = inverse_norm * (radius * first + error);
    if (!(q < 0.5)) {
        return Verdict::Unclear;
    }
    const Vector x = inverse.col(n).head(n);
    const Vector psi = inverse.row(n).head(n).transpose();
    const double g = inverse(n, n);
    const double x_norm = inverse.col(n).norm();
    const double psi_norm = inverse.row(n).norm();
    const double growth = q / (1.0 - q);
    const double dx = growth * x_norm;
    const double dpsi = growth * psi_norm;
    const double slope = -psi.dot(B.derivative * x);
    const double spread = dpsi * first * x_norm + (psi_norm + dpsi) * first * dx +
                          (psi_norm + dpsi) * (x_norm + dx) * radius * B.curvature +
                          slack * psi_norm * first * x_norm;
    const double g_error = 2.0 * inverse_norm * inverse_norm * error;
    if (std::abs(g) > radius * (std::abs(slope) + spread) + g_error) {
        return Verdict::NoRoot;
    }
    return std::abs(slope) > spread ? Verdict::AtMostOne : Verdict::Unclear;
}

class Search {
  public:
    Search(const ParameterPath& path, const FacePath& face, FreeBlockTest test,
           const Rational& width)
        : path_(path), face_(face), test_(test), width_(width), doubles_(path, face.pattern) {}

    Crossings run(RealRoot& from, RealRoot& to) {
        // Inner ends, in which the pattern exists: brackets are narrow, and what is left out beside
        // them is shorter than they are.
        const double lower = std::nextafter(exact::nearest(from.upper), HUGE_VAL);
        const double upper = std::nextafter(exact::nearest(to.lower), -HUGE_VAL);
        if (!(lower < upper)) {
            return std::move(result_);
        }
        length_ = upper - lower;
        const double middle = 0.5 * (lower + upper);
        if (sign(middle) == 0 && sign(0.5 * (lower + middle)) == 0) {
            // Two zeros: of a function that vanishes everywhere, as far as one can guess.
            const Polynomial p = free_block_test(path_, face_, test_);
            if (p.empty()) {
                result_.permanent = true;
                return std::move(result_);
            }
        }
        search(lower, upper);
        return std::move(result_);
    }

  private:
    int sign(double alpha) const { return sign(exact::rational(alpha)); }

    /// Of the test function, exactly, up to one constant sign.
    int sign(const Rational& alpha) const {
        const auto point =
            exact_point(path_.scaled_weights(alpha), path_.activation, face_.pattern);
        if (!point) {
            return 0;
        }
        const IntegerMatrix& M = point->block;
        if (test_ == FreeBlockTest::OppositePair) {
            return exact::hurwitz_determinant(exact::characteristic_polynomial(M)).sign();
        }
        // J = block · block_scale / q
        const Rational scale =
            exact::rational(path_.step) * point->block_scale / Rational(denominator(alpha));
        if (test_ == FreeBlockTest::ReciprocalPair) {
            return exact::hurwitz_determinant(
                       disc_to_half_plane(exact::characteristic_polynomial(M), scale))
                .sign();
        }
        IntegerMatrix flip = M;
        for (Index i = 0; i < M.rows(); ++i) {
            for (Index j = 0; j < M.cols(); ++j) {
                flip(i, j) *= numerator(scale);
            }
            flip(i, i) += 2 * denominator(scale);
        }
        return exact::adjugate(flip).determinant.sign();
    }

    void search(double lower, double upper) {
        const double middle = 0.5 * (lower + upper);
        const double radius = 0.5 * (upper - lower) * (1.0 + slack);
        const auto J = doubles_.jacobian(middle, radius);
        const Verdict verdict =
            J ? judge(tested(*J, test_, path_.step, radius), radius) : Verdict::Unclear;
        if (verdict == Verdict::NoRoot) {
            return;
        }
        if (verdict == Verdict::AtMostOne) {
            bracket(exact::rational(lower), exact::rational(upper));
            return;
        }
        if (2.0 * radius < shortest * length_ || !(lower < middle && middle < upper)) {
            exactly(exact::rational(lower), exact::rational(upper));
            return;
        }
        search(lower, middle);
        search(middle, upper);
    }

    /// At most one root in [lower, upper].
    void bracket(Rational lower, Rational upper) {
        const int left = sign(lower);
        const int right = sign(upper);
        if (left == 0 || right == 0) {
            add_exact(left == 0 ? lower : upper);
            return;
        }
        if (left == right) {
            return;
        }
        guess(lower, upper, left);
        while (upper - lower > width_) {
            Rational middle = (lower + upper) / 2;
            const int s = sign(middle);
            if (s == 0) {
                add_exact(middle);
                return;
            }
            (s == left ? lower : upper) = std::move(middle);
        }
        const Rational candidate = exact::simple_between(lower - width_, upper + width_);
        constexpr long small_denominator = 1L << 16;
        if (denominator(candidate) < small_denominator && candidate > lower && candidate < upper &&
            sign(candidate) == 0) {
            add_exact(candidate);
            return;
        }
        result_.roots.push_back({lower, upper, {}, left, true});
    }

    /// Narrows the bracket by exact signs beside the root as doubles see it.
    void guess(Rational& lower, Rational& upper, int left) const {
        double a = exact::nearest(lower);
        double b = exact::nearest(upper);
        const auto sign_in_doubles = [&](double alpha) {
            const Matrix B = tested_at(alpha);
            return B.size() == 0 ? 0.0 : B.partialPivLu().determinant();
        };
        const bool rising = sign_in_doubles(b) > 0;
        for (int step = 0; step < 60 && a < b; ++step) {
            const double middle = 0.5 * (a + b);
            (rising == (sign_in_doubles(middle) > 0) ? b : a) = middle;
        }
        const Rational root = exact::rational(0.5 * (a + b));
        Rational half = width_ * Rational(1, 3);
        for (int attempt = 0; attempt < 6; ++attempt, half *= 64) {
            const Rational below = root - half;
            const Rational above = root + half;
            if (below <= lower || above >= upper) {
                return;
            }
            const int s = sign(below);
            const int t = sign(above);
            if (s == left && t == -left) {
                lower = below;
                upper = above;
                return;
            }
        }
    }

    /// The matrix of the test at α in doubles; empty if W_FF is singular there.
    Matrix tested_at(double alpha) const {
        const auto J = doubles_.jacobian(alpha, 0.0);
        return J ? tested(*J, test_, path_.step, 0.0).value : Matrix();
    }

    void add_exact(const Rational& alpha) {
        if (result_.roots.empty() || result_.roots.back().lower != alpha) {
            result_.roots.push_back(
                {alpha, alpha, {Integer(-numerator(alpha)), denominator(alpha)}, 0, false});
        }
    }

    void exactly(const Rational& lower, const Rational& upper) {
        const Index k = static_cast<Index>(face_.above_low.size());
        const Index degree = k * (k - 1) * (2 * k + 1);
        if (degree > affordable_degree) {
            result_.decided = false;
            return;
        }
        if (!polynomial_) {
            polynomial_ = free_block_test(path_, face_, test_);
        }
        if (polynomial_->empty()) {
            result_.permanent = true;
            return;
        }
        for (RealRoot& root : exact::real_roots(*polynomial_, lower, upper, width_)) {
            if (root.is_exact()) {
                add_exact(root.lower);
            } else {
                result_.roots.push_back(std::move(root));
            }
        }
    }

    const ParameterPath& path_;
    const FacePath& face_;
    FreeBlockTest test_;
    const Rational& width_;
    FaceInDoubles doubles_;
    double length_ = 0.0;
    std::optional<Polynomial> polynomial_;
    Crossings result_;
};

}  // namespace

Crossings free_block_crossings(const ParameterPath& path, const FacePath& face, FreeBlockTest test,
                               RealRoot& from, RealRoot& to, const Rational& width) {
    return Search(path, face, test, width).run(from, to);
}

}  // namespace resdyn
