// The leading eigenvalues at an equilibrium of a large network: Krylov (Spectra) against all of
// them by dense Eigen.
#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/spectrum.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("spectrum", argv[1]);
    constexpr Index n = 2048;
    constexpr Index wanted = 6;
    // tanh: y = 0 is an equilibrium whose whole spectrum is that of W; W is dense, and a few
    // cooperative directions lead its bulk, as in trained networks.
    Random random(2048);
    const Matrix G = random.normal_matrix(n, n, 1.0 / std::sqrt(static_cast<double>(n)));
    const Matrix U = random.normal_matrix(n, wanted, 1.0 / std::sqrt(static_cast<double>(n)));
    const ResidualSystem system(
        G + U * Vector::LinSpaced(wanted, 4.0, 2.0).asDiagonal() * U.transpose(), Activation::Tanh);
    const Vector equilibrium = Vector::Zero(n);
    ledger.figure("|y'|_inf at the equilibrium",
                  system.residual_velocity(equilibrium).lpNorm<Eigen::Infinity>(), "");
    const Matrix J = system.residual_jacobian(equilibrium);
    LeadingSpectrum leading;
    const auto krylov = [&] {
        leading =
            leading_spectrum(n, [&](const Vector& v) { return Vector(J * v); }, {.count = wanted});
    };
    // The dense solver takes long, so it has one turn, between two of the other.
    const auto before = bench::race({{"krylov", krylov}}, {.rounds = 3});
    const Clock::time_point start = Clock::now();
    std::vector<Complex> all = eigenvalues(J);
    const double dense = seconds_since(start);
    const auto after = bench::race({{"krylov", krylov}}, {.rounds = 3});
    const double slower = std::max(before[0].median, after[0].median);
    ledger.at_least(
        fmt::format("leading {} eigenvalues against all by dense Eigen, N = {}", wanted, n),
        dense / slower, 20.0);
    ledger.at_most("largest ‖Jv − λv‖",
                   *std::max_element(leading.residuals.begin(), leading.residuals.end()), 1e-6, "");
    double apart = 0.0;
    for (std::size_t k = 0; k < leading.values.size(); ++k) {
        apart = std::max(apart, std::abs(leading.values[k] - all[k]));
    }
    ledger.at_most("largest difference from the dense ones", apart, 1e-6, "");
    ledger.note(std::string("status: ") + std::string(to_string(leading.status)));
    return leading.status == SpectrumStatus::Converged ? 0 : 1;
}
