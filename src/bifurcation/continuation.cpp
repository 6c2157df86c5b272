#include <resdyn/bifurcation/continuation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <resdyn/core/error.hpp>

#include "arclength.hpp"
#include "numerics/decompositions.hpp"
#include "numerics/exact_roots.hpp"

namespace resdyn {

std::string_view to_string(ContinuationLabel label) {
    switch (label) {
        case ContinuationLabel::Regular:
            return "";
        case ContinuationLabel::EndPoint:
            return "EP";
        case ContinuationLabel::Transcritical:
            return "TC";
        case ContinuationLabel::Hopf:
            return "HB";
        case ContinuationLabel::Flip:
            return "PD";
        case ContinuationLabel::NeimarkSacker:
            return "NS";
        case ContinuationLabel::NoConvergence:
            return "MX";
        case ContinuationLabel::UserValue:
            return "UZ";
        case ContinuationLabel::Fold:
            return "LP";
        case ContinuationLabel::BranchPoint:
            return "BP";
    }
    return "unknown";
}

namespace {

/// How far beyond a level rounding may carry a component of a point that is still inside.
constexpr double level_tol = 1e-10;

/// Of a real eigenvalue that crosses zero: |ψᵀ ∂f/∂α|, ψ the left null vector, above this is a
/// fold.
constexpr double fold_tol = 1e-6;

/// The eigenvalue nearest the imaginary axis is a pair.
bool pair_crosses(const ContinuationPoint& point) {
    const auto nearest = std::min_element(
        point.eigenvalues.begin(), point.eigenvalues.end(),
        [](Complex a, Complex b) { return std::abs(a.real()) < std::abs(b.real()); });
    return nearest->imag() != 0;
}

/// g(y) ∘ (W(α) y), W(α) = W0 + αW1, in the closed cube.
class SystemProblem final : public ContinuationProblem {
  public:
    explicit SystemProblem(const ParameterPath& path)
        : activation_(path.activation),
          h_(path.step),
          range_(levels(path.activation)),
          W0_(path.W(0)),
          W1_(path.rate()) {}

    Index dimension() const override { return W0_.rows(); }

    Vector field(const Vector& z) const override {
        const Index n = z.size() - 1;
        const Vector y = z.head(n);
        return gain(activation_, y).cwiseProduct(W(z[n]) * y);
    }

    Matrix jacobian(const Vector& z) const override {
        const Index n = z.size() - 1;
        const Vector y = z.head(n);
        const Matrix weights = W(z[n]);
        const Vector g = gain(activation_, y);
        const Vector Wy = weights * y;
        Matrix J(n, n + 1);
        J.leftCols(n) = g.asDiagonal() * weights;
        for (Index i = 0; i < n; ++i) {
            J(i, i) += gain_slope(activation_, y[i]) * Wy[i];
        }
        J.col(n) = g.cwiseProduct(W1_ * y);
        return J;
    }

    bool contains(const Vector& z) const override {
        const Index n = z.size() - 1;
        return z.head(n).minCoeff() >= range_.low - level_tol &&
               z.head(n).maxCoeff() <= range_.high + level_tol;
    }

    void judge(const Vector& z, ContinuationPoint& point) const override {
        const Index n = z.size() - 1;
        point.eigenvalues = eigenvalues(Matrix(jacobian(z).leftCols(n)));
        // λ of a saturated unit is e^{hλ} on the map, μ of a free one 1 + hμ; units within
        // level_tol of a level are saturated. Blocks decouple, so each has its own eigenvalues.
        std::vector<Index> free;
        const Vector Wy = W(z[n]) * point.y;
        for (Index i = 0; i < n; ++i) {
            const double y = point.y[i];
            if (y > range_.low + level_tol && y < range_.high - level_tol) {
                free.push_back(i);
            } else {
                const bool grows = gain_slope(activation_, y) * Wy[i] > 0;
                point.unstable += grows ? 1 : 0;
                point.outside += grows ? 1 : 0;
            }
        }
        if (!free.empty()) {
            const Vector g = gain(activation_, Vector(point.y(free)));
            for (const Complex mu :
                 resdyn::eigenvalues(g.asDiagonal() * Matrix(W(z[n])(free, free)))) {
                point.unstable += mu.real() > 0 ? 1 : 0;
                point.outside += std::abs(1.0 + h_ * mu) > 1 ? 1 : 0;
            }
        }
    }

    ContinuationLabel name(const Vector& /*z*/, const ContinuationPoint& point,
                           bool of_map) const override {
        if (!of_map) {
            return pair_crosses(point) ? ContinuationLabel::Hopf : ContinuationLabel::Transcritical;
        }
        // The candidates of each kind by distance from the circle.
        double flip = HUGE_VAL;
        double pair = HUGE_VAL;
        double zero = HUGE_VAL;
        for (const Complex mu : point.eigenvalues) {
            const Complex m = 1.0 + h_ * mu;
            double& distance = mu.imag() != 0 ? pair : m.real() < 0 ? flip : zero;
            distance = std::min(distance, std::abs(std::abs(m) - 1.0));
        }
        return flip <= std::min(pair, zero) ? ContinuationLabel::Flip
               : pair <= zero               ? ContinuationLabel::NeimarkSacker
                                            : ContinuationLabel::Transcritical;
    }

  private:
    Matrix W(double alpha) const { return W0_ + alpha * W1_; }

    Activation activation_;
    double h_;
    Levels range_;
    Matrix W0_;
    Matrix W1_;
};

/// f(x, α), where the box lets it go.
class FamilyProblem final : public ContinuationProblem {
  public:
    FamilyProblem(const FieldFamily& family, const std::optional<Box>& box)
        : family_(family), box_(box) {}

    Index dimension() const override { return family_.dimension(); }
    Vector field(const Vector& z) const override { return family_.value(state(z), alpha(z)); }
    Matrix jacobian(const Vector& z) const override {
        const Index n = dimension();
        Matrix J(n, n + 1);
        J << family_.jacobian(state(z), alpha(z)), family_.rate(state(z), alpha(z));
        return J;
    }
    bool contains(const Vector& z) const override {
        const Vector x = state(z);
        return x.allFinite() && (!box_ || ((x.array() >= box_->lower.array()).all() &&
                                           (x.array() <= box_->upper.array()).all()));
    }
    void judge(const Vector& z, ContinuationPoint& point) const override {
        point.eigenvalues = eigenvalues(family_.jacobian(state(z), alpha(z)));
        for (const Complex value : point.eigenvalues) {
            point.unstable += value.real() > 0 ? 1 : 0;
        }
    }
    ContinuationLabel name(const Vector& z, const ContinuationPoint& point,
                           bool /*of_map*/) const override {
        if (pair_crosses(point)) {
            return ContinuationLabel::Hopf;
        }
        const Vector left =
            singular_vectors(family_.jacobian(state(z), alpha(z))).left.rightCols(1);
        return std::abs(left.dot(family_.rate(state(z), alpha(z)))) > fold_tol
                   ? ContinuationLabel::Fold
                   : ContinuationLabel::BranchPoint;
    }

  private:
    Vector state(const Vector& z) const { return z.head(dimension()); }
    double alpha(const Vector& z) const { return z[dimension()]; }

    const FieldFamily& family_;
    const std::optional<Box>& box_;
};

}  // namespace

std::vector<ContinuationPoint> continue_equilibrium(const ParameterPath& path, const Vector& y0,
                                                    double alpha0,
                                                    const ContinuationOptions& options) {
    return follow_curve_of_equilibria(SystemProblem(path), y0, alpha0, options);
}

std::vector<ContinuationPoint> continue_equilibrium(const FieldFamily& family, const Vector& x0,
                                                    double alpha0,
                                                    const ContinuationOptions& options,
                                                    const std::optional<Box>& box) {
    if (box &&
        (box->lower.size() != family.dimension() || box->upper.size() != family.dimension())) {
        reject_argument("box", fmt::format("sides of {} numbers", family.dimension()),
                        fmt::format("{} and {}", box->lower.size(), box->upper.size()));
    }
    return follow_curve_of_equilibria(FamilyProblem(family, box), x0, alpha0, options);
}

}  // namespace resdyn
