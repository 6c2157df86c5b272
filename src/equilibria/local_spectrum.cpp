#include <resdyn/equilibria/local_spectrum.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <resdyn/core/error.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

void validate(const ResidualSystem& system, const Vector& y, const LocalSpectrumOptions& o) {
    const Index n = system.dimension();
    require_bounded("local_spectrum", system.activation());
    if (y.size() != n) {
        reject_argument("y", fmt::format("{} numbers", n), fmt::format("{}", y.size()));
    }
    const Levels range = levels(system.activation());
    for (Index i = 0; i < n; ++i) {
        if (!(y[i] >= range.low && y[i] <= range.high)) {
            reject_argument(fmt::format("y[{}]", i + 1),
                            fmt::format("a number in [{}, {}]", range.low, range.high),
                            fmt::format("{}", y[i]));
        }
    }
    if (o.leading < 0 || o.leading > n) {
        reject_argument("leading", fmt::format("0 to {}", n), fmt::format("{}", o.leading));
    }
    if (o.dense_up_to < 1 || !(o.residual_tol > 0)) {
        reject_argument("local_spectrum", "dense_up_to >= 1 and residual_tol > 0",
                        fmt::format("{} and {}", o.dense_up_to, o.residual_tol));
    }
}

/// Row factors (keep, push) of the map's Jacobian: row i is keep_i e_iᵀ + push_i (W)_i.
struct RowFactors {
    Vector keep;
    Vector push;
};

/// Interior: keep = f'(u⁺)/f'(u), push = h f'(u⁺). At a level the limit is keep = e^{hλ}, push = 0.
RowFactors map_factors(const ResidualSystem& system, const Vector& y) {
    const Activation f = system.activation();
    const Levels range = levels(f);
    const Vector step = system.step() * (system.W() * y);
    RowFactors factors{Vector(y.size()), Vector(y.size())};
    for (Index i = 0; i < y.size(); ++i) {
        if (y[i] == range.low || y[i] == range.high) {
            factors.keep[i] = std::exp(gain_slope(f, y[i]) * step[i]);
            factors.push[i] = 0.0;
        } else {
            const double next = slope(f, inverse(f, y[i]) + step[i]);
            factors.keep[i] = next / gain(f, y[i]);
            factors.push[i] = system.step() * next;
        }
    }
    return factors;
}

/// v ↦ Jv without forming J.
std::function<Vector(const Vector&)> local_product(const ResidualSystem& system, const Vector& y,
                                                   bool of_map) {
    if (of_map) {
        const RowFactors factors = map_factors(system, y);
        return [&system, factors](const Vector& v) -> Vector {
            return factors.keep.cwiseProduct(v) + factors.push.cwiseProduct(system.W() * v);
        };
    }
    const Vector g = gain(system.activation(), y);
    Vector diagonal = system.W() * y;
    for (Index i = 0; i < y.size(); ++i) {
        diagonal[i] *= gain_slope(system.activation(), y[i]);
    }
    return [&system, g, diagonal](const Vector& v) -> Vector {
        return g.cwiseProduct(system.W() * v) + diagonal.cwiseProduct(v);
    };
}

/// Differences of second order. The flow is a polynomial in y: central everywhere. The map stays in
/// the closed cube: one-sided near a level. There y_j's distance to its level goes to about e^{∓d}
/// times itself a layer, d = h(Wy)_j, and bends on the scale e^{−|d|}.
Matrix difference_jacobian(const ResidualSystem& system, const Vector& y, bool of_map) {
    constexpr double step = 1e-5;  // balances step² against rounding/step
    constexpr double smallest_step = 1e-8;
    const Levels range = levels(system.activation());
    const auto map = [&](const Vector& at) {
        return of_map ? system.residual_map(at) : system.residual_velocity(at);
    };
    const Vector here = map(y);
    const Vector drive = system.step() * (system.W() * y);
    Matrix J(y.size(), y.size());
    for (Index j = 0; j < y.size(); ++j) {
        const auto moved = [&](double by) {
            Vector at = y;
            at[j] += by;
            return map(at);
        };
        const double s =
            of_map ? std::max(smallest_step, step * std::exp(-std::abs(drive[j]))) : step;
        const double room = std::min(y[j] - range.low, range.high - y[j]);
        if (!of_map || room >= s) {
            J.col(j) = (moved(s) - moved(-s)) / (2.0 * s);
        } else {
            const double inward = range.high - y[j] < y[j] - range.low ? -s : s;
            J.col(j) = (-3.0 * here + 4.0 * moved(inward) - moved(2.0 * inward)) / (2.0 * inward);
        }
    }
    return J;
}

bool leads(bool of_map, Complex a, Complex b) {
    const double ka = of_map ? std::abs(a) : a.real();
    const double kb = of_map ? std::abs(b) : b.real();
    if (ka != kb) {
        return ka > kb;
    }
    return a.real() != b.real() ? a.real() > b.real() : a.imag() > b.imag();
}

/// Eigenpairs of `source`, the residual taken with `product`.
RouteSpectrum dense_route(SpectrumRoute route, const Matrix& source,
                          const std::function<Vector(const Vector&)>& product, bool of_map,
                          Index count) {
    const Eigenpairs pairs = eigenpairs(source);
    std::vector<Index> order(static_cast<std::size_t>(source.rows()));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(),
              [&](Index a, Index b) { return leads(of_map, pairs.values[a], pairs.values[b]); });
    RouteSpectrum result;
    result.route = route;
    result.status = pairs.converged ? SpectrumStatus::Converged : SpectrumStatus::NotConverged;
    for (const Index k : order) {
        if (static_cast<Index>(result.values.size()) == count) {
            break;
        }
        const Complex value = pairs.values[k];
        const Eigen::VectorXcd v = pairs.vectors.col(k);
        const Eigen::VectorXcd Jv =
            product(v.real()).cast<Complex>() + Complex(0, 1) * product(v.imag()).cast<Complex>();
        result.values.push_back(value);
        result.residuals.push_back((Jv - value * v).norm() / v.norm());
    }
    return result;
}

/// Largest distance of a value of `a` to the value of `b` paired with it, nearest first.
double distance(const std::vector<Complex>& a, std::vector<Complex> b) {
    double largest = 0.0;
    for (const Complex value : a) {
        if (b.empty()) {
            break;
        }
        const auto nearest = std::min_element(b.begin(), b.end(), [&](Complex p, Complex q) {
            return std::abs(p - value) < std::abs(q - value);
        });
        largest = std::max(largest, std::abs(*nearest - value));
        b.erase(nearest);
    }
    return largest;
}

}  // namespace

std::string_view to_string(SpectrumRoute route) {
    switch (route) {
        case SpectrumRoute::Analytic:
            return "analytic";
        case SpectrumRoute::FiniteDifference:
            return "finite_difference";
        case SpectrumRoute::Krylov:
            return "krylov";
    }
    return "unknown";
}

Matrix local_jacobian(const ResidualSystem& system, const Vector& y, bool of_map) {
    if (!of_map) {
        return system.residual_jacobian(y);
    }
    const RowFactors factors = map_factors(system, y);
    Matrix J = factors.push.asDiagonal() * system.W();
    J.diagonal() += factors.keep;
    return J;
}

LocalSpectrum local_spectrum(const ResidualSystem& system, const Vector& y,
                             const LocalSpectrumOptions& options) {
    validate(system, y, options);
    const Index n = system.dimension();
    const Index count = options.leading > 0 ? options.leading : n;
    const auto product = local_product(system, y, options.of_map);
    LocalSpectrum result;
    result.y = y;
    result.of_map = options.of_map;
    if (n <= options.dense_up_to) {
        result.routes.push_back(dense_route(SpectrumRoute::Analytic,
                                            local_jacobian(system, y, options.of_map), product,
                                            options.of_map, count));
        result.routes.push_back(dense_route(SpectrumRoute::FiniteDifference,
                                            difference_jacobian(system, y, options.of_map), product,
                                            options.of_map, count));
    }
    // Arnoldi needs a space to grow in: it finds up to n − 3 pairs.
    const Index krylov = std::min(count, n - 3);
    if (krylov >= 1) {
        LeadingSpectrum leading = leading_spectrum(
            n, product,
            {.count = krylov,
             .leading = options.of_map ? Leading::LargestModulus : Leading::LargestReal,
             .residual_tol = options.residual_tol,
             .dense_below = 0});
        result.routes.push_back({SpectrumRoute::Krylov, std::move(leading.values),
                                 std::move(leading.residuals), leading.status});
    }
    result.disagreement = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t a = 0; a < result.routes.size(); ++a) {
        for (std::size_t b = a + 1; b < result.routes.size(); ++b) {
            // the shorter list against the longer
            const bool swap = result.routes[a].values.size() > result.routes[b].values.size();
            result.disagreement = std::fmax(
                result.disagreement,
                distance(result.routes[swap ? b : a].values, result.routes[swap ? a : b].values));
        }
    }
    return result;
}

}  // namespace resdyn
