#include <resdyn/bifurcation/beyond_h_star.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include <resdyn/numerics/spectrum.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double margin = 100.0;   // over the first-order rounding bound
constexpr double resonant = 1e-6;  // |e^{ikθ} − 1|
constexpr double largest_condition = 1e12;

/// h W_FF and the derivatives of f at u*, as functions of y = f(u*).
struct Forms {
    Matrix hW;
    Vector first;
    Vector second;
    Vector third;

    ComplexVector B(const ComplexVector& x, const ComplexVector& z) const {
        return hW * second.cast<Complex>().cwiseProduct(x).cwiseProduct(z);
    }
    ComplexVector C(const ComplexVector& x, const ComplexVector& z, const ComplexVector& w) const {
        return hW * third.cast<Complex>().cwiseProduct(x).cwiseProduct(z).cwiseProduct(w);
    }
    Matrix jacobian() const {
        Matrix A = hW * first.asDiagonal();
        A.diagonal().array() += 1.0;
        return A;
    }
    /// Every number replaced by its size.
    Forms sizes() const {
        return {hW.cwiseAbs(), first.cwiseAbs(), second.cwiseAbs(), third.cwiseAbs()};
    }
};

Forms forms_at(const ResidualSystem& system, const std::vector<Index>& free, const Vector& y,
               double h) {
    Forms forms{h * system.W()(free, free), {}, {}, {}};
    const Eigen::ArrayXd v = Vector(y(free)).array();
    if (system.activation() == Activation::Tanh) {
        const Eigen::ArrayXd g = 1.0 - v.square();
        forms.first = g;
        forms.second = -2.0 * v * g;
        forms.third = g * (6.0 * v.square() - 2.0);
    } else {
        const Eigen::ArrayXd g = v * (1.0 - v);
        forms.first = g;
        forms.second = g * (1.0 - 2.0 * v);
        forms.third = g * (1.0 - 6.0 * v + 6.0 * v.square());
    }
    return forms;
}

/// Right and left vectors of the eigenvalue of A nearest `value`: ‖q‖ = 1, p̄ᵀq = 1.
struct Vectors {
    ComplexVector q;
    ComplexVector p;
};

Vectors vectors_of(const Matrix& A, Complex value) {
    const auto nearest = [](const Eigenpairs& pairs, Complex wanted) {
        Index at = 0;
        (pairs.values.array() - wanted).abs().minCoeff(&at);
        return ComplexVector(pairs.vectors.col(at));
    };
    Vectors v;
    v.q = nearest(eigenpairs(A), value).normalized();
    v.p = nearest(eigenpairs(A.transpose()), std::conj(value));
    v.p /= std::conj(v.p.dot(v.q));
    return v;
}

/// M⁻¹b, and how much the condition of M adds to rounding.
ComplexVector solved(const ComplexMatrix& M, const ComplexVector& b, double& condition) {
    const ComplexLu lu(M);
    condition = std::max(condition, 1.0 / std::max(lu.reciprocal_condition(), epsilon));
    return lu.solve(b);
}

}  // namespace

std::optional<BeyondHStar> beyond_h_star(const ResidualSystem& system, const Pattern& pattern,
                                         const Vector& y) {
    require_bounded("beyond_h_star", system.activation());
    const std::vector<Index> free = pattern.free_units();
    if (free.empty()) {
        return std::nullopt;
    }
    BeyondHStar result;
    result.h_star = std::numeric_limits<double>::infinity();
    const Forms flow = forms_at(system, free, y, 1.0);
    Complex mu = 0.0;
    for (const Complex value : eigenvalues(Matrix(flow.hW * flow.first.asDiagonal()))) {
        if (!(value.real() < 0)) {
            return std::nullopt;
        }
        const double h = -2.0 * value.real() / std::norm(value);
        if (h < result.h_star && value.imag() >= 0) {
            result.h_star = h;
            mu = value;
        }
    }
    result.flip = mu.imag() == 0;
    const Complex m = 1.0 + result.h_star * mu;
    result.angle = result.flip ? std::numbers::pi : std::arg(m);

    const Forms forms = forms_at(system, free, y, result.h_star);
    const Matrix A = forms.jacobian();
    const ComplexMatrix identity = ComplexMatrix::Identity(A.rows(), A.cols());
    const ComplexMatrix complex_A = A.cast<Complex>();
    const Vectors v = vectors_of(A, m);
    const ComplexVector& q = v.q;
    const ComplexVector q_bar = q.conjugate();
    double condition = 1.0;
    ComplexVector inner = forms.B(q, result.flip ? q : q_bar);
    const ComplexVector a = solved(identity - complex_A, inner, condition);
    const Forms size = forms.sizes();
    const ComplexVector p_size = v.p.cwiseAbs().cast<Complex>();
    const ComplexVector q_size = q.cwiseAbs().cast<Complex>();
    double terms = p_size.dot(size.C(q_size, q_size, q_size)).real() +
                   2.0 * p_size.dot(size.B(q_size, a.cwiseAbs().cast<Complex>())).real();
    if (result.flip) {
        // (A − I)⁻¹ = −(I − A)⁻¹.
        result.coefficient =
            (v.p.dot(forms.C(q, q, q)) / 6.0 + v.p.dot(forms.B(q, a)) / 2.0).real();
    } else {
        const Complex turn = m / std::abs(m);
        const ComplexVector b =
            solved(turn * turn * identity - complex_A, forms.B(q, q), condition);
        const Complex sum = v.p.dot(forms.C(q, q, q_bar)) + 2.0 * v.p.dot(forms.B(q, a)) +
                            v.p.dot(forms.B(q_bar, b));
        result.coefficient = 0.5 * (std::conj(turn) * sum).real();
        terms += p_size.dot(size.B(q_size, b.cwiseAbs().cast<Complex>())).real();
        for (const Index k : {Index{3}, Index{4}}) {
            if (std::abs(std::pow(turn, static_cast<double>(k)) - 1.0) < resonant) {
                result.resonance = k;
            }
        }
    }
    result.error_bound =
        margin * static_cast<double>(A.rows()) * epsilon * (1.0 + v.p.norm()) * condition * terms;
    if (condition > largest_condition || result.resonance != 0) {
        result.criticality = HopfCriticality::Undefined;
    } else if (std::abs(result.coefficient) <= result.error_bound) {
        result.criticality = HopfCriticality::Degenerate;
    } else {
        // The flip's coefficient has the opposite sign: η → −(1 + β)η + cη³.
        result.criticality = (result.coefficient > 0) == result.flip
                                 ? HopfCriticality::Supercritical
                                 : HopfCriticality::Subcritical;
    }
    return result;
}

}  // namespace resdyn
