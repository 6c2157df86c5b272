#include "spectral_discs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "numerics/decompositions.hpp"
#include "rounding.hpp"

namespace resdyn {

namespace {

bool meet(Complex a, Complex b, double radius) {
    return !(std::abs(a - b) > 2.0 * bound_slack * radius);
}

std::optional<bool> all_real(const std::vector<Complex>& centres, double radius) {
    const auto off_axis = [&](Complex c) { return std::abs(c.imag()) > radius; };
    bool is_all_real = true;
    for (std::size_t i = 0; i < centres.size(); ++i) {
        is_all_real = is_all_real && !off_axis(centres[i]);
        for (std::size_t j = 0; j < i; ++j) {
            const bool one_each = !off_axis(centres[i]) && !off_axis(centres[j]);
            if ((one_each || off_axis(centres[i]) != off_axis(centres[j])) &&
                meet(centres[i], centres[j], radius)) {
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
    std::vector<Complex> centres;
    double radius = 0.0;
};

std::optional<Discs> discs_of(const Matrix& J, const Matrix& J_error) {
    const Index k = J.rows();
    if (!J.allFinite()) {
        return std::nullopt;
    }
    const Eigenpairs pairs = eigenpairs(J);
    if (!pairs.converged) {
        return std::nullopt;
    }
    const ComplexMatrix& X = pairs.vectors;
    const ComplexVector& values = pairs.values;
    const ComplexMatrix Y = ComplexLu(X).inverse();
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
    return Discs{{values.begin(), values.end()}, radius};
}

/// outside(centre): on which side the whole disc lies, or nothing if it meets the limit, which
/// `zeros` of them may.
template <class Side>
std::optional<SpectralDiscs> judged(std::optional<Discs> discs, Index zeros, const Side& outside) {
    if (!discs) {
        return std::nullopt;
    }
    SpectralDiscs result;
    std::vector<Complex> clear;
    std::vector<Complex> touching;
    for (const Complex centre : discs->centres) {
        const std::optional<bool> side = outside(centre);
        (side ? clear : touching).push_back(centre);
        result.unstable += side && *side ? 1 : 0;
    }
    if (static_cast<Index>(touching.size()) != zeros) {
        return std::nullopt;
    }
    for (const Complex zero : touching) {
        for (const Complex other : clear) {
            if (meet(zero, other, discs->radius)) {
                return std::nullopt;
            }
        }
    }
    result.all_real = all_real(clear, discs->radius);
    result.centres = std::move(discs->centres);
    return result;
}

}  // namespace

std::optional<SpectralDiscs> spectral_discs(const Matrix& J, const Matrix& J_error, Index zeros) {
    auto discs = discs_of(J, J_error);
    const double radius = discs ? discs->radius : 0.0;
    return judged(std::move(discs), zeros, [&](Complex mu) -> std::optional<bool> {
        return std::abs(mu.real()) > radius ? std::optional(mu.real() > 0.0) : std::nullopt;
    });
}

std::optional<SpectralDiscs> multiplier_discs(const Matrix& J, const Matrix& J_error, double h) {
    auto discs = discs_of(J, J_error);
    const double radius = discs ? discs->radius : 0.0;
    return judged(std::move(discs), 0, [&](Complex mu) -> std::optional<bool> {
        const double modulus = std::abs(1.0 + h * mu);
        const double reach =
            (h * radius + 8.0 * unit_roundoff * (1.0 + h * std::abs(mu))) * bound_slack;
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
    double rightmost = discs->centres.front().real();
    for (const Complex centre : discs->centres) {
        rightmost = std::max(rightmost, centre.real());
    }
    return SpectralAbscissa{rightmost, (2.0 * k - 1.0) * discs->radius * bound_slack};
}

Matrix entry_rounding(const Matrix& J) {
    return (2.0 * unit_roundoff * J.cwiseAbs()).array() + std::numeric_limits<double>::denorm_min();
}

}  // namespace resdyn
