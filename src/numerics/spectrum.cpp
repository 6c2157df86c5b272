#include <resdyn/numerics/spectrum.hpp>

#include <Spectra/GenEigsSolver.h>
#include <Spectra/SymEigsSolver.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>

#include <resdyn/core/error.hpp>

#include "decompositions.hpp"

namespace resdyn {

namespace {

/// Spectra's operator concept over a function.
class FunctionProduct {
  public:
    using Scalar = double;
    FunctionProduct(Index n, const std::function<Vector(const Vector&)>& apply)
        : n_(n), apply_(apply) {}
    Index rows() const { return n_; }
    Index cols() const { return n_; }
    void perform_op(const double* in, double* out) const {
        Eigen::Map<Vector>(out, n_) = apply_(Eigen::Map<const Vector>(in, n_));
    }

  private:
    Index n_;
    const std::function<Vector(const Vector&)>& apply_;
};

Matrix assemble(Index n, const std::function<Vector(const Vector&)>& apply) {
    Matrix J(n, n);
    for (Index j = 0; j < n; ++j) {
        J.col(j) = apply(Vector::Unit(n, j));
    }
    return J;
}

double pair_residual(const std::function<Vector(const Vector&)>& apply, Complex value,
                     const ComplexVector& vector) {
    const ComplexVector Jv =
        apply(vector.real()).cast<Complex>() + Complex(0, 1) * apply(vector.imag()).cast<Complex>();
    return (Jv - value * vector).norm() / vector.norm();
}

bool leads(Leading leading, Complex a, Complex b) {
    const double ka = leading == Leading::LargestReal ? a.real() : std::abs(a);
    const double kb = leading == Leading::LargestReal ? b.real() : std::abs(b);
    if (ka != kb) {
        return ka > kb;
    }
    return a.real() != b.real() ? a.real() > b.real() : a.imag() > b.imag();
}

/// Keeps the leading `count` pairs (a whole conjugate pair at the cut) with their residuals.
LeadingSpectrum select(const ComplexVector& values, const ComplexMatrix& vectors,
                       const std::function<Vector(const Vector&)>& apply,
                       const SpectrumOptions& options) {
    std::vector<Index> order(static_cast<std::size_t>(values.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(),
              [&](Index a, Index b) { return leads(options.leading, values[a], values[b]); });
    LeadingSpectrum result;
    for (const Index k : order) {
        const bool full = static_cast<Index>(result.values.size()) >= options.count;
        if (full && (values[k].imag() == 0 || result.values.back() != std::conj(values[k]))) {
            break;
        }
        result.values.push_back(values[k]);
        result.residuals.push_back(pair_residual(apply, values[k], vectors.col(k)));
        if (full) {
            break;
        }
    }
    return result;
}

bool verified(const LeadingSpectrum& spectrum, const SpectrumOptions& options) {
    if (static_cast<Index>(spectrum.values.size()) < options.count) {
        return false;
    }
    for (std::size_t k = 0; k < spectrum.values.size(); ++k) {
        if (!(spectrum.residuals[k] <=
              options.residual_tol * std::max(1.0, std::abs(spectrum.values[k])))) {
            return false;
        }
    }
    return true;
}

/// Krylov: `wanted` pairs by implicitly restarted Arnoldi, or nothing if they fail the check.
std::optional<LeadingSpectrum> arnoldi(Index n, const std::function<Vector(const Vector&)>& apply,
                                       Index wanted, const SpectrumOptions& options) {
    FunctionProduct product(n, apply);
    const Index basis = std::min(n, std::max<Index>(2 * wanted + 1, 20));
    Spectra::GenEigsSolver<FunctionProduct> solver(product, wanted, basis);
    try {
        solver.init();
        solver.compute(options.leading == Leading::LargestReal ? Spectra::SortRule::LargestReal
                                                               : Spectra::SortRule::LargestMagn,
                       options.max_restarts, options.residual_tol * 1e-2);
        if (solver.info() == Spectra::CompInfo::Successful) {
            LeadingSpectrum result =
                select(solver.eigenvalues(), solver.eigenvectors(), apply, options);
            if (verified(result, options)) {
                result.status = SpectrumStatus::Converged;
                return result;
            }
        }
    } catch (const std::runtime_error&) {
        // NOTE: Spectra throws where its small Schur form breaks down, as for the zero matrix. The
        // dense solver answers then.
        return std::nullopt;
    }
    return std::nullopt;
}

/// Singular values from right vectors: σ = |Jv|, u = Jv/σ, with the residuals that prove them.
SingularTriplets triplets(const LinearMap& J, const Matrix& right) {
    const Index count = right.cols();
    SingularTriplets result{
        Vector::Zero(count), right, Matrix::Zero(J.rows, count), {}, SpectrumStatus::NotConverged};
    for (Index k = 0; k < count; ++k) {
        const Vector Jv = J.apply(right.col(k));
        result.values[k] = Jv.norm();
        if (result.values[k] > 0) {
            result.left.col(k) = Jv / result.values[k];
        }
        result.residuals.push_back(
            (J.apply_transposed(result.left.col(k)) - result.values[k] * right.col(k)).norm());
    }
    return result;
}

bool verified(const SingularTriplets& result, double residual_tol) {
    return std::all_of(result.residuals.begin(), result.residuals.end(), [&](double residual) {
        return residual <= residual_tol * result.values[0];
    });
}

/// Krylov on JᵀJ: right singular vectors by decreasing value, or nothing.
std::optional<Matrix> lanczos(const LinearMap& J, const SingularOptions& options) {
    const std::function<Vector(const Vector&)> square = [&J](const Vector& v) {
        return J.apply_transposed(J.apply(v));
    };
    FunctionProduct product(J.cols, square);
    const Index basis = std::min(J.cols, std::max<Index>(2 * options.count + 1, 20));
    Spectra::SymEigsSolver<FunctionProduct> solver(product, options.count, basis);
    try {
        solver.init();
        solver.compute(Spectra::SortRule::LargestAlge, options.max_restarts,
                       options.residual_tol * 1e-2);
        if (solver.info() == Spectra::CompInfo::Successful) {
            return solver.eigenvectors();
        }
    } catch (const std::runtime_error&) {
        return std::nullopt;  // as for Arnoldi: the dense solver answers
    }
    return std::nullopt;
}

}  // namespace

void sort_flow_eigenvalues(std::vector<Complex>& values) {
    std::sort(values.begin(), values.end(), [](Complex a, Complex b) {
        return a.real() != b.real() ? a.real() > b.real() : a.imag() > b.imag();
    });
}

void sort_multipliers(std::vector<Complex>& values) {
    std::sort(values.begin(), values.end(),
              [](Complex a, Complex b) { return leads(Leading::LargestModulus, a, b); });
}

std::vector<Complex> eigenvalues(const Matrix& matrix) {
    if (matrix.rows() != matrix.cols() || !matrix.allFinite()) {
        reject_argument("eigenvalues", "a square matrix of finite numbers",
                        fmt::format("{}x{}", matrix.rows(), matrix.cols()));
    }
    if (matrix.size() == 0) {  // of the free block of a vertex; Eigen's solver reads past its end
        return {};
    }
    const double largest = matrix.cwiseAbs().maxCoeff();
    if (largest == 0.0) {
        return std::vector<Complex>(static_cast<std::size_t>(matrix.rows()));
    }
    // Near 1, by a power of two: Eigen takes denormal numbers for zero, and what it squares would
    // leave the range of doubles.
    const int exponent = std::ilogb(largest);
    const Matrix scaled =
        matrix.unaryExpr([exponent](double value) { return std::ldexp(value, -exponent); });
    const ComplexVector values = schur_eigenvalues(scaled);
    std::vector<Complex> sorted;
    sorted.reserve(static_cast<std::size_t>(values.size()));
    for (const Complex value : values) {
        sorted.emplace_back(std::ldexp(value.real(), exponent), std::ldexp(value.imag(), exponent));
    }
    sort_flow_eigenvalues(sorted);
    return sorted;
}

std::string_view to_string(SpectrumStatus status) {
    switch (status) {
        case SpectrumStatus::Converged:
            return "converged";
        case SpectrumStatus::Fallback:
            return "fallback";
        case SpectrumStatus::NotConverged:
            return "not_converged";
    }
    return "unknown";
}

LeadingSpectrum leading_spectrum(Index n, const std::function<Vector(const Vector&)>& apply,
                                 const SpectrumOptions& options) {
    if (options.count < 1 || options.count > n) {
        reject_argument("leading_spectrum", fmt::format("1 <= count <= {}", n),
                        fmt::format("{}", options.count));
    }
    // Spectra needs count ≤ n − 2 and a basis of at least count + 2 vectors. One more is asked for
    // than wanted, so that a conjugate pair at the cut is whole.
    const Index wanted = options.count + 1;
    const bool krylov_allowed = n >= options.dense_below && wanted <= n - 2;
    if (krylov_allowed) {
        if (auto result = arnoldi(n, apply, wanted, options)) {
            return *result;
        }
    }
    const Eigenpairs dense = eigenpairs(assemble(n, apply));
    LeadingSpectrum result = select(dense.values, dense.vectors, apply, options);
    result.status = !verified(result, options) ? SpectrumStatus::NotConverged
                    : krylov_allowed           ? SpectrumStatus::Fallback
                                               : SpectrumStatus::Converged;
    return result;
}

SingularTriplets leading_singular_values(const LinearMap& J, const SingularOptions& options) {
    const Index smaller = std::min(J.rows, J.cols);
    if (options.count < 1 || options.count > smaller) {
        reject_argument("leading_singular_values", fmt::format("1 <= count <= {}", smaller),
                        fmt::format("{}", options.count));
    }
    if (!(options.residual_tol > 0)) {
        reject_argument("residual_tol", "a number > 0", fmt::format("{}", options.residual_tol));
    }
    const bool krylov_allowed = smaller >= options.dense_below && options.count < J.cols - 1;
    if (krylov_allowed) {
        if (const auto right = lanczos(J, options)) {
            SingularTriplets result = triplets(J, *right);
            if (verified(result, options.residual_tol)) {
                result.status = SpectrumStatus::Converged;
                return result;
            }
        }
    }
    Matrix dense(J.rows, J.cols);
    for (Index j = 0; j < J.cols; ++j) {
        dense.col(j) = J.apply(Vector::Unit(J.cols, j));
    }
    const SingularVectors svd = divided_singular_vectors(dense, SingularSide::ThinRight);
    SingularTriplets result = triplets(J, svd.right.leftCols(options.count));
    result.status = !verified(result, options.residual_tol) ? SpectrumStatus::NotConverged
                    : krylov_allowed                        ? SpectrumStatus::Fallback
                                                            : SpectrumStatus::Converged;
    return result;
}

}  // namespace resdyn
