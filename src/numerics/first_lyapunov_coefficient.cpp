#include <resdyn/numerics/first_lyapunov_coefficient.hpp>

#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <limits>

#include <resdyn/core/error.hpp>

#include "decompositions.hpp"

namespace resdyn {

namespace {

using Complex = std::complex<double>;

constexpr double margin = 10.0;  // over the first-order rounding bound
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double largest_condition = 1e13;  // of A and 2iω − A; beyond: singular to rounding

void validate(const FieldJet& jet) {
    const Index n = jet.jacobian.rows();
    const auto fits = [n](const Matrix& M) {
        return M.rows() == n && M.cols() == n && M.allFinite();
    };
    bool whole = n >= 2 && fits(jet.jacobian) && static_cast<Index>(jet.second.size()) == n &&
                 static_cast<Index>(jet.third.size()) == n * n;
    for (const Matrix& M : jet.second) {
        whole = whole && fits(M);
    }
    for (const Matrix& M : jet.third) {
        whole = whole && fits(M);
    }
    if (!whole) {
        reject_argument(
            "first_lyapunov_coefficient",
            "finite derivatives of a field of n >= 2 units: A n x n, n and n^2 matrices",
            fmt::format("A {}x{}, {} and {} matrices", n, jet.jacobian.cols(), jet.second.size(),
                        jet.third.size()));
    }
}

/// B(x, z), or with absolute values everywhere.
ComplexVector second_form(const FieldJet& jet, const ComplexVector& x, const ComplexVector& z) {
    ComplexVector result(x.size());
    for (Index i = 0; i < x.size(); ++i) {
        result[i] = (x.transpose() * (jet.second[static_cast<std::size_t>(i)] * z)).value();
    }
    return result;
}

ComplexVector third_form(const FieldJet& jet, const ComplexVector& w, const ComplexVector& x,
                         const ComplexVector& z) {
    const Index n = x.size();
    ComplexVector result = ComplexVector::Zero(n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            result[i] +=
                w[j] *
                (x.transpose() * (jet.third[static_cast<std::size_t>(i * n + j)] * z)).value();
        }
    }
    return result;
}

FieldJet absolute(const FieldJet& jet) {
    FieldJet result{jet.jacobian.cwiseAbs(), jet.second, jet.third};
    for (Matrix& M : result.second) {
        M = M.cwiseAbs().eval();
    }
    for (Matrix& M : result.third) {
        M = M.cwiseAbs().eval();
    }
    return result;
}

double condition(const ComplexMatrix& M) {
    const Vector s = singular_values(M);
    return s[s.size() - 1] > 0 ? s[0] / s[s.size() - 1] : std::numeric_limits<double>::infinity();
}

/// The pair nearest the imaginary axis, its right and left eigenvectors, and how rounding of A
/// moves the vectors: ‖A‖ ‖p‖ / gap.
struct Pair {
    Complex value;
    ComplexVector q;
    ComplexVector p;
    double sensitivity = 0.0;
};

Pair leading_pair(const Matrix& A) {
    const Eigenpairs pairs = eigenpairs(A);
    const ComplexVector& values = pairs.values;
    Index at = -1;
    for (Index k = 0; k < values.size(); ++k) {
        if (values[k].imag() > 0 &&
            (at < 0 || std::abs(values[k].real()) < std::abs(values[at].real()))) {
            at = k;
        }
    }
    if (at < 0) {
        reject_argument("first_lyapunov_coefficient", "a Jacobian with a complex pair",
                        "real eigenvalues only");
    }
    Pair pair;
    pair.value = values[at];
    pair.q = pairs.vectors.col(at).normalized();
    // Rows of the inverse of the eigenvectors are the left ones; p̄ᵀq = 1 then holds by itself.
    const Eigenpairs adjoint = eigenpairs(A.transpose());
    Index match = 0;
    for (Index k = 1; k < values.size(); ++k) {
        if (std::abs(adjoint.values[k] - std::conj(pair.value)) <
            std::abs(adjoint.values[match] - std::conj(pair.value))) {
            match = k;
        }
    }
    pair.p = adjoint.vectors.col(match);
    pair.p /= std::conj(pair.p.dot(pair.q));  // dot conjugates its left side
    double gap = std::numeric_limits<double>::infinity();
    for (Index k = 0; k < values.size(); ++k) {
        gap = k == at ? gap : std::min(gap, std::abs(values[k] - pair.value));
    }
    pair.sensitivity = A.norm() * pair.p.norm() / gap;
    return pair;
}

}  // namespace

std::string_view to_string(HopfCriticality criticality) {
    switch (criticality) {
        case HopfCriticality::Supercritical:
            return "supercritical";
        case HopfCriticality::Subcritical:
            return "subcritical";
        case HopfCriticality::Degenerate:
            return "degenerate";
        case HopfCriticality::Undefined:
            return "undefined";
    }
    return "unknown";
}

FirstLyapunovCoefficient first_lyapunov_coefficient(const FieldJet& jet) {
    validate(jet);
    const Index n = jet.jacobian.rows();
    const Pair pair = leading_pair(jet.jacobian);
    FirstLyapunovCoefficient result;
    result.frequency = pair.value.imag();
    result.real_part = pair.value.real();
    const double omega = result.frequency;
    const ComplexMatrix A = jet.jacobian.cast<Complex>();
    const ComplexMatrix shifted = Complex(0.0, 2.0 * omega) * ComplexMatrix::Identity(n, n) - A;
    const double condition_A = condition(A);
    const double condition_shifted = condition(shifted);
    if (!(condition_A < largest_condition && condition_shifted < largest_condition)) {
        result.error_bound = std::numeric_limits<double>::infinity();
        return result;
    }
    const ComplexVector& q = pair.q;
    const ComplexVector q_bar = q.conjugate();
    const ComplexVector a = ComplexLu(A).solve(second_form(jet, q, q_bar));
    const ComplexVector b = ComplexLu(shifted).solve(second_form(jet, q, q));
    const Complex sum = pair.p.dot(third_form(jet, q, q, q_bar)) -
                        2.0 * pair.p.dot(second_form(jet, q, a)) +
                        pair.p.dot(second_form(jet, q_bar, b));
    result.value = sum.real() / (2.0 * omega);

    // The same sums with every number replaced by its absolute value.
    const FieldJet size = absolute(jet);
    const auto moduli = [](const ComplexVector& v) { return ComplexVector(v.cwiseAbs()); };
    const ComplexVector p_size = moduli(pair.p);
    const ComplexVector q_size = moduli(q);
    const double cubic = p_size.dot(third_form(size, q_size, q_size, q_size)).real();
    const double real_square = 2.0 * p_size.dot(second_form(size, q_size, moduli(a))).real();
    const double double_square = p_size.dot(second_form(size, q_size, moduli(b))).real();
    const double rounding = margin * static_cast<double>(n) * epsilon *
                            ((1.0 + pair.sensitivity) * (cubic + real_square + double_square) +
                             condition_A * real_square + condition_shifted * double_square);
    const double off_axis = std::abs(result.real_part) / omega *
                            (cubic + condition_A * real_square + condition_shifted * double_square);
    result.error_bound = (rounding + off_axis) / (2.0 * omega);
    result.criticality = result.value < -result.error_bound  ? HopfCriticality::Supercritical
                         : result.value > result.error_bound ? HopfCriticality::Subcritical
                                                             : HopfCriticality::Degenerate;
    return result;
}

}  // namespace resdyn
