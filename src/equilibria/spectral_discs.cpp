#include "spectral_discs.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <cmath>

#include <resdyn/numerics/spectrum.hpp>

#include "rounding.hpp"

namespace resdyn {

namespace {

std::optional<bool> all_real(const Eigen::VectorXcd& centres, double radius) {
    const auto meet = [&](Complex a, Complex b) {
        return !(std::abs(a - b) > 2.0 * bound_slack * radius);
    };
    const auto off_axis = [&](Complex c) { return std::abs(c.imag()) > radius; };
    bool is_all_real = true;
    for (Index i = 0; i < centres.size(); ++i) {
        is_all_real = is_all_real && !off_axis(centres[i]);
        for (Index j = 0; j < i; ++j) {
            const bool one_each = !off_axis(centres[i]) && !off_axis(centres[j]);
            if ((one_each || off_axis(centres[i]) != off_axis(centres[j])) &&
                meet(centres[i], centres[j])) {
                return std::nullopt;
            }
        }
        if (!off_axis(centres[i]) && centres[i].imag() != 0.0) {
            return std::nullopt;
        }
    }
    return is_all_real;
}

struct Discs {
    Eigen::VectorXcd centres;
    double radius = 0.0;
};

std::optional<Discs> discs_of(const Matrix& J, const Matrix& J_error) {
    const Index k = J.rows();
    if (!J.allFinite()) {
        return std::nullopt;
    }
    const Eigen::EigenSolver<Matrix> solver(J);
    if (solver.info() != Eigen::Success) {
        return std::nullopt;
    }
    const Eigen::MatrixXcd X = solver.eigenvectors();
    const Eigen::VectorXcd& values = solver.eigenvalues();
    const Eigen::MatrixXcd Y = X.partialPivLu().inverse();
    if (!Y.allFinite() || !X.allFinite()) {
        return std::nullopt;
    }
    // A complex product is four real ones: γ_{2k+4} twice covers each sum (Higham 2002, §3.6).
    const double gamma = 4.0 * rounding_gamma(2 * k + 4);
    const Matrix X_abs = X.cwiseAbs() * bound_slack;
    const Matrix Y_abs = Y.cwiseAbs() * bound_slack;
    const Matrix J_abs = J.cwiseAbs();
    const Matrix H = (Eigen::MatrixXcd::Identity(k, k) - Y * X).cwiseAbs() +
                     gamma * (Y_abs * X_abs + Matrix::Identity(k, k));
    const double rho = H.rowwise().sum().maxCoeff() * bound_slack;
    if (!(rho < 0.5)) {
        return std::nullopt;
    }
    const Matrix residual = (J * X - X * values.asDiagonal()).cwiseAbs() +
                            gamma * (J_abs * X_abs + X_abs * values.cwiseAbs().asDiagonal()) +
                            J_error * X_abs;
    const double radius =
        ((Y_abs * residual).rowwise().sum().maxCoeff() / (1.0 - rho) + underflow_cover) *
        bound_slack;
    return Discs{values, radius};
}

/// outside(centre): on which side the whole disc lies, or nothing if it meets the limit.
template <class Side>
std::optional<SpectralDiscs> judged(const std::optional<Discs>& discs, const Side& outside) {
    if (!discs) {
        return std::nullopt;
    }
    SpectralDiscs result;
    for (const Complex centre : discs->centres) {
        const std::optional<bool> side = outside(centre);
        if (!side) {
            return std::nullopt;
        }
        result.unstable += *side ? 1 : 0;
    }
    result.all_real = all_real(discs->centres, discs->radius);
    return result;
}

}  // namespace

std::optional<SpectralDiscs> spectral_discs(const Matrix& J, const Matrix& J_error) {
    const std::optional<Discs> discs = discs_of(J, J_error);
    return judged(discs, [&](Complex mu) -> std::optional<bool> {
        return std::abs(mu.real()) > discs->radius ? std::optional(mu.real() > 0.0) : std::nullopt;
    });
}

std::optional<SpectralDiscs> multiplier_discs(const Matrix& J, const Matrix& J_error, double h) {
    const std::optional<Discs> discs = discs_of(J, J_error);
    return judged(discs, [&](Complex mu) -> std::optional<bool> {
        const double modulus = std::abs(1.0 + h * mu);
        const double reach =
            (h * discs->radius + 8.0 * unit_roundoff * (1.0 + h * std::abs(mu))) * bound_slack;
        return std::abs(modulus - 1.0) > reach ? std::optional(modulus > 1.0) : std::nullopt;
    });
}

std::optional<SpectralAbscissa> spectral_abscissa(const Matrix& J, const Matrix& J_error) {
    const std::optional<Discs> discs = discs_of(J, J_error);
    if (!discs) {
        return std::nullopt;
    }
    // Of all eigenvalues the rightmost lies in one disc, and the rightmost centre's union of discs
    // holds one: both differ from that centre's real part by no more than the union is wide.
    const double k = static_cast<double>(J.rows());
    return SpectralAbscissa{discs->centres.real().maxCoeff(),
                            (2.0 * k - 1.0) * discs->radius * bound_slack};
}

}  // namespace resdyn
