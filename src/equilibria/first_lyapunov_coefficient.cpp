#include <resdyn/equilibria/first_lyapunov_coefficient.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/SVD>
#include <cmath>
#include <complex>
#include <limits>

#include <resdyn/core/error.hpp>

namespace resdyn {

using Complex = std::complex<double>;
using ComplexVector = Eigen::VectorXcd;
using ComplexMatrix = Eigen::MatrixXcd;

std::string_view to_string(HopfNature nature) {
    switch (nature) {
        case HopfNature::Supercritical:
            return "supercritical";
        case HopfNature::Subcritical:
            return "subcritical";
        case HopfNature::Degenerate:
            return "degenerate";
    }
    return "unknown";
}

namespace {

/// Derivatives of the field on the face; the same sums with absolute values bound their rounding.
struct Derivatives {
    Matrix L;
    Vector slope;      ///< g'.
    double curvature;  ///< g''.

    ComplexVector second(const ComplexVector& u, const ComplexVector& v) const {
        return slope.cast<Complex>().cwiseProduct(u.cwiseProduct(L * v) + v.cwiseProduct(L * u));
    }
    ComplexVector third(const ComplexVector& u, const ComplexVector& v,
                        const ComplexVector& w) const {
        return curvature *
               (u.cwiseProduct(v).cwiseProduct(L * w) + u.cwiseProduct(w).cwiseProduct(L * v) +
                v.cwiseProduct(w).cwiseProduct(L * u));
    }
    Derivatives magnitudes() const {
        return {L.cwiseAbs(), slope.cwiseAbs(), std::abs(curvature)};
    }
};

ComplexVector magnitude(const ComplexVector& v) {
    return v.cwiseAbs().cast<Complex>();
}

double inverse_norm(const ComplexMatrix& M) {
    return 1.0 / Eigen::JacobiSVD<ComplexMatrix>(M).singularValues().tail(1)[0];
}

}  // namespace

FirstLyapunovCoefficient first_lyapunov_coefficient(const Matrix& block, const Vector& y,
                                                    Activation activation) {
    const Index n = block.rows();
    const Matrix A = gain(activation, y).asDiagonal() * block;
    const Eigen::EigenSolver<Matrix> solver(A);
    Index at = -1;
    for (Index k = 0; k < n; ++k) {
        const Complex value = solver.eigenvalues()[k];
        if (value.imag() > 0 &&
            (at < 0 || std::abs(value.real()) < std::abs(solver.eigenvalues()[at].real()))) {
            at = k;
        }
    }
    if (at < 0) {
        reject_argument("first_lyapunov_coefficient", "a pair that is not real", "a real spectrum");
    }
    FirstLyapunovCoefficient result;
    result.omega = solver.eigenvalues()[at].imag();
    const Complex i_omega(0.0, result.omega);
    const ComplexVector q = solver.eigenvectors().col(at).normalized();
    // p spans the kernel of (A − λ)ᴴ, the conjugate of the matching row of V⁻¹; ⟨p, q⟩ = pᴴq = 1.
    ComplexVector p = solver.eigenvectors().inverse().row(at).adjoint();
    p /= std::conj(p.dot(q));
    const ComplexVector q_bar = q.conjugate();
    result.residual =
        (A * q - i_omega * q).norm() + (A.transpose() * p + i_omega * p).norm();

    Derivatives F{block, Vector(n), -2.0};  // logistic y − y², tanh 1 − y²
    for (Index i = 0; i < n; ++i) {
        F.slope[i] = gain_slope(activation, y[i]);
    }
    const ComplexMatrix A_complex = A.cast<Complex>();
    const ComplexMatrix shifted = 2.0 * i_omega * ComplexMatrix::Identity(n, n) - A_complex;
    const ComplexVector a = A_complex.partialPivLu().solve(F.second(q, q_bar));
    const ComplexVector b = shifted.partialPivLu().solve(F.second(q, q));
    const Complex sum =
        p.dot(F.third(q, q, q_bar)) - 2.0 * p.dot(F.second(q, a)) + p.dot(F.second(q_bar, b));
    result.value = sum.real() / (2.0 * result.omega);

    // Every term in absolute values; the vectors p, q, a, b carry the condition of the problems
    // that they solve.
    const Derivatives M = F.magnitudes();
    const ComplexVector q_abs = magnitude(q);
    const ComplexVector a_abs = magnitude(a);
    const ComplexVector b_abs = magnitude(b);
    const ComplexVector p_abs = magnitude(p);
    const double terms = (p_abs.dot(M.third(q_abs, q_abs, q_abs)) +
                          2.0 * p_abs.dot(M.second(q_abs, a_abs)) +
                          p_abs.dot(M.second(q_abs, b_abs)))
                             .real();
    const double condition =
        1.0 + p.norm() + A.norm() * (inverse_norm(A_complex) + inverse_norm(shifted));
    // The pair stands off the axis by Re λ, because alpha is a rounded number.
    const double offset = std::abs(solver.eigenvalues()[at].real()) / result.omega;
    result.error = 16.0 * static_cast<double>(n * n) *
                   (std::numeric_limits<double>::epsilon() + offset) * condition * terms /
                   (2.0 * result.omega);
    result.nature = std::abs(result.value) <= result.error ? HopfNature::Degenerate
                    : result.value < 0                     ? HopfNature::Supercritical
                                                           : HopfNature::Subcritical;
    return result;
}

}  // namespace resdyn
